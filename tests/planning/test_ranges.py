"""Ranges of positions say the same as the sets of positions in them."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from imggen.planning.ranges import (
    adjoined,
    covers,
    cut,
    gather,
    merged,
    missing,
    without_overlaps,
)

RANGES = st.lists(
    st.tuples(st.integers(0, 50), st.integers(1, 9)).map(lambda one: (one[0], one[0] + one[1])),
    max_size=20,
)


def positions(ranges):
    """The positions in `ranges`."""
    return {position for bounds in ranges for position in range(*bounds)}


@given(RANGES)
def test_merged_ranges_hold_the_same(ranges):
    made = merged(ranges)
    assert positions(made) == positions(ranges)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(made))
    assert all(covers(made, one) for one in ranges)


def test_a_range_must_be_covered_by_one():
    assert covers([(0, 4), (6, 9)], (6, 8))
    assert not covers([(0, 4), (4, 9)], (3, 5))


@given(RANGES)
def test_an_overlap_goes_to_the_first(ranges):
    ranges = sorted(ranges)
    kept = without_overlaps(ranges)
    assert sum(stop - start for start, stop in kept) == len(positions(kept))
    assert all(positions([one]) & positions(kept) for one in ranges)


@given(RANGES, st.integers(0, 60), st.integers(0, 60))
def test_missing_ranges_hold_the_rest(ranges, begin, end):
    found = list(missing(sorted(ranges), begin, end))
    assert positions(found) == {*range(begin, end)} - positions(ranges)
    assert sum(stop - start for start, stop in found) == len(positions(found))


def test_a_range_is_cut_into_equal_ones_and_a_rest():
    assert list(cut(3, 11, 4)) == [(3, 7), (7, 11)]
    assert list(cut(3, 12, 4)) == [(3, 7), (7, 11), (11, 12)]
    assert list(cut(3, 3, 4)) == []


def test_large_chunks_are_alone():
    assert list(gather([(0, 2), (2, 4), (4, 9), (9, 10), (20, 22)], 4)) == [
        [(0, 2), (2, 4)], [(4, 9)], [(9, 10), (20, 22)]
    ]  # fmt: skip


def test_ranges_without_a_gap_are_one():
    assert list(adjoined([(3, 4), (4, 9), (10, 11), (0, 2), (2, 3)])) == [(3, 9), (10, 11), (0, 3)]
