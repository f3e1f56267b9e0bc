"""What images are called."""

import numpy as np
import pytest
from tests.art import load
from tests.checks import check_sentence
from tests.formats.columns import layer_column
from tests.hard_names import write_hats
from tests.run.runs import run

from imggen.errors import PlanError
from imggen.planning.names import Namer

LAYERS = tuple(
    layer_column(layer, names, place)
    for place, (layer, names) in enumerate(
        [("sky", ("day", "night")), ("big hat", ("cap", "none"))]
    )
)
TRAITS = np.array([[0, 1], [1, 0]], np.uint8)
SPLITS = np.array([1, 0], np.uint8)


def names(template):
    return list(Namer(template, LAYERS).names(np.array([7, 12]), TRAITS, SPLITS))


def test_splits():
    namer = Namer("{split}/{sky}{index}", LAYERS, ("train", "test"))
    names = namer.names(np.array([7, 12]), TRAITS, SPLITS)
    assert list(names) == ["test/day7", "train/night12"]


def of(tmp_path, template, splits):
    """The namer of a configuration."""
    halves = "".join(f"[[split]]\nname = '{name}'\nshare = 0.5\n" for name in splits)
    text = f"dataset.image_name = '{template}'\n[[layer]]\nname = 'sky'\nfolder = 'x'\n{halves}"
    (tmp_path / "imggen.toml").write_text(text)
    return Namer.of(load(tmp_path / "imggen.toml"), [])


@pytest.mark.parametrize(
    ("template", "splits", "expected"),
    [
        ("{index}", (), "{index}"),
        ("{sky}/{index}", ("a", "b"), "{split}/{sky}/{index}"),
        ("{sky}/{split}/{index}", ("a", "b"), "{sky}/{split}/{index}"),
        ("{{split}}{index}", ("a", "b"), "{split}/{{split}}{index}"),
    ],
)
def test_a_folder_for_each_split(tmp_path, template, splits, expected):
    namer = of(tmp_path, template, splits)
    assert (namer.template, namer.splits) == (expected, splits)


def test_index():
    assert names("generated{index}") == ["generated7", "generated12"]


def test_leading_zeros():
    assert names("{index:06d}") == ["000007", "000012"]


def test_tokens():
    """The number of an image in a collection, unless a layer is called so."""
    arguments = np.array([7, 12]), TRAITS, SPLITS
    namer = Namer("{sky}/{token:03d}", LAYERS, first_token=1)
    assert list(namer.names(*arguments)) == ["day/008", "night/013"]
    named = (layer_column("token", ("gold", "coin")),)
    namer = Namer("{token}{index}", named, first_token=1)
    assert list(namer.names(*arguments)) == ["gold7", "coin12"]


def test_layers():
    assert names("{sky}/{big hat}-{index}") == ["day/none-7", "night/cap-12"]


def test_braces():
    assert names("{{sky}}{index}") == ["{sky}7", "{sky}12"]


def test_shown():
    assert Namer("{index}", LAYERS).shown(TRAITS[1]) == "sky night, big hat cap"


@pytest.mark.parametrize(("template", "longest"), [("{index}-{hat}", 243), ("{hat}/{index}", 251)])
def test_names_as_long_as_files_may_have(tmp_path, template, longest):
    labels = {"formats": ["voc", "yolo", "masks", "erc721"]}
    folder = write_hats(tmp_path, ["x" * longest, "cap"], labels=labels)
    run(folder, tmp_path / "out", dataset__image_name=template)
    assert len(list((tmp_path / "out/images").rglob("*.png"))) == 2


@pytest.mark.parametrize(
    ("template", "parts"),
    [
        ("{index}-{hat}", ['"{index}-{hat}"', "a name of 246 bytes", "at most 245"]),
        ("{hat}{sky}/{index}", ["a name of 264 bytes", "at most 255"]),
    ],
)
def test_names_that_files_cannot_have(tmp_path, template, parts):
    sky, hat = "n" * 20, "\N{SNOWMAN}" * 81 + "x"  # of three bytes each
    folder = write_hats(tmp_path, [hat, "cap"], ("day", sky))
    with pytest.raises(PlanError) as error:
        run(folder, tmp_path / "out", dataset__image_name=template)
    check_sentence(error.value, "dataset.image_name is", *parts)
    assert not (tmp_path / "out").exists()
    summary = run(folder, tmp_path / "out", dataset__image_name=template, output__container="npz")
    assert summary.images == 4
