"""Images that are the same are found by digests of a few bytes."""

import numpy as np
import pytest
from tests.art import load

from imggen.assets import load_assets
from imggen.planning import make_plan
from imggen.report.page.copies import count_copies, join_prints, prints_of, same_pixels

COUNT = 4
MOST_BYTES = 24  # of an image: there may be a million


@pytest.fixture
def plan(small_article):
    config = load(small_article / "imggen.toml", dataset__count=COUNT)
    return make_plan(config, load_assets(config))


def test_digests_of_an_image_take_few_bytes(plan):
    own = prints_of(plan, np.array([b"a" * 16] * COUNT, "V16"))
    columns = [own.numbers, own.splits, own.scenes, own.shots, own.pixels]
    arrays = {
        id(whole): whole for one in columns for whole in [one if one.base is None else one.base]
    }
    assert sum(one.nbytes for one in arrays.values()) <= MOST_BYTES * COUNT


def test_the_pixels_of_images_are_compared_across_plans(plan):
    digests = np.array([b"a" * 16, b"b" * 16, b"c" * 16, b"a" * 16], "V16")
    halves = [np.arange(2), np.arange(2, COUNT)]
    found = join_prints([prints_of(plan.take(rows), digests[rows]) for rows in halves])
    assert count_copies(found)[0] == 1
    assert len(same_pixels(found)) == 1
