"""A band, spliced: the code of the backdrop's is copied, but for what sprites change.

The bits are copied up to a sprite, the covered pixels are coded with the same code, and so on.
"""

from __future__ import annotations

from typing import Any

from numba import int64

from imggen.encode.png.adler import plain_sum, weighted_sum
from imggen.encode.png.backdrop import stripe_columns
from imggen.encode.png.bits import copy_bits, end_piece
from imggen.encode.png.coder import put_coded
from imggen.encode.png.filters import filter_row
from imggen.encode.png.huffman import END_OF_BLOCK, put_entry
from imggen.encode.png.index import GRID
from imggen.encode.png.matches import REACH
from imggen.encode.png.rows import draw_above, draw_row
from imggen.encode.png.runs import find_runs
from imggen.encode.png.spans import extent, find_spans, widen_spans
from imggen.encode.png.words import prefetch
from imggen.kernels import inner_kernel

CACHE_LINE = 64  # bytes
MOST_FETCHED = 128  # words; a stripe has about 100, and to where there is no place are millions


@inner_kernel
def splice_band(
    backdrop: Any, sprites: Any, items: Any, channels: int, scratch: Any, at: Any, first: int
) -> Any:
    """Code one band by splicing; `first` and the position returned are the same if it is clean.

    Returns
    -------
    position : int
    plain, against : int
        The band's own sums, as in `Prepared.checksums`, brought up to date.
    """
    band, start, stop = at
    row_bytes = backdrop.pixels.shape[1]
    count = backdrop.checksums[band, 2]
    copied = int64(0)
    position = first
    more, more_against = int64(0), int64(0)
    width = row_bytes // channels
    n = find_spans(sprites, items, start, width, scratch.spans[start & 1])
    n = widen_spans(backdrop.column_at[start], width, scratch.spans[start & 1], n)
    if n > 0:
        draw_above(backdrop, sprites, items, channels, scratch, start)
    step = stripe_columns(backdrop)
    scratch.spoilt[:] = -1
    for row in range(start, stop):
        here, below = scratch.spans[row & 1], scratch.spans[1 - (row & 1)]
        n_below = 0
        if row + 1 < backdrop.pixels.shape[0]:
            n_below = find_spans(sprites, items, row + 1, width, below)
            n_below = widen_spans(backdrop.column_at[row + 1], width, below, n_below)
        if n + n_below > 0:
            low, high = extent(here, n, below, n_below)
            low = max(low - 1, 0) * channels
            draw_row(backdrop, sprites, items, channels, scratch, row, low, high * channels)
        if n > 0 and row + 2 < stop:
            fetch_ahead(backdrop, band, row, here[0, 0], here[n - 1, 1], channels, step)
        mark_spoilt(here, n, row, step, scratch.spoilt)
        position, copied, plain, weighted = splice_row(
            backdrop, band, row, here[:n], channels, scratch, copied, position
        )
        more += plain
        more_against += plain * (count - (row - start) * (row_bytes + 1)) - weighted
        n = n_below
    if position > first:
        rest = int64(backdrop.stripe_at[stop - 1, backdrop.stripe_at.shape[1] - 1]) - copied
        base = backdrop.matched_at[band]
        position = copy_bits(backdrop.codes, base + copied, rest, scratch.out, position)
        position = put_entry(backdrop.tables[band, END_OF_BLOCK], scratch.out, position)
        position = end_piece(scratch.out, position)
    plain, against = backdrop.checksums[band, 0], backdrop.checksums[band, 1]
    return position, plain + more, against + more_against


@inner_kernel
def splice_row(
    backdrop: Any,
    band: int,
    row: int,
    spans: Any,
    channels: int,
    scratch: Any,
    copied: int,
    position: int,
) -> Any:
    """Code those stripes of a row whose matched code is spoilt, and copy what lies before each.

    `copied` is how far the matched code has been copied or replaced, bits.

    Returns
    -------
    position, copied : int
    plain, weighted : int
        What the row's sums, as in `Prepared.sums`, grow by.
    """
    stripe_at, stripes = backdrop.stripe_at[row], backdrop.stripe_at.shape[1] - 1
    columns, step = backdrop.column_at.shape[1] - 1, stripe_columns(backdrop)
    plain, weighted = int64(0), int64(0)
    stripe, k = 0, 0
    while stripe < stripes:
        if scratch.spoilt[stripe] < row:
            stripe += 1
            continue
        old = int64(stripe_at[stripe])
        base = backdrop.matched_at[band]
        position = copy_bits(backdrop.codes, base + copied, old - copied, scratch.out, position)
        column = stripe * step
        while stripe < stripes and scratch.spoilt[stripe] >= row:
            stripe += 1
        copied = int64(stripe_at[stripe])
        column_end = min(stripe * step, columns)
        while k < spans.shape[0] and spans[k, 0] < column_end * GRID:
            position = copy_columns(
                backdrop, band, row, column, spans[k, 0] // GRID, scratch, position
            )
            column = -(-spans[k, 1] // GRID)
            position, more, more_weighted = splice_span(
                backdrop, band, row, spans[k], channels, scratch, position
            )
            plain += more
            weighted += more_weighted
            k += 1
        position = copy_columns(backdrop, band, row, column, column_end, scratch, position)
    return position, copied, plain, weighted


@inner_kernel
def copy_columns(
    backdrop: Any, band: int, row: int, column: int, column_end: int, scratch: Any, position: int
) -> int:
    """Copy the plain code of some columns of a row; the next position."""
    old = int64(backdrop.column_at[row, column])
    size = int64(backdrop.column_at[row, column_end]) - old
    base = backdrop.plain_at[band]
    return copy_bits(backdrop.codes, base + old, size, scratch.out, position)


@inner_kernel
def splice_span(
    backdrop: Any, band: int, row: int, span: Any, channels: int, scratch: Any, position: int
) -> Any:
    """Code a dirty span of a row that is drawn.

    Returns
    -------
    position : int
    plain, weighted : int
        What the row's sums, as in `Prepared.sums`, grow by.
    """
    left, size = span[0] * channels, (span[1] - span[0]) * channels
    here, above = scratch.lines[row & 1], scratch.lines[1 - (row & 1)]
    data, runs = scratch.residuals, scratch.coder.runs
    filter_row(backdrop.filters[row], here, above, left, size, channels, data)
    n = find_runs(data, 1, size, 0, runs)
    position = put_coded(data, size, runs, n, backdrop.tables[band], scratch.out, position)
    old = backdrop.sums[row, span[0] // GRID]
    old_end = backdrop.sums[row, -(-span[1] // GRID)]
    plain = plain_sum(data, size)
    weighted = weighted_sum(data, size) + plain * (1 + left)
    plain -= int64(old_end[0]) - int64(old[0])
    weighted -= int64(old_end[1]) - int64(old[1])
    return position, plain, weighted


@inner_kernel
def mark_spoilt(spans: Any, n: int, row: int, step: int, spoilt: Any) -> None:
    """Note in `spoilt` what the `n` spans of a row spoil: their stripes, and REACH rows below."""
    stripe = step * GRID  # px
    for k in range(n):
        for touched in range(spans[k, 0] // stripe, (spans[k, 1] - 1) // stripe + 1):
            spoilt[touched] = row + REACH


@inner_kernel
def fetch_ahead(
    backdrop: Any, band: int, row: int, low: int, high: int, channels: int, step: int
) -> None:
    """Have fetched what the next two rows need, likely where this one's spans are: `low` to `high`.

    A row's part is too short for the CPU to foresee the next one's: waiting took a tenth.
    """
    next_row, pixels = backdrop.column_at[row + 1], backdrop.pixels[row + 1]
    for i in range(low * channels, high * channels, CACHE_LINE):
        prefetch(pixels, i)
    left, right = low // GRID, -(-high // GRID)
    first, last = left // step * step, min(-(-right // step) * step, next_row.shape[0] - 1)
    fetch_code(backdrop, band, next_row[first], next_row[left])
    fetch_code(backdrop, band, next_row[right], next_row[last])
    columns, sums = backdrop.column_at[row + 2], backdrop.sums[row + 2]
    for column in (first, left, right, last):
        prefetch(columns, column)
    prefetch(sums[left], 0)
    prefetch(sums[right], 0)


@inner_kernel
def fetch_code(backdrop: Any, band: int, start: int, stop: int) -> None:
    """Have fetched bits `start` to `stop` of a band's plain code; there may be no such place."""
    first = (backdrop.plain_at[band] + int64(start)) >> 6
    most = min((int64(stop) - int64(start)) >> 6, MOST_FETCHED)
    for word in range(first, first + most, CACHE_LINE // 8):
        prefetch(backdrop.codes, word)
