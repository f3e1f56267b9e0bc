"""Runs repeat the byte before, and those worth a match are found."""

import numpy as np
from hypothesis import given
from tests.encode.png.data import bytes_with_runs, padded
from tests.kernels import find_all_runs, find_runs
from tests.reference import stretches

LEAST_RUN = 5  # a shorter match costs about what the literals do
SURE_RUN = 15  # repeats that are always found


def runs_of(data):
    runs = np.zeros((len(data) // 8 + 2, 2), np.int64)
    count = find_runs(padded(data), 1, len(data), 0, runs)
    return runs[:count].tolist()


@given(bytes_with_runs())
def test_matches_repeat_the_byte_before(data):
    stop = 0
    for first, length in runs_of(data):
        assert first > stop or first == stop > 0
        assert length >= 8
        stop = first + length
        assert stop <= len(data)
        assert len(set(data[first - 1 : stop])) == 1


@given(bytes_with_runs())
def test_long_runs_are_found(data):
    in_run = np.zeros(len(data), bool)
    for first, length in runs_of(data):
        in_run[first : first + length] = True
    for start, end, _ in stretches(data):
        if end - start > SURE_RUN:
            assert in_run[start + 1 : end - 7].all(), (start, end)


@given(bytes_with_runs())
def test_all_runs_are_all_that_are_worth_a_match(data):
    runs = np.zeros((len(data) // LEAST_RUN + 1, 2), np.int64)
    count = find_all_runs(padded(data), 0, len(data), 0, runs)
    ends = [(start + 1, end) for start, end, _ in stretches(data)]
    worthwhile = [[first, end - first] for first, end in ends if end - first >= LEAST_RUN]
    assert runs[:count].tolist() == worthwhile
