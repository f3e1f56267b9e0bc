"""One image: streams rows from top to bottom, drawing and coding only what sprites touch.

A touched band is *spliced* (the bits of the backdrop's code are copied up to a sprite, the covered
pixels are coded with the same code, and so on) or, if its backdrop is flat art, coded afresh.
"""

from __future__ import annotations

from typing import Any

from numba import int64, types, uint64

from imggen.draw.blend import copy_row
from imggen.draw.sprites import SPRITE_ARRAYS, draw_sprite_row
from imggen.encode.png.adler import MODULUS, plain_sum, sum_matched, weighted_sum
from imggen.encode.png.backdrop import PREPARED
from imggen.encode.png.bits import copy_bits, end_piece
from imggen.encode.png.coder import code_matched, find_matches, put_coded
from imggen.encode.png.filters import MARGIN, filter_row
from imggen.encode.png.huffman import END_OF_BLOCK, put_entry
from imggen.encode.png.index import GRID
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
    bands = backdrop.checksums.shape[0]
    rows = backdrop.checksums[0, 2] // (backdrop.pixels.shape[1] + 1)
    top, bottom = touched_rows(sprites, items, height)
    asked = is_asked(memo)
    position = int64(0)
    pieces, spliced, afresh = 0, 0, 0
    open_piece = False
    total, weighted = int64(1), int64(0)
    for band in range(bands):
        start, stop = band * rows, min(band * rows + rows, height)
        count = backdrop.checksums[band, 2]
        plain, against = backdrop.checksums[band, 0], backdrop.checksums[band, 1]
        touched = False
        first = end = position
        if start < bottom and stop > top:
            first = position if open_piece else start_piece(scratch.out, position)
            slot = -1 - SLOTS
            if asked:
                slot = find_band(memo, number, band, start, stop, sprites.table, items)
            if slot >= 0:
                end = recall_band(memo, slot, scratch.out, first)
                plain, against = memo.slots[slot, 2], memo.slots[slot, 3]
            else:
                at = (band, start, stop)
                if backdrop.spliced[band]:
                    end, plain, against = splice_band(
                        backdrop, sprites, items, channels, scratch, at, first
                    )
                else:
                    end, plain, against = code_afresh(
                        backdrop, sprites, items, channels, scratch, at, first
                    )
                keep_band(memo, slot, scratch.out, first, end, plain, against)
            touched = end > first
        if touched:
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
        open_piece = touched
        weighted = (weighted + total * count + against) % MODULUS
        total = (total + plain) % MODULUS
    return pieces + open_piece, weighted << 16 | total, spliced, afresh


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
    table = backdrop.tables[band]
    base = backdrop.bits_at[band]
    count = backdrop.checksums[band, 2]
    copied = int64(0)
    position = first
    more, more_weighted = int64(0), int64(0)
    width = row_bytes // channels
    n = find_spans(sprites, items, start, width, scratch.spans[start & 1])
    n = widen_spans(backdrop.column_at[start], width, scratch.spans[start & 1], n)
    if n > 0:
        draw_above(backdrop, sprites, items, channels, scratch, start)
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
        for k in range(n):
            left, right = here[k, 0] * channels, here[k, 1] * channels
            column, column_end = here[k, 0] // GRID, -(-here[k, 1] // GRID)
            old_start = int64(backdrop.column_at[row, column])
            old_stop = int64(backdrop.column_at[row, column_end])
            position = copy_bits(
                backdrop.bits, base + copied, old_start - copied, scratch.out, position
            )
            copied = old_stop
            size = right - left
            filter_row(
                backdrop.filters[row],
                scratch.lines[row & 1],
                scratch.lines[1 - (row & 1)],
                left,
                size,
                channels,
                scratch.residuals,
            )
            found = find_matches(scratch.residuals, size, scratch.coder.matches)
            position = put_coded(
                scratch.residuals, size, scratch.coder.matches, found, table, scratch.out, position
            )
            old, old_end = backdrop.sums[row, column], backdrop.sums[row, column_end]
            plain = plain_sum(scratch.residuals, size)
            change = plain - (int64(old_end[0]) - int64(old[0]))
            in_row = weighted_sum(scratch.residuals, size) + plain * (1 + left)
            more += change
            more_weighted += change * (count - (row - start) * (row_bytes + 1))
            more_weighted -= in_row - (int64(old_end[1]) - int64(old[1]))
        n = n_below
    if position > first:
        columns = backdrop.column_at.shape[1] - 1
        rest = int64(backdrop.column_at[stop - 1, columns]) - copied
        position = copy_bits(backdrop.bits, base + copied, rest, scratch.out, position)
        position = put_entry(table[END_OF_BLOCK], scratch.out, position)
        position = end_piece(scratch.out, position)
    plain, against = backdrop.checksums[band, 0], backdrop.checksums[band, 1]
    return position, plain + more, against + more_weighted


@inner_kernel
def code_afresh(
    backdrop: Any, sprites: Any, items: Any, channels: int, scratch: Any, at: Any, first: int
) -> Any:
    """Draw, filter and code one whole band; returns as `splice_band` does."""
    band, start, stop = at
    row_bytes = backdrop.pixels.shape[1]
    count = backdrop.checksums[band, 2]
    data = scratch.residuals
    draw_above(backdrop, sprites, items, channels, scratch, start)
    for row in range(start, stop):
        draw_row(backdrop, sprites, items, channels, scratch, row, 0, row_bytes)
        line = data[(row - start) * (row_bytes + 1) :]
        line[0] = backdrop.filters[row]
        filter_row(
            backdrop.filters[row],
            scratch.lines[row & 1],
            scratch.lines[1 - (row & 1)],
            0,
            row_bytes,
            channels,
            line[1:],
        )
    found = find_matches(data, count, scratch.coder.matches)
    plain, in_band = sum_matched(data, count, scratch.coder.matches, found)
    end = code_matched(data, count, found, scratch.out, first, scratch.coder)
    return end, plain, plain * count - in_band


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
