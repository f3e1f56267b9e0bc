"""Tables with exact sums: there is one exactly if brute force finds one."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imggen.planning.sampling.flow import NoTableError, fill_table
from imggen.planning.sampling.strata import divide_strata, split_strata


def compositions(total, most):
    """All ways to write `total` as a sum of whole numbers, the k-th at most most[k]."""
    if not most:
        return [()] if total == 0 else []
    return [
        (first, *rest)
        for first in range(min(total, most[0]) + 1)
        for rest in compositions(total - first, most[1:])
    ]


def tables(rows, columns, most):
    """All tables with these sums, by brute force."""
    ways = [compositions(total, limits) for total, limits in zip(rows, most, strict=True)]
    return [
        table
        for table in itertools.product(*ways)
        if tuple(map(sum, zip(*table, strict=True))) == tuple(columns)
    ]


@st.composite
def sums(draw):
    """The sums of a small table, of one total, and the most that each cell may hold."""
    rows = draw(st.lists(st.integers(0, 4), min_size=1, max_size=3))
    width = draw(st.integers(1, 3))
    ends = sorted(draw(st.lists(st.integers(0, sum(rows)), min_size=width - 1, max_size=width - 1)))
    columns = np.diff([0, *ends, sum(rows)])
    most = [draw(st.lists(st.integers(0, 3), min_size=width, max_size=width)) for _ in rows]
    return np.array(rows), columns, np.array(most)


@given(sums())
def test_found_exactly_if_there_is_one(given_):
    rows, columns, most = given_
    every = tables(rows.tolist(), columns.tolist(), most.tolist())
    if every:
        assert tuple(map(tuple, fill_table(rows, columns, most).tolist())) in every
        return
    with pytest.raises(NoTableError) as caught:
        fill_table(rows, columns, most)
    some, only = caught.value.rows, caught.value.columns  # why there is none
    assert rows[some].sum() - most[np.ix_(some, ~only)].sum() > columns[only].sum()


@given(sums())
def test_strata_are_divided_exactly(given_):
    rows, columns, most = given_
    permitted = most > 0
    every = tables(rows.tolist(), columns.tolist(), np.where(permitted, 99, 0).tolist())
    if every:
        found = divide_strata(rows, columns, permitted)
        assert tuple(map(tuple, found.tolist())) in every
    else:
        with pytest.raises(NoTableError):
            divide_strata(rows, columns, permitted)


@given(sums())
def test_each_number_is_its_share_rounded(given_):
    rows, columns, most = given_
    found = divide_strata(rows, columns, np.ones(most.shape, bool))
    shares = np.outer(rows, columns) / max(1, rows.sum())
    assert (np.abs(found - shares) < 1).all()
    np.testing.assert_array_equal(found.sum(axis=0), columns)
    np.testing.assert_array_equal(found.sum(axis=1), rows)


def test_many_strata():
    """As with three layers of 20 variants: every sum exact, every number its share rounded."""
    rng = np.random.default_rng(0)
    strata = rng.integers(0, 40, 8000)
    splits = np.array([strata.sum() - 30_000, 20_000, 10_000])
    found = divide_strata(strata, splits, np.ones((8000, 3), bool))
    np.testing.assert_array_equal(found.sum(axis=0), splits)
    np.testing.assert_array_equal(found.sum(axis=1), strata)
    assert (np.abs(found - np.outer(strata, splits) / strata.sum()) < 1).all()


def test_images_of_a_stratum_are_mixed():
    stratum = np.repeat([0, 1], 600)
    splits = split_strata(3, stratum, np.array([800, 400]), np.ones((2, 2), bool))
    assert np.bincount(splits[:600]).tolist() == [400, 200]
    assert np.abs(np.bincount(splits[:300]) - [200, 100]).max() < 40
