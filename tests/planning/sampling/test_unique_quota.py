"""Exact counts without repeats: found exactly if brute force finds them."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.drawn import draw_numbers
from tests.planning.scenes import distribution_of, scenes_of
from tests.reference import chi_square

from imggen.config import Dataset
from imggen.errors import PlanError
from imggen.planning.sampling.quota import largest_remainder, quota_traits
from imggen.planning.sampling.samplers import draw_traits
from imggen.planning.sampling.unique_quota import unique_quota_traits


def margins(rows):
    """How often each variant of each layer occurs in these combinations."""
    return [Counter(column) for column in zip(*rows, strict=True)]


def check_exact(distribution, traits):
    """No two rows are alike, and each layer's counts are its probabilities, rounded."""
    assert len(np.unique(traits, axis=0)) == len(traits)
    for depth, layer in enumerate(distribution.layers):
        counts = np.bincount(traits[:, depth], minlength=len(layer.names))
        np.testing.assert_array_equal(counts, largest_remainder(layer.probabilities, len(traits)))


@st.composite
def small(draw):
    """Two or three layers of few combinations, with weights, and a number of images."""
    sizes = draw(st.sampled_from([(2, 2), (2, 3), (3, 3), (3, 4), (2, 2, 2), (2, 2, 3)]))
    own = {}
    for name, size in zip("abc", sizes, strict=False):
        weights = draw(st.lists(st.integers(1, 9), min_size=size, max_size=size))
        own[name] = {f"{name}{k}": w / sum(weights) for k, w in enumerate(weights)}
    return own, draw(st.integers(1, int(np.prod(sizes))))


@settings(max_examples=150)
@given(small(), st.integers(0, 99))
def test_found_exactly_if_brute_force_finds_them(given_, seed):
    own, count = given_
    distribution = distribution_of(own)
    wanted = [
        Counter({k: n for k, n in enumerate(largest_remainder(v.probabilities, count)) if n})
        for v in distribution.layers
    ]
    every = list(itertools.product(*(range(len(v.names)) for v in distribution.layers)))
    feasible = any(margins(some) == wanted for some in itertools.combinations(every, count))
    if feasible:
        check_exact(distribution, unique_quota_traits(seed, count, distribution))
    else:
        with pytest.raises(PlanError, match=r"dataset\.unique is true"):
            unique_quota_traits(seed, count, distribution)


EVEN = {
    name: {f"{name}{k}": 1 / n for k in range(n)} for name, n in (("a", 4), ("b", 5), ("c", 11))
}


@pytest.mark.parametrize("count", [1, 37, 150, 200, 219, 220])
def test_up_to_all_combinations(count):
    distribution = distribution_of(EVEN)
    check_exact(distribution, unique_quota_traits(count, count, distribution))


def test_uneven_counts_of_many():
    """20,000 of 64,000 combinations, and likely variants in as many as can be."""
    rng = np.random.default_rng(1)
    own = {}
    for name in "abc":
        weights = rng.uniform(0.5, 1.5, 40)
        own[name] = dict(
            zip((f"{name}{k:02}" for k in range(40)), weights / weights.sum(), strict=True)
        )
    distribution = distribution_of(own)
    check_exact(distribution, unique_quota_traits(0, 20_000, distribution))


def test_layers_stay_independent():
    """Where combinations are plenty, changing places ties no layer to another."""
    own = {name: {f"{name}{k}": 0.1 for k in range(10)} for name in "abcd"}
    traits = unique_quota_traits(3, 4000, distribution_of(own))
    for one, other in itertools.combinations(range(4), 2):
        pairs = traits[:, one].astype(int) * 10 + traits[:, other]
        _, p = chi_square(np.bincount(pairs, minlength=100), np.full(100, 40.0))
        assert p > 0.001


RULES = [
    {"when": {"a": ["a0"]}, "forbid": {"b": ["b0"]}},
    {"when": {"a": ["a1"]}, "probabilities": {"c": {f"c{k}": 0.2 for k in range(5)}}},
]


@pytest.mark.parametrize("count", [20, 80, 100])
def test_rules_hold(count):
    """Each group of images that rules tell apart has the counts that quota alone gives it."""
    distribution = distribution_of(EVEN, RULES)
    traits = unique_quota_traits(7, count, distribution)
    assert len(np.unique(traits, axis=0)) == count
    plain = quota_traits(7, count, distribution)
    for depth in range(3):
        found, asked = (np.bincount(rows[:, depth], minlength=11) for rows in (traits, plain))
        assert np.abs(found - asked).max() <= 1
    np.testing.assert_array_equal(np.bincount(traits[:, 0]), count / 4)
    every = set(scenes_of(distribution, draw_traits(Dataset(sampling="all"), distribution)))
    assert set(scenes_of(distribution, traits)) <= every
    group = traits[traits[:, 0] == 1, 2]
    assert sorted(Counter(group.tolist()).values()) == [len(group) / 5] * 5


@pytest.mark.parametrize(
    ("own", "count", "error"),
    [
        (EVEN, 221,
         ("dataset.count is 221 and dataset.unique is true, but the layers give only 220 different "
          "combinations; lower the count or add variants.")),
        ({"a": {"x": 0.8, "y": 0.2}, "b": {"p": 0.4, "q": 0.3, "r": 0.3}}, 5,
         ('dataset.unique is true and dataset.sampling is "quota", by which 4 of 5 images show a '
          '"x", but only 3 different combinations do; lower the count, or how likely it is.')),
        ({"a": {"x": 0.75, "y": 0.25}, "b": {"p": 0.45, "q": 0.45, "r": 0.1}}, 4,
         ('dataset.unique is true and dataset.sampling is "quota", but no 4 different combinations '
          "with the exact counts of all layers were found; lower the count, or give layers with "
          "few variants more even probabilities.")),
    ],
)  # fmt: skip
def test_what_cannot_be(own, count, error):
    with pytest.raises(PlanError) as caught:
        unique_quota_traits(0, count, distribution_of(own))
    assert str(caught.value) == error


def test_splits_share_no_combination():
    """Each of exact size, and each variant in each split as often as it should be."""
    splits = [{"name": "train", "count": 120}, {"name": "test", "count": 60}]
    traits, places = draw_numbers(
        EVEN, splits, sampling="quota", unique=True, stratify=["a"], seed=4
    )
    assert len(np.unique(traits, axis=0)) == 180
    np.testing.assert_array_equal(places, np.repeat([0, 1], [120, 60]))
    for place, size in enumerate((30, 15)):
        assert (np.bincount(traits[places == place, 0]) == size).all()


def test_layers_that_are_all_different():
    """Each of the six orders of three colours once, and each colour in each layer twice."""
    colours = dict.fromkeys(("blue", "green", "red"), 1 / 3)
    different = [{"all_different": ["coat", "hat", "shoes"]}]
    distribution = distribution_of(dict.fromkeys(("coat", "hat", "shoes"), colours), different)
    traits = unique_quota_traits(2, 6, distribution)
    assert sorted(traits.tolist()) == sorted(map(list, itertools.permutations(range(3))))


def test_all_different_without_repeats_of_many():
    """Four layers of eight colours: 300 of 1,680 orders, each colour as often as it should be."""
    colours = {f"c{k}": 1 / 8 for k in range(8)}
    layers = ("coat", "hat", "scarf", "shoes")
    distribution = distribution_of(
        dict.fromkeys(layers, colours), [{"all_different": list(layers)}]
    )
    traits = unique_quota_traits(2, 304, distribution)
    assert len(np.unique(traits, axis=0)) == 304
    assert (np.diff(np.sort(traits, axis=1), axis=1) > 0).all()
    counts = np.array([np.bincount(column, minlength=8) for column in traits.T])
    assert (counts[0] == 38).all()
    assert np.abs(counts - 38).max() <= 4  # each group of images that the rule tells apart rounds
