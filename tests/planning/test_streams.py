"""Streams depend on seed, name and index only, and are as random as they should be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference import chi_square

from imggen.planning.streams import random_odds, random_units, random_words, scale_words

STREAMS = [random_words, random_units, random_odds]


@pytest.mark.parametrize("stream", STREAMS)
@given(seed=st.integers(0, 2**64 - 1), start=st.integers(0, 5000), count=st.integers(0, 50))
def test_any_range_alone(stream, seed, start, count):
    whole = stream(seed, "hat", 0, start + count)
    np.testing.assert_array_equal(stream(seed, "hat", start, start + count), whole[start:])


@pytest.mark.parametrize("stream", STREAMS)
def test_a_range_far_out_costs_nothing(stream):
    far = 10**15
    both = stream(1, "hat", far, far + 10)
    np.testing.assert_array_equal(stream(1, "hat", far + 7, far + 10), both[7:])


@pytest.mark.parametrize("other", [(2, "hat"), (1, "hats"), (1, "Hat")])
def test_another_seed_or_name_is_another_stream(other):
    assert not np.intersect1d(random_words(1, "hat", 0, 1000), random_words(*other, 0, 1000)).size


def test_known_words():
    """The streams of published datasets must never change."""
    assert random_words(0, "background", 0, 3).tolist() == [
        7274294149735792640,
        1036878622992496094,
        15990496756704073301,
    ]


@given(st.integers(0, 2**64 - 1))
def test_units_are_in_range(seed):
    units, odds = random_units(seed, "hat", 0, 100), random_odds(seed, "hat", 0, 100)
    assert units.min() >= 0
    assert units.max() < 1
    assert odds.min() > 0
    assert odds.max() < 1


@pytest.mark.parametrize(
    ("words", "lowest"),
    [(random_units, 0.0), (random_odds, 2**-53)],
)
def test_extreme_words(monkeypatch, words, lowest):
    extremes = np.array([0, 2**64 - 1], np.uint64)
    monkeypatch.setattr("imggen.planning.streams.random_words", lambda *_: extremes)
    assert words(0, "hat", 0, 2).tolist() == [lowest, 1 - 2**-53]


@given(
    st.lists(
        st.tuples(st.integers(0, 2**64 - 1), st.integers(1, 2**32) | st.integers(1, 2**63)),
        max_size=50,
    )
)
def test_integers_are_the_high_words(pairs):
    words, spans = np.array(pairs, np.uint64).reshape(-1, 2).T
    drawn = scale_words(words, spans)
    assert drawn.tolist() == [word * span >> 64 for word, span in pairs]


@pytest.mark.parametrize("span", [1, 2, 3, 1921, 2**32, 2**32 + 1, 2**63])
def test_integers_reach_both_ends(span):
    extremes = np.array([0, 2**64 - 1], np.uint64)
    assert scale_words(extremes, np.full(2, span, np.uint64)).tolist() == [0, span - 1]


@pytest.mark.parametrize("stream", [random_units, random_odds])
def test_uniform(stream):
    counts, _ = np.histogram(stream(0, "hat", 0, 100_000), 100, (0, 1))
    _, p = chi_square(counts, np.full(100, 1000))
    assert p > 0.001
