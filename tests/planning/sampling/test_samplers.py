"""Traits follow the given probabilities, exactly where they should, and never reshuffle."""

import itertools
import math
from typing import get_args

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.art import (
    ALL_OBJECTS,
    BACKGROUND_CHANCES,
    BACKGROUNDS,
    CHARACTER_CHANCES,
    CHARACTERS,
    OBJECT_CHANCES,
)
from tests.checks import check_sentence
from tests.reference import (
    chi_square,
    chi_square_tail,
    without_replacement,
)
from tests.reference import (
    largest_remainder as exact_largest_remainder,
)
from tests.strategies import distributions

from imggen.assets import Variants
from imggen.config import Config, Dataset
from imggen.errors import PlanError
from imggen.planning.sampling.distribution import Distribution
from imggen.planning.sampling.quota import largest_remainder
from imggen.planning.sampling.samplers import SAMPLERS, draw_traits, sampler_of
from imggen.planning.sampling.unique import largest


def layer(name, probabilities):
    """A layer with these probabilities: a list, or a map by variant name."""
    if not isinstance(probabilities, dict):
        probabilities = {f"{name}{k}": p for k, p in enumerate(probabilities)}
    names = tuple(sorted(probabilities))
    zeros = np.zeros(len(names), np.int32)
    return Variants(
        layer=name,
        names=names,
        probabilities=np.array([probabilities[n] for n in names]),
        sizes=np.zeros((len(names), 2), np.int32),
        sprites=zeros,
        backgrounds=zeros,
    )


ARTICLE = [
    layer("background", BACKGROUND_CHANCES),
    layer("character", CHARACTER_CHANCES),
    layer("object", OBJECT_CHANCES),
]


def draw(layers, count=10, seed=0, **settings):
    return draw_traits(Dataset(count=count, seed=seed, **settings), Distribution(tuple(layers)))


def combinations(layers):
    return Distribution(tuple(layers)).count_combinations()


def layers_of(*distributions_):
    return [layer("abcdefghij"[k], list(p)) for k, p in enumerate(distributions_)]


# --- random ---------------------------------------------------------------------------------------


def test_random_matches_the_article():
    traits = draw(ARTICLE, 100_000)
    for column, variants in enumerate(ARTICLE):
        counts = np.bincount(traits[:, column], minlength=len(variants.names))
        _, p = chi_square(counts, variants.probabilities * 100_000)
        assert p > 0.001, f"{variants.layer}: {counts.tolist()}"


def test_random_layers_are_independent():
    traits = draw(ARTICLE, 100_000).astype(int)
    for (a, left), (b, right) in itertools.combinations(enumerate(ARTICLE), 2):
        width = len(right.names)
        cells = np.bincount(traits[:, a] * width + traits[:, b], minlength=len(left.names) * width)
        expected = np.outer(left.probabilities, right.probabilities).ravel() * 100_000
        _, p = chi_square(cells, expected)
        assert p > 0.001, f"{left.layer} and {right.layer}"


@given(st.lists(distributions(), min_size=1, max_size=4), st.integers(0, 2**64 - 1))
def test_random_never_draws_what_has_probability_0(chances, seed):
    traits = draw(layers_of(*chances), 300, seed)
    for column, probabilities in enumerate(chances):
        drawn = set(traits[:, column].tolist())
        assert drawn <= {k for k, p in enumerate(probabilities) if p > 0}


@pytest.mark.parametrize("unit", [0.0, 1 - 2**-53])
@given(distributions())
@example([0.0, 1.0, 0.0])
def test_random_at_the_ends_of_the_range(unit, probabilities):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "imggen.planning.sampling.distribution.random_units", lambda *_: np.array([unit])
        )
        drawn = int(draw(layers_of(probabilities), 1)[0, 0])
    possible = [k for k, p in enumerate(probabilities) if p > 0]
    assert drawn == possible[0 if unit == 0 else -1]


def test_random_by_inversion(monkeypatch):
    units = np.array([0, 0.25 - 2**-53, 0.25, 0.5, 0.75 - 2**-53, 0.75, 1 - 2**-53])
    monkeypatch.setattr("imggen.planning.sampling.distribution.random_units", lambda *_: units)
    drawn = draw(layers_of([0.25, 0.0, 0.5, 0.25]), len(units))[:, 0]
    assert drawn.tolist() == [0, 0, 2, 2, 2, 3, 3]


# --- the table ------------------------------------------------------------------------------------


def test_every_sampling_has_a_sampler():
    sampling = get_args(Dataset.model_fields["sampling"].annotation)
    assert {*SAMPLERS} == {*sampling, "unique", "unique quota"}
    assert [sampler_of(Dataset(sampling=word)) for word in sampling] == [
        SAMPLERS[word] for word in sampling
    ]
    assert sampler_of(Dataset(unique=True)) is SAMPLERS["unique"]
    assert sampler_of(Dataset(unique=True, sampling="quota")) is SAMPLERS["unique quota"]
    assert sampler_of(Dataset(unique=True, sampling="all")) is SAMPLERS["all"]


@pytest.mark.parametrize("word", SAMPLERS)
def test_the_table_tells_what_a_sampler_does(word):
    """Half as many scenes begin the same or not, and all combinations or as many as asked for."""
    sampler = SAMPLERS[word]
    distribution = Distribution((layer("a", [0.5, 0.3, 0.2]), layer("b", [0.6, 0.1, 0.1, 0.2])))
    if word == "unique quota":  # that gives each combination once
        distribution = Distribution((layer("a", [1 / 3] * 3), layer("b", [1 / 4] * 4)))
    few, many = sampler.draw(3, 6, distribution), sampler.draw(3, 12, distribution)
    assert np.array_equal(few[:6], many[:6]) == sampler.prefix_stable
    assert (len(few), len(many)) == ((12, 12) if sampler.exhaustive else (6, 12))


@pytest.mark.parametrize("word", SAMPLERS)
def test_scenes_come_first_where_a_sampler_knows_no_splits(word):
    sampling = "random" if word == "unique" else word.split()[-1]
    dataset = Dataset(unique=word.startswith("unique"), sampling=sampling)
    halves = [{"name": "train", "share": 0.5}, {"name": "test", "share": 0.5}]
    config = Config(dataset=dataset, layer=[{"name": "a", "folder": "a"}], split=halves)
    assert (config.dataset.scenes_first is not None) == (SAMPLERS[word].draw_in_splits is None)


# --- law 2 ----------------------------------------------------------------------------------------


@given(st.integers(1, 200), st.integers(0, 300), st.integers(0, 2**64 - 1))
def test_random_is_prefix_stable(count, more, seed):
    np.testing.assert_array_equal(
        draw(ARTICLE, count + more, seed)[:count], draw(ARTICLE, count, seed)
    )


@pytest.mark.parametrize("sampling", ["random", "quota"])
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_another_layer_does_not_reshuffle_the_others(sampling, place):
    added = [*ARTICLE[:place], layer("hat", [0.5, 0.5]), *ARTICLE[place:]]
    with_hat = np.delete(draw(added, 500, sampling=sampling), place, axis=1)
    np.testing.assert_array_equal(with_hat, draw(ARTICLE, 500, sampling=sampling))


def test_another_seed_is_another_dataset():
    assert (draw(ARTICLE, 500, 1) != draw(ARTICLE, 500, 2)).any(axis=0).all()


# --- all ------------------------------------------------------------------------------------------


def test_all_is_the_article_s_table():
    traits = draw(ARTICLE, sampling="all")
    rows = [tuple(v.names[k] for v, k in zip(ARTICLE, row, strict=True)) for row in traits.tolist()]
    assert rows == list(itertools.product(BACKGROUNDS, CHARACTERS, ALL_OBJECTS))
    # Its first, second and last rows, as published.
    assert rows[:2] == [("countryside", "mage", "anchor"), ("countryside", "mage", "axe")]
    assert rows[-2:] == [("glacial", "warrior", "key"), ("glacial", "warrior", "none")]


@given(st.lists(distributions(5), min_size=1, max_size=4))
def test_all_is_every_combination_once_in_order(chances):
    traits = draw(layers_of(*chances), sampling="all")
    possible = [[k for k, p in enumerate(probabilities) if p > 0] for probabilities in chances]
    assert traits.tolist() == [list(row) for row in itertools.product(*possible)]
    assert combinations(layers_of(*chances)) == len(traits)


def test_all_of_too_many():
    with pytest.raises(PlanError) as caught:
        draw(layers_of(*[[0.1] * 10] * 8, [0.05] * 20), sampling="all")
    check_sentence(caught.value, "2,000,000,000 combinations", "at most 1,000,000,000", "a count")


def test_too_many():
    with pytest.raises(PlanError) as caught:
        draw(ARTICLE, 10**10)
    check_sentence(caught.value, "dataset.count is 10,000,000,000", "at most 1,000,000,000")


# --- quota ----------------------------------------------------------------------------------------


@given(st.lists(distributions(), min_size=1, max_size=3), st.integers(1, 2000))
def test_quota_is_exact(chances, count):
    traits = draw(layers_of(*chances), count, sampling="quota")
    for column, probabilities in enumerate(chances):
        counts = np.bincount(traits[:, column], minlength=len(probabilities))
        assert counts.sum() == count
        assert (np.abs(counts - np.array(probabilities) * count) < 1 + 1e-6).all()
        assert all(n == 0 for n, p in zip(counts, probabilities, strict=True) if p == 0)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=8).filter(any), st.integers(1, 10**6))
@example([3, 3, 3, 1], 10)
@example([1, 1, 1], 100)
def test_quota_counts_are_those_of_hamilton(weights, count):
    from fractions import Fraction

    exact = [Fraction(weight, sum(weights)) for weight in weights]
    counts = largest_remainder(np.array([float(p) for p in exact]), count)
    assert counts.tolist() == exact_largest_remainder(exact, count)


def test_quota_of_the_article():
    traits = draw(ARTICLE, 200, sampling="quota")
    counts = np.bincount(traits[:, 1]).tolist()
    assert dict(zip(CHARACTERS, counts, strict=True)) == {
        "mage": 80, "warrior": 60, "pirate": 40, "monster": 19, "toadking": 1,
    }  # fmt: skip


def test_quota_is_shuffled():
    column = draw(layers_of([0.5, 0.5]), 1000, sampling="quota")[:, 0]
    changes = np.count_nonzero(np.diff(column.astype(int)))
    assert 400 < changes < 600  # 499.5 on average, 15.8 standard deviation


# --- unique ---------------------------------------------------------------------------------------


@given(
    st.lists(distributions(5), min_size=1, max_size=4),
    st.floats(0, 1),
    st.integers(0, 2**64 - 1),
)
def test_unique_has_no_duplicates(chances, share, seed):
    layers = layers_of(*chances)
    count = max(1, round(combinations(layers) * share))
    traits = draw(layers, count, seed, unique=True)
    assert traits.shape == (count, len(layers))
    assert len({tuple(row) for row in traits.tolist()}) == count
    for column, probabilities in enumerate(chances):
        assert all(probabilities[k] > 0 for k in traits[:, column].tolist())


@given(st.lists(distributions(5), min_size=1, max_size=4), st.integers(0, 2**64 - 1))
def test_unique_exhausts_all_combinations(chances, seed):
    layers = layers_of(*chances)
    traits = draw(layers, combinations(layers), seed, unique=True)
    assert sorted(traits.tolist()) == draw(layers, sampling="all").tolist()


def test_unique_never_stops_short():
    with pytest.raises(PlanError) as caught:
        draw(ARTICLE, 221, unique=True)
    check_sentence(
        caught.value, "dataset.count is 221", "only 220 different combinations", "lower the count"
    )
    assert len(draw(ARTICLE, 220, unique=True)) == 220


DRAWS = 20_000
SMALL = [[0.5, 0.3, 0.2], [0.9, 0.1]]
SMALL_CHANCES = [a * b for a, b in itertools.product(*SMALL)]


@pytest.fixture(scope="module")
def small_draws():
    """Three unique draws of six combinations, for many seeds: (DRAWS, 3), which combination."""
    layers = layers_of(*SMALL)
    traits = np.array([draw(layers, 3, seed, unique=True) for seed in range(DRAWS)])
    return traits[..., 0].astype(int) * 2 + traits[..., 1]


@pytest.mark.slow
def test_unique_first_draws_match_the_probabilities(small_draws):
    counts = np.bincount(small_draws[:, 0], minlength=6)
    _, p = chi_square(counts, np.array(SMALL_CHANCES) * DRAWS)
    assert p > 0.001, counts.tolist()


@pytest.mark.slow
def test_unique_is_drawing_one_after_the_other(small_draws):
    expected = without_replacement(SMALL_CHANCES, 3)
    assert sum(expected.values()) == pytest.approx(1)
    orders = sorted(expected)
    numbers = {order: k for k, order in enumerate(orders)}
    counts = np.bincount([numbers[tuple(row)] for row in small_draws.tolist()], minlength=120)
    # Rare orders together, so that each cell expects enough.
    chances = np.array([expected[order] for order in orders]) * DRAWS
    rare = chances < 5
    _, p = chi_square([*counts[~rare], counts[rare].sum()], [*chances[~rare], chances[rare].sum()])
    assert p > 0.001


@pytest.mark.slow
def test_unique_of_a_big_space():
    layers = layers_of(*[[1 / 50] * 50] * 10)
    traits = draw(layers, 100_000, unique=True)
    assert len(np.unique(traits, axis=0)) == 100_000
    for column in range(10):
        _, p = chi_square(np.bincount(traits[:, column], minlength=50), np.full(50, 2000))
        assert p > 0.0001, f"layer {column}"


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30), st.integers(1, 40))
def test_largest(values, count):
    expected = sorted(range(len(values)), key=lambda k: (-values[k], k))[:count]
    assert largest(np.array(values, float), count).tolist() == expected


# --- size -----------------------------------------------------------------------------------------


def test_a_plan_takes_a_byte_per_layer():
    assert draw(ARTICLE, 1000).nbytes == 3000
    assert draw([layer("a", [1 / 300] * 300)], 1000).nbytes == 2000


# --- the tests' own statistics --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statistic", "freedom", "p"),
    # From tables of the distribution.
    [
        (3.841, 1, 0.05),
        (18.307, 10, 0.05),
        (29.588, 10, 0.001),
        (124.342, 100, 0.05),
        (2.558, 10, 0.99),
    ],
)
def test_chi_square_tail(statistic, freedom, p):
    assert chi_square_tail(statistic, freedom) == pytest.approx(p, rel=2e-3)


def test_chi_square_tail_of_two_degrees():
    assert chi_square_tail(7.0, 2) == pytest.approx(math.exp(-3.5))
