"""Row filters are those of the specification."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import reference
from tests.checks import check_pixels
from tests.encode.png.jobs import KINDS
from tests.kernels import filter_row, sum_of_sizes

from imggen.draw.sprites import read_only
from imggen.encode.png.filters import (
    AVERAGE,
    MARGIN,
    NONE,
    PAETH,
    SUB,
    UP,
    filtered_rows,
)

FILTERS = (NONE, SUB, UP, AVERAGE, PAETH)
CHANNELS = (1, 3, 4)


def line_of(row):
    """A row behind its margin."""
    return np.concatenate([np.zeros(MARGIN, np.uint8), row]).astype(np.uint8)


def check_filter(row, above, channels, start, count):
    for kind in FILTERS:
        out = np.zeros(count, np.uint8)
        filter_row(kind, line_of(row), line_of(above), start, count, channels, out)
        expected = reference.filter_row(kind, row.tolist(), above.tolist(), channels)
        check_pixels(out, np.array(expected[start : start + count], np.uint8))


@pytest.mark.parametrize("channels", CHANNELS)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.data())
def test_every_filter_on_any_part_of_a_row(channels, seed, width, data):
    rng = np.random.default_rng(seed)
    levels = data.draw(st.sampled_from([[0, 1, 2], [0, 127, 128, 255], range(256)]))
    row, above = rng.choice(levels, (2, width * channels)).astype(np.uint8)
    start = data.draw(st.integers(0, width - 1)) * channels
    check_filter(row, above, channels, start, data.draw(st.integers(0, row.size - start)))


def test_paeth_of_every_difference():
    """All a, b, c of a coarse grid that holds the ends and the neighbours of the middle."""
    levels = [0, 1, 2, 50, 126, 127, 128, 129, 200, 253, 254, 255]
    a, b, c = (grid.ravel() for grid in np.meshgrid(levels, levels, levels))
    row = np.column_stack([a, np.full(a.size, 77)]).astype(np.uint8).ravel()
    above = np.column_stack([c, b]).astype(np.uint8).ravel()
    for pixel in range(0, row.size, 2):
        out = np.zeros(1, np.uint8)
        filter_row(PAETH, line_of(row), line_of(above), pixel + 1, 1, 1, out)
        expected = 77 - reference.paeth(*map(int, (row[pixel], above[pixel + 1], above[pixel])))
        assert out[0] == expected % 256


@given(st.binary(max_size=1500))
def test_sum_of_sizes(data):
    signed = np.frombuffer(data, np.int8).astype(int)
    assert sum_of_sizes(np.frombuffer(data, np.uint8)) == np.abs(signed).sum()


def test_sum_of_sizes_of_a_long_row_of_the_largest():
    assert sum_of_sizes(np.full(100_000, 128, np.uint8)) == 128 * 100_000


@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("kind", KINDS)
def test_rows_take_the_smallest_sum(channels, kind):
    rng = np.random.default_rng(channels)
    for width, height in ((1, 1), (1, 9), (13, 1), (37, 21)):
        pixels = kind(rng, width, height, channels).reshape(height, -1)
        check_rows(pixels, channels)


def check_rows(pixels, channels):
    row_bytes = pixels.shape[1]
    lines = np.full((2, MARGIN + row_bytes), 99, np.uint8)  # as another image left them
    lines[:, :MARGIN] = 0
    tried = np.zeros(row_bytes, np.uint8)
    filtered = filtered_rows(read_only(pixels), channels, lines, tried)
    above = [0] * row_bytes
    for row, found in zip(pixels.tolist(), filtered.tolist(), strict=True):
        by_type = {kind: reference.filter_row(kind, row, above, channels) for kind in FILTERS}
        assert found[1:] == by_type[found[0]]
        sums = {kind: sum(min(r, 256 - r) for r in by_type[kind]) for kind in FILTERS if kind}
        assert sums[found[0]] == min(sums.values())
        above = row
