"""Splits with distributions of their own, and exact counts or strata over all of them."""

import numpy as np
import pytest
from tests.planning.drawn import draw_numbers
from tests.reference import chi_square

from imggen.errors import PlanError
from imggen.planning.sampling.quota import largest_remainder

OWN = {
    "char": {"a": 0.5, "b": 0.3, "c": 0.2},
    "sky": {"x": 0.4, "y": 0.3, "z": 0.3},
}
PAIRS = {"a": "x", "b": "y", "c": "z"}


def agreeing(agree, **size):
    """A split in which the sky agrees with the character in this share of images."""
    follow = {"layer": "sky", "follows": "char", "agree": agree, "pairs": PAIRS}
    return {"correlate": [follow], **size}


def shares(*sizes, key="share"):
    names = ("train", "val", "test")
    agree = (0.95, 0.5, 0.1)
    return [
        {"name": name, **agreeing(one, **{key: size})}
        for name, one, size in zip(names, agree, sizes, strict=False)
    ]


def table(traits, splits, depth, count):
    """How many images of each split show each variant: (variants, splits)."""
    width = int(traits[:, depth].max()) + 1
    codes = traits[:, depth].astype(int) * count + splits
    return np.bincount(codes, minlength=width * count).reshape(width, count)


@pytest.mark.parametrize("stratify", [None, ["char"]])
def test_quota_has_exact_counts_in_each_split(stratify):
    settings = {"sampling": "quota", "count": 1000, "seed": 5}
    if stratify:
        settings["stratify"] = stratify
    traits, splits = draw_numbers(OWN, shares(0.7, 0.2, 0.1), **settings)
    np.testing.assert_array_equal(np.bincount(splits), [700, 200, 100])
    np.testing.assert_array_equal(table(traits, splits, 0, 3), np.outer([5, 3, 2], [70, 20, 10]))
    for place, agree in enumerate((0.95, 0.5, 0.1)):
        own = traits[splits == place]
        for char in range(3):
            rows = own[own[:, 0] == char]
            other = np.array([0.4, 0.3, 0.3])
            other[char] = 0
            chances = (1 - agree) * other / other.sum()
            chances[char] = agree
            counts = np.bincount(rows[:, 1], minlength=3)
            assert np.abs(counts - chances * len(rows)).max() < 1 + 1e-9


def test_every_stratum_has_its_share_of_each_split_rounded():
    """Where nothing is a whole number: sizes are exact, and so are the layer's counts."""
    traits, splits = draw_numbers(
        OWN, shares(0.55, 0.3, 0.15), sampling="quota", count=137, stratify=["char"]
    )
    sizes = largest_remainder(np.array([0.55, 0.3, 0.15]), 137)
    np.testing.assert_array_equal(np.bincount(splits), sizes)
    counts = largest_remainder(np.array([0.5, 0.3, 0.2]), 137)
    found = table(traits, splits, 0, 3)
    np.testing.assert_array_equal(found.sum(axis=1), counts)
    assert (np.abs(found - np.outer(counts, sizes) / 137) < 1).all()


def test_stratified_splits_with_their_own_correlations():
    """Each split has its share of each character, and its own chances of the sky."""
    many = 60_000
    traits, splits = draw_numbers(OWN, shares(0.7, 0.2, 0.1), count=many, stratify=["char"])
    found = table(traits, splits, 0, 3)
    share = np.outer(found.sum(axis=1), [0.7, 0.2, 0.1])
    assert np.abs(found - share).max() <= 1
    _, p = chi_square(found.sum(axis=1), np.array([0.5, 0.3, 0.2]) * many)
    assert p > 0.001
    for place, agree in enumerate((0.95, 0.5, 0.1)):
        rows = traits[(splits == place) & (traits[:, 0] == 0)]
        chances = np.array([agree, (1 - agree) / 2, (1 - agree) / 2])
        _, p = chi_square(np.bincount(rows[:, 1], minlength=3), chances * len(rows))
        assert p > 0.001


def test_a_longer_run_begins_with_a_shorter_one():
    long, short = (
        draw_numbers(OWN, shares(0.7, 0.2, 0.1), count=count, stratify=["char"])
        for count in (3000, 1000)
    )
    for one, other in zip(long, short, strict=True):
        np.testing.assert_array_equal(one[:1000], other)


@pytest.mark.parametrize("sampling", ["random", "quota"])
@pytest.mark.parametrize("own", [True, False])
def test_counts_of_splits_with_strata(sampling, own):
    """Sizes are exact, each stratum is divided by them, and the splits follow one another."""
    splits = shares(50, 30, 17, key="count")
    if not own:
        splits = [{"name": one["name"], "count": one["count"]} for one in splits]
    traits, places = draw_numbers(OWN, splits, sampling=sampling, stratify=["char"])
    np.testing.assert_array_equal(places, np.repeat([0, 1, 2], [50, 30, 17]))
    found = table(traits, places, 0, 3)
    ideal = np.outer(found.sum(axis=1), [50, 30, 17]) / 97
    assert (np.abs(found - ideal) < 1).all()


def test_counts_of_a_layer_over_all_splits():
    """Exact, and each split has its share of them, rounded."""
    own = {**OWN, "hat": {"cap": 0.1, "none": 0.9}}
    traits, splits = draw_numbers(
        own, shares(60, 25, 15, key="count"), sampling="quota", counts={"hat": {"cap": 10}}
    )
    found = table(traits, splits, 2, 3)
    np.testing.assert_array_equal(found.sum(axis=1), [10, 90])
    np.testing.assert_array_equal(found.sum(axis=0), [60, 25, 15])
    assert (np.abs(found[0] - [6, 2.5, 1.5]) < 1).all()


def test_counts_with_what_is_held_out():
    """What test holds out comes in no other split, and all counts are exact."""
    held = {"hold_out": [{"char": "c", "sky": "z"}]}
    splits = [{"name": "train", "count": 80}, {"name": "test", "count": 20, **held}]
    for sampling in ("random", "quota"):
        how = {} if sampling == "random" else {"sampling": "quota"}
        traits, places = draw_numbers(OWN, splits, stratify=["sky"], **how)
        np.testing.assert_array_equal(places, np.repeat([0, 1], [80, 20]))
        shows = (traits == 2).all(axis=1)
        assert shows.any()
        assert not shows[:80].any()


def test_counts_that_cannot_be():
    held = {"hold_out": [{"char": ["a", "b"]}]}
    splits = [{"name": "train", "count": 80}, {"name": "test", "count": 20, **held}]
    with pytest.raises(PlanError) as caught:
        draw_numbers(OWN, splits, sampling="quota")
    assert str(caught.value) == (
        "80 images can only be in test, as no other split holds out what they show, but test has "
        "20 images; change the counts of the splits, or how likely what is held out is."
    )


def test_a_rule_of_a_split():
    """The layer that is drawn in each split gives way."""
    rule = {"when": {"char": ["a"]}, "forbid": {"sky": ["x"]}}
    splits = [{"name": "train", "share": 0.5}, {"name": "test", "share": 0.5, "rule": [rule]}]
    for sampling in ("random", "quota"):
        traits, places = draw_numbers(OWN, splits, sampling=sampling, stratify=["char"], count=400)
        both = (traits[:, 0] == 0) & (traits[:, 1] == 0)
        assert not both[places == 1].any()
        assert both[places == 0].any()
        found = table(traits, places, 0, 2)
        assert np.abs(found[:, 0] - found[:, 1]).max() <= 1
