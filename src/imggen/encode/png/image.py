"""One image: streams bands from top to bottom, drawing and coding only those that sprites touch.

A touched band is *spliced* (see `splice`) or, if its backdrop is flat art, coded `afresh`.
"""

from __future__ import annotations

from typing import Any

from numba import int64, types, uint64

from imggen.draw.sprites import SPRITE_ARRAYS
from imggen.encode.png.adler import MODULUS
from imggen.encode.png.afresh import code_afresh
from imggen.encode.png.backdrop import PREPARED
from imggen.encode.png.memo import MEMO, SLOTS, find_band, is_asked, keep_band, recall_band
from imggen.encode.png.scratch import SCRATCH
from imggen.encode.png.splice import splice_band
from imggen.kernels import compile_kernel, inner_kernel, kernel

CHUNK_HEAD_BITS = 64  # of an IDAT's length and type, written later
CHUNK_TAIL_BITS = 32  # of its CRC


@kernel
def code_image(
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


compile_kernel(
    code_image,
    (
        PREPARED,
        types.int64,
        SPRITE_ARRAYS,
        types.Array(types.int64, 2, "C"),
        types.int64,
        SCRATCH,
        MEMO,
    ),
)
