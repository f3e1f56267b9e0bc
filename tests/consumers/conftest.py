"""Small datasets to be read by others, made as users make them."""

import importlib
import sys

import numpy as np
import pytest
from tests.art import blob, random_pixels, write_dataset
from tests.formats.crowd import write_crowd
from tests.formats.truth import truth_of

from imggen import bulk

collect_ignore = ["by_hand"]  # they need another environment: scripts/test-consumers --all

SIZE = (64, 64)  # px
COUNT = 48
THINGS = ("bird", "cat", "dog")


@pytest.fixture(scope="session")
def art(tmp_path_factory):
    """The imggen.toml of small art: two backgrounds, three things or none anywhere, two splits."""
    rng = np.random.default_rng(0)
    width, height = SIZE
    return write_dataset(
        tmp_path_factory.mktemp("art"),
        {
            "background": {it: random_pixels(rng, width, height, 3) for it in ("sand", "sea")},
            "thing": {it: blob(rng, 20 + 3 * k, 17 + 5 * k) for k, it in enumerate(THINGS)},
        },
        dataset={"name": "small", "count": COUNT, "image_name": "{index:06d}"},
        thing={
            "weights": {"none": 1, **dict.fromkeys(THINGS, 3)},
            "place": {"anchor": "center", "x": [0, width - 1], "y": [0, height - 1]},
        },
        split=[{"name": "train", "share": 0.75}, {"name": "test", "share": 0.25}],
    )


@pytest.fixture(scope="session")
def make(art, tmp_path_factory):
    """Makes a dataset with options of `imggen bulk`, and a configuration; returns its folder."""

    def make(*options, config=art, out=None):
        out = out or tmp_path_factory.mktemp("datasets") / "small"
        assert bulk.main([str(it) for it in (config, "--out", out, "--workers", 1, *options)]) == 0
        return out

    return make


@pytest.fixture(scope="session")
def dataset(make):
    """The folder of a small dataset of PNG images."""
    return make()


@pytest.fixture(scope="session")
def truth(tmp_path_factory):
    """What the images of `write_crowd` show."""
    return truth_of(write_crowd(tmp_path_factory.mktemp("truth")))


@pytest.fixture(scope="session")
def torch():
    """PyTorch, where the machine has a build of it for the CPU."""
    return pytest.importorskip(
        "torch", reason="no CPU build of PyTorch: see scripts/test-consumers"
    )


# Operators that torchvision's Python code asks for when it is imported.
OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


@pytest.fixture(scope="session")
def torchvision(torch):
    """torchvision, if need be without its operators: those on PyPI are made for PyTorch on GPUs.

    Data sets and transforms do without them.
    """
    try:
        return importlib.import_module("torchvision")
    except RuntimeError as error:
        assert "torchvision::nms does not exist" in str(error)  # noqa: PT017  # all else is no excuse
    for name in [name for name in sys.modules if name.startswith("torchvision")]:
        del sys.modules[name]
    library = torch.library.Library("torchvision", "DEF")
    for operator in OPERATORS:
        library.define(operator)
    return importlib.import_module("torchvision")
