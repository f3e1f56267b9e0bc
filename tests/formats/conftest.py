"""Small datasets with labels, made as users make them."""

import numpy as np
import pytest
from tests.art import (
    blob,
    random_pixels,
    write_dataset,
)
from tests.formats.crowd import COUNT, write_crowd
from tests.formats.truth import truth_of
from tests.hard_names import write_hats
from tests.run.runs import run


@pytest.fixture(scope="session")
def anywhere(tmp_path_factory):
    """The small article with characters and objects anywhere, some hidden, in two splits."""
    return write_crowd(tmp_path_factory.mktemp("anywhere"))


@pytest.fixture(scope="session")
def truth(anywhere):
    """What its images show."""
    found = truth_of(anywhere)
    things = [thing for image in found.values() for thing in image]
    assert 0 < sum(thing.fraction < 1 for thing in things) < len(things)
    assert len({len(image) for image in found.values()}) > 1
    return found


@pytest.fixture(scope="session")
def label(anywhere, tmp_path_factory):
    """Labels `anywhere`, or another dataset; returns the folder. The same run is made once."""
    made = {}

    def label(*formats, dataset=anywhere, **settings):
        asked = {"dataset__count": COUNT, "labels__formats": list(formats), **settings}
        key = f"{dataset} {asked}"
        if key not in made:
            out = tmp_path_factory.mktemp("labelled") / "out"
            run(dataset, out, **asked)
            made[key] = out
        return made[key]

    return label


@pytest.fixture(scope="session")
def hard_names(tmp_path_factory):
    """A dataset with a variant of each name that is hard to read, and no splits."""
    return write_hats(tmp_path_factory.mktemp("hard"))


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    """A dataset whose images show no thing."""
    folder = tmp_path_factory.mktemp("bare")
    rng = np.random.default_rng(0)
    write_dataset(
        folder, {"sky": {"day": random_pixels(rng, 30, 20, 3)}, "thing": {"axe": blob(rng, 9, 7)}},
        thing={"weights": {"none": 1, "axe": 0}},
    )  # fmt: skip
    return folder
