"""One image: streams rows from top to bottom, drawing and coding only what sprites touch.

A touched band is *spliced* (the bits of the backdrop's code are copied up to a sprite, the covered
pixels are coded with the same code, and so on) or, if its backdrop is flat art, coded afresh.
"""

from __future__ import annotations

from typing import Any

from numba import int64, types, uint64

from imggen.draw.blend import copy_row
from imggen.draw.sprites import SPRITE_ARRAYS, draw_sprite_row
from imggen.encode.png.adler import MODULUS, plain_sum, sum_runs, weighted_sum
from imggen.encode.png.backdrop import PREPARED
from imggen.encode.png.bits import copy_bits, end_piece
from imggen.encode.png.coder import add_run, code_runs, find_runs, put_coded
from imggen.encode.png.filters import MARGIN, filter_row
from imggen.encode.png.huffman import END_OF_BLOCK, put_entry
from imggen.encode.png.index import GRID
from imggen.encode.png.matches import REACH
from imggen.encode.png.memo import MEMO, SLOTS, find_band, is_asked, keep_band, recall_band
from imggen.encode.png.scratch import SCRATCH
from imggen.encode.png.spans import extent, find_spans, widen_spans
from imggen.kernels import inner_kernel, kernel

CHUNK_HEAD_BITS = 64  # of an IDAT's length and type, written later
CHUNK_TAIL_BITS = 32  # of its CRC


@kernel
def splice_image(
    backdrop: Any, number: int, sprites: Any, items: Any, channels: int, scratch: Any, memo: Any
) -> Any:
    """Code what `items` touch.

    Parameters
    ----------
    backdrop : Prepared
    number : tells this backdrop from others
    sprites : imggen.draw.sprites.SpriteArrays
    items : (sprites, 3) int64: row in `sprites.table`, x, y, px
    scratch : Scratch, whose `out` and `pieces` are filled in
    memo : Memo

    Returns
    -------
    pieces : int
        How many rows of `scratch.pieces` are filled in. Bands between them are clean.
    adler : int
        Adler-32 of all filtered rows.
    spliced, afresh : int
        How many bands were coded in either way, now or by the image that left them in the memo.
    """
    height = backdrop.pixels.shape[0]
    rows = backdrop.checksums[0, 2] // (backdrop.pixels.shape[1] + 1)
    top, bottom = touched_rows(sprites, items, height)
    position = int64(0)
    pieces, spliced, afresh = 0, 0, 0
    open_piece = False
    total, weighted = int64(1), int64(0)
    for band in range(backdrop.checksums.shape[0]):
        start, stop = band * rows, min(band * rows + rows, height)
        plain, against = backdrop.checksums[band, 0], backdrop.checksums[band, 1]
        first = end = position
        if start < bottom and stop > top:
            first = position if open_piece else start_piece(scratch.out, position)
            at = (band, start, stop)
            end, plain, against = make_band(
                backdrop, number, sprites, items, channels, scratch, memo, at, first
            )
        if end > first:
            if not open_piece:
                scratch.pieces[pieces, 0] = band
                scratch.pieces[pieces, 2] = (first - CHUNK_HEAD_BITS) >> 3
            scratch.pieces[pieces, 1] = band + 1
            scratch.pieces[pieces, 3] = end >> 3
            position = end
            spliced += backdrop.spliced[band]
            afresh += 1 - backdrop.spliced[band]
        elif open_piece:
            pieces += 1
            position += CHUNK_TAIL_BITS
        open_piece = end > first
        weighted = (weighted + total * backdrop.checksums[band, 2] + against) % MODULUS
        total = (total + plain) % MODULUS
    return pieces + open_piece, weighted << 16 | total, spliced, afresh


@inner_kernel
def make_band(
    backdrop: Any,
    number: int,
    sprites: Any,
    items: Any,
    channels: int,
    scratch: Any,
    memo: Any,
    at: Any,
    first: int,
) -> Any:
    """Code one band, or take what the memo has of it; returns as `splice_band` does."""
    band, start, stop = at
    slot = -1 - SLOTS
    if is_asked(memo):
        slot = find_band(memo, number, band, start, stop, sprites.table, items)
    if slot >= 0:
        end = recall_band(memo, slot, scratch.out, first)
        return end, memo.slots[slot, 2], memo.slots[slot, 3]
    if backdrop.spliced[band]:
        end, plain, against = splice_band(backdrop, sprites, items, channels, scratch, at, first)
    else:
        end, plain, against = code_afresh(backdrop, sprites, items, channels, scratch, at, first)
    keep_band(memo, slot, scratch.out, first, end, plain, against)
    return end, plain, against


@inner_kernel
def touched_rows(sprites: Any, items: Any, height: int) -> Any:
    """First and end row whose residuals sprites may change."""
    top, bottom = height, 0
    for k in range(items.shape[0]):
        y = items[k, 2]
        top = min(top, y)
        bottom = max(bottom, y + sprites.table[items[k, 0], 3] + 1)
    return max(top, 0), min(bottom, height)


@inner_kernel
def start_piece(out: Any, position: int) -> int:
    """Leave room for a chunk's head; the next position."""
    position = (position + 63) & ~63
    out[(position + CHUNK_HEAD_BITS) >> 6] = uint64(0)
    return position + CHUNK_HEAD_BITS


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
    step = stripe_step(backdrop)
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
def stripe_step(backdrop: Any) -> int:
    """Columns of the grid in a stripe."""
    columns, stripes = backdrop.column_at.shape[1] - 1, backdrop.stripe_at.shape[1] - 1
    return -(-columns // stripes)


@inner_kernel
def mark_spoilt(spans: Any, n: int, row: int, step: int, spoilt: Any) -> None:
    """Note in `spoilt` what the `n` spans of a row spoil: their stripes, and REACH rows below."""
    stripe = step * GRID  # px
    for k in range(n):
        for touched in range(spans[k, 0] // stripe, (spans[k, 1] - 1) // stripe + 1):
            spoilt[touched] = row + REACH


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
    columns, step = backdrop.column_at.shape[1] - 1, stripe_step(backdrop)
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
    n = 0
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


@inner_kernel
def draw_above(
    backdrop: Any, sprites: Any, items: Any, channels: int, scratch: Any, row: int
) -> None:
    """Draw the whole row above `row`; above the first there is nothing."""
    if row > 0:
        width_bytes = backdrop.pixels.shape[1]
        draw_row(backdrop, sprites, items, channels, scratch, row - 1, 0, width_bytes)
    else:
        scratch.lines[1] = 0


@inner_kernel
def draw_row(
    backdrop: Any,
    sprites: Any,
    items: Any,
    channels: int,
    scratch: Any,
    row: int,
    low: int,
    high: int,
) -> None:
    """Draw bytes `low` to `high` of a row into its line of `scratch.lines`.

    Whatever sprites draw in this row lies within those bytes.
    """
    line = scratch.lines[row & 1]
    copy_row(line[MARGIN + low : MARGIN + high], backdrop.pixels[row, low:high])
    for k in range(items.shape[0]):
        draw_sprite_row(line[MARGIN:], channels, sprites, items[k], row)


splice_image.compile(
    (
        PREPARED,
        types.int64,
        SPRITE_ARRAYS,
        types.Array(types.int64, 2, "C"),
        types.int64,
        SCRATCH,
        MEMO,
    )
)
