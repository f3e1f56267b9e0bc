"""A band of flat art, coded afresh: its runs stay whole, in a code made for what it shows now."""

from __future__ import annotations

from typing import Any

from numba import int64

from imggen.encode.png.adler import sum_runs
from imggen.encode.png.coder import code_runs
from imggen.encode.png.filters import filter_row
from imggen.encode.png.rows import draw_above, draw_row
from imggen.encode.png.runs import add_run, find_runs
from imggen.encode.png.spans import find_spans
from imggen.kernels import inner_kernel


@inner_kernel
def code_afresh(
    backdrop: Any, sprites: Any, items: Any, channels: int, scratch: Any, at: Any, first: int
) -> Any:
    """Draw, filter and code one whole band; returns as `splice_band` does.

    Of a row, what sprites do not touch is left out if its residuals are zero: they are one run.
    """
    band, start, stop = at
    row_bytes = backdrop.pixels.shape[1]
    count = backdrop.checksums[band, 2]
    data, runs = scratch.residuals, scratch.coder.runs
    draw_above(backdrop, sprites, items, channels, scratch, start)
    low, high = coded_extent(backdrop, sprites, items, channels, scratch.spans[0], start)
    n = int64(0)
    for row in range(start, stop):
        low_below, high_below = int64(0), int64(0)
        if row + 1 < stop:
            low_below, high_below = coded_extent(
                backdrop, sprites, items, channels, scratch.spans[0], row + 1
            )
        left, right = unite(low, high, low_below, high_below)
        left = max(left - 1, 0) * channels
        draw_row(backdrop, sprites, items, channels, scratch, row, left, right * channels)
        offset = (row - start) * (row_bytes + 1)
        n = filter_some(
            backdrop, row, low * channels, high * channels, channels, offset, n, scratch
        )
        low, high = low_below, high_below
    plain, in_band = sum_runs(data, count, runs, n)
    end = code_runs(data, count, n, scratch.out, first, scratch.coder)
    return end, plain, plain * count - in_band


@inner_kernel
def coded_extent(
    backdrop: Any, sprites: Any, items: Any, channels: int, spans: Any, row: int
) -> Any:
    """First and end column of a row beyond which all residuals are zero: 0, 0 if all are."""
    row_bytes = backdrop.pixels.shape[1]
    width = row_bytes // channels
    zeros_left, zeros_right = backdrop.zeros[row]
    n = find_spans(sprites, items, row, width, spans)
    if n == 0:
        return int64(0), int64(0 if zeros_left == row_bytes else width)
    low, high = spans[0, 0], spans[n - 1, 1]
    low = low if low * channels <= zeros_left else int64(0)
    high = high if row_bytes - high * channels <= zeros_right else int64(width)
    return low, high


@inner_kernel
def unite(low: int, high: int, other_low: int, other_high: int) -> Any:
    """First and end column of two ranges, each of which may be empty."""
    if low == high:
        return other_low, other_high
    if other_low == other_high:
        return low, high
    return min(low, other_low), max(high, other_high)


@inner_kernel
def filter_some(
    backdrop: Any,
    row: int,
    low: int,
    high: int,
    channels: int,
    offset: int,
    n: int,
    scratch: Any,
) -> int:
    """Filter bytes `low` to `high` of a row that is drawn; what is before and after is zero.

    The row's first byte in `scratch.residuals` is `offset`. Its runs are added to the `n` there
    are; returns how many there are then.
    """
    data, runs = scratch.residuals, scratch.coder.runs
    here, above = scratch.lines[row & 1], scratch.lines[1 - (row & 1)]
    start = offset + 1
    data[offset] = backdrop.filters[row]
    if low > 0:
        n = put_zeros(data, start, start + low, n, runs)
    if high > low:
        filter_row(
            backdrop.filters[row], here, above, low, high - low, channels, data[start + low :]
        )
        n = find_runs(data, start + max(low, 1), start + high, n, runs)
    if high < backdrop.pixels.shape[1]:
        n = put_zeros(data, start + high, start + backdrop.pixels.shape[1], n, runs)
    return n


@inner_kernel
def put_zeros(data: Any, start: int, stop: int, n: int, runs: Any) -> int:
    """Add the run that bytes `start` to `stop` are if they are zero; how many runs there are then.

    Only those are written that others look at: the first two and the last.
    """
    data[start] = 0
    data[start + 1] = 0
    data[stop - 1] = 0
    first = start if data[start - 1] == 0 else start + 1
    return add_run(first, stop, n, runs) if first < stop else n
