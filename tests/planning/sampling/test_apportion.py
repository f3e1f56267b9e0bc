"""Images are apportioned by Webster's method, computed exactly, for every number of them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference import webster

from imggen.planning.sampling.apportion import apportion, ranks

WEIGHTS = st.lists(st.integers(0, 1000), min_size=1, max_size=6).filter(any)


def shares_of(weights):
    return np.array([float(Fraction(weight, sum(weights))) for weight in weights])


@given(WEIGHTS, st.integers(0, 300))
def test_webster_s_method(weights, count):
    exact = [Fraction(weight, sum(weights)) for weight in weights]
    assert apportion(shares_of(weights), count).tolist() == webster(exact, count)


@given(WEIGHTS, st.integers(0, 200), st.integers(0, 200))
def test_more_begin_with_the_fewer(weights, count, more):
    shares = shares_of(weights)
    assert apportion(shares, count + more)[:count].tolist() == apportion(shares, count).tolist()


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=3), st.integers(1, 2000))
def test_up_to_three_never_stray_by_a_whole_image(weights, count):
    owners = apportion(shares_of(weights), count)
    for n in {1, count // 3, count // 2, count} - {0}:
        got = np.bincount(owners[:n], minlength=len(weights))
        assert (np.abs(got - shares_of(weights) * n) < 1).all()


@pytest.mark.parametrize(
    ("shares", "expected"),
    [([0.5, 0.5], [0, 1, 0, 1, 0]), ([0.8, 0.2], [0, 0, 1, 0, 0]), ([0.0, 1.0], [1] * 5)],
)
def test_by_hand(shares, expected):
    assert apportion(np.array(shares), 5).tolist() == expected


@given(st.lists(st.integers(0, 9), min_size=1, max_size=50))
def test_ranks(group):
    assert ranks(np.array(group)).tolist() == [group[:k].count(g) for k, g in enumerate(group)]
