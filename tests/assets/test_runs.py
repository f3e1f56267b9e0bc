"""Runs cover what is seen, and no more than that is worth."""

import numpy as np
from hypothesis import given
from tests.reference import runs_of_row
from tests.strategies import alphas

from imggen.assets.runs import SHORTEST_COPY, SHORTEST_GAP, find_runs


def rows_of(alpha):
    """The runs of each row, as lists of (start, end, is opaque)."""
    counts, runs = find_runs(alpha)
    assert counts.shape == (alpha.shape[0],)
    assert runs.dtype == np.int32
    ends = np.cumsum(counts)
    assert ends[-1] == len(runs)
    return [
        [(start, end, bool(copy)) for start, end, copy in runs[end_ - count : end_].tolist()]
        for count, end_ in zip(counts.tolist(), ends.tolist(), strict=True)
    ]


@given(alphas())
def test_same_as_the_slow_twin(alpha):
    expected = [runs_of_row(row.tolist(), SHORTEST_COPY, SHORTEST_GAP) for row in alpha]
    assert rows_of(alpha) == expected


@given(alphas())
def test_every_pixel_that_is_seen_is_in_one_run(alpha):
    for row, runs in zip(alpha, rows_of(alpha), strict=True):
        times = np.zeros(len(row), int)
        for start, end, copy in runs:
            assert 0 <= start < end <= len(row)
            assert not copy or (row[start:end] == 255).all(), "a copied run blends"
            times[start:end] += 1
        assert times.max(initial=0) <= 1, "runs overlap"
        assert (times[row > 0] == 1).all(), "a pixel that is seen is in no run"


def test_nothing_to_draw():
    counts, runs = find_runs(np.zeros((3, 5), np.uint8))
    assert counts.tolist() == [0, 0, 0]
    assert runs.shape == (0, 3)


def test_no_pixels():
    counts, runs = find_runs(np.zeros((0, 0), np.uint8))
    assert counts.shape == (0,)
    assert runs.shape == (0, 3)
