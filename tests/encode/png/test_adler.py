"""The two sums make Adler-32."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kernels import find_runs, sums_by_runs, sums_of

from imggen.encode.png.deflate import MODULUS


def adler(data):
    """Adler-32 from the sums, by the formula the module gives."""
    count = len(data)
    plain, weighted = sums_of(data, count)
    first = 1 + plain
    second = count + count * plain - weighted
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
        assert sums_of(data, count) == (255 * count, 255 * count * (count - 1) // 2)


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(1, 400)), max_size=20))
def test_sums_by_matches_are_the_same(runs):
    data = np.repeat(*np.array(runs, np.int64).reshape(-1, 2).T).astype(np.uint8)
    padded = np.append(data, np.zeros(8, np.uint8))
    runs = np.zeros((len(data) // 8 + 2, 2), np.int64)
    n = find_runs(padded, 1, len(data), 0, runs)
    assert sums_by_runs(padded, len(data), runs, n) == sums_of(data, len(data))


def test_sums_by_matches_of_noise():
    data = np.random.default_rng(0).integers(0, 256, 5008).astype(np.uint8)
    runs = np.zeros((1, 2), np.int64)
    assert sums_by_runs(data, 5000, runs, 0) == sums_of(data, 5000)
