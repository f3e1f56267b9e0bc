"""The two sums make Adler-32."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imggen.encode.png.adler import MODULUS, plain_sum, sum_runs, weighted_sum
from imggen.encode.png.runs import find_runs


def adler(data):
    """Adler-32 from the sums, by the formula the module gives."""
    count = len(data)
    plain = plain_sum(data, count)
    first = 1 + plain
    second = count + count * plain - weighted_sum(data, count)
    return second % MODULUS << 16 | first % MODULUS


@given(st.binary(max_size=2000))
def test_is_adler(data):
    assert adler(np.frombuffer(data, np.uint8).copy()) == zlib.adler32(data)


@pytest.mark.parametrize("count", [255, 256, 257, 65_521, 1_000_003])
@pytest.mark.parametrize("value", [0, 1, 255])
def test_long_and_large(count, value):
    data = np.full(count, value, np.uint8)
    assert adler(data) == zlib.adler32(data)


def test_only_count_bytes_are_summed():
    data = np.full(600, 255, np.uint8)
    for count in (0, 1, 255, 256, 300):
        assert plain_sum(data, count) == 255 * count
        assert weighted_sum(data, count) == 255 * count * (count - 1) // 2


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(1, 400)), max_size=20))
def test_sums_by_matches_are_the_same(runs):
    data = np.repeat(*np.array(runs, np.int64).reshape(-1, 2).T).astype(np.uint8)
    padded = np.append(data, np.zeros(8, np.uint8))
    runs = np.zeros((len(data) // 8 + 2, 2), np.int64)
    n = find_runs(padded, 1, len(data), 0, runs)
    expected = plain_sum(data, len(data)), weighted_sum(data, len(data))
    assert sum_runs(padded, len(data), runs, n) == expected


def test_sums_by_matches_of_noise():
    data = np.random.default_rng(0).integers(0, 256, 5008).astype(np.uint8)
    runs = np.zeros((1, 2), np.int64)
    expected = plain_sum(data, 5000), weighted_sum(data, 5000)
    assert sum_runs(data, 5000, runs, 0) == expected
