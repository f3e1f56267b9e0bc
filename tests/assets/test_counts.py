"""Counts name variants, patterns and a rest, and add up to the dataset's."""

import pytest

from imggen.assets.counts import read_counts
from imggen.config import Layer
from imggen.errors import AssetError

FILES = ["blue", "crown", "red1", "red2"]


def counts_of(given, count):
    return read_counts(Layer(name="hat", folder="hats", counts=given), FILES, count)


@pytest.mark.parametrize(
    ("given", "count", "expected"),
    [
        ({"blue": 3, "red1": 2}, 5, {"blue": 3, "red1": 2}),
        ({"blue": 3, "none": "rest"}, 10, {"blue": 3, "none": 7}),
        ({"blue": 10, "none": "rest"}, 10, {"blue": 10, "none": 0}),
        ({"*": 1}, 4, {"blue": 1, "crown": 1, "red1": 1, "red2": 1}),
        (
            {"red*": 2, "*": 1, "none": "rest"},
            9,
            {"blue": 1, "crown": 1, "red1": 2, "red2": 2, "none": 3},
        ),
        ({"*": 1, "red1": 5}, 8, {"blue": 1, "crown": 1, "red1": 5, "red2": 1}),
        ({"*": 1, "red?": 5}, 9, {"blue": 1, "crown": 1, "red1": 1, "red2": 1, "red?": 5}),
    ],
)
def test_counts(given, count, expected):
    """What matches nothing is left for the check of names."""
    assert counts_of(given, count) == expected


@pytest.mark.parametrize(
    ("given", "count", "sentence"),
    [
        (
            {"blue": 300, "none": 100},
            200,
            (
                "layer.hat.counts add up to 400, and dataset.count is 200; expected the same. "
                "Set the count to 400, or lower them."
            ),
        ),
        (
            {"*": 1},
            200,
            (
                "layer.hat.counts add up to 4, and dataset.count is 200; expected the same. "
                'Set the count to 4, or let one variant have the "rest".'
            ),
        ),
        (
            {"blue": 3, "*": "rest"},
            200,
            (
                'layer.hat.counts gives "rest" to the pattern "*"; expected it for one variant, '
                "which gets all images that the others leave."
            ),
        ),
        (
            {"blue": 3000, "none": "rest"},
            200,
            (
                "layer.hat.counts add up to 3,000 before the rest, and dataset.count is 200; "
                "expected at most that. Lower them, or set the count to 3,000 or more."
            ),
        ),
    ],
)
def test_sums(given, count, sentence):
    with pytest.raises(AssetError) as caught:
        counts_of(given, count)
    assert str(caught.value) == sentence
