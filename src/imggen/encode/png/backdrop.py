"""A backdrop, prepared once.

Finished pieces for bands that nothing touches, and literal code with an index of bit offsets for
bands that sprites touch.
"""

from __future__ import annotations

import zlib
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import int64, types, uint16

from imggen.config import Effort
from imggen.draw.blend import copy_row
from imggen.draw.sprites import SPRITE_ARRAYS, SpriteArrays, read_only_type
from imggen.encode.png.adler import MODULUS, plain_sum, weighted_sum
from imggen.encode.png.chunks import chunk
from imggen.encode.png.coder import (
    TABLE_SIZE,
    code_band,
    count_symbols,
    fill_table,
    find_matches,
    put_literals,
)
from imggen.encode.png.filters import MARGIN, PAETH, filter_row, filter_rows
from imggen.encode.png.huffman import LITERALS, LONGEST_CODE, SYMBOLS, code_lengths, put_header
from imggen.encode.png.scratch import SCRATCH, Scratch, band_rows
from imggen.kernels import inner_kernel, kernel

GRID = 8  # px between columns whose bit offsets are known; sprites' spans are aligned to it
OWN_WEIGHT = 8  # of a band's own bytes in the code of its splice, against the sprites'
PRIOR_BYTES = 2**20  # of a band, for which `sprite_prior` is made
SPRITE_SHARE = 0.06  # of a touched band's bytes that sprites cover, about
SAMPLED_ROWS = 4
FLAT_RATIO = 4  # a band that shrinks more than so is flat art, where matches pay
LEVELS = {"balanced": 6, "max": 9}  # of zlib
RAW_DEFLATE = -15  # zlib's window bits: 32 KB, no header
SPLICE_LIMIT = 1.2  # how much larger than its best piece a band's literal code may be


class Prepared(NamedTuple):
    """What is known of a backdrop.

    Attributes
    ----------
    pixels : (height, row) uint8
    filters : (height,) uint8, filter type of each row
    clean : uint8, every band's finished chunk behind one another
    clean_at : (bands + 1,) int64, where each begins in `clean`
    checksums : (bands, 3) int64: Adler-32 of the band alone (both sums, less the 1), and its bytes
    spliced : (bands,) uint8, 1 if the band is spliced when touched, 0 if it is coded afresh
    bits : uint64, the literal code of the bands that are spliced, header first
    bits_at : (bands,) int64, where each band begins in `bits`
    column_at : (height, columns + 1) uint32, bits from the band's beginning to each grid column
        and to the row's end
    sums : (height, columns + 1, 2) uint16, of the row's bytes before that: sum, and sum weighted by
        position in the row, modulo 65521
    tables : (bands, TABLE_SIZE) uint32, the code of each band's splice
    """

    pixels: npt.NDArray[np.uint8]
    filters: npt.NDArray[np.uint8]
    clean: npt.NDArray[np.uint8]
    clean_at: npt.NDArray[np.int64]
    checksums: npt.NDArray[np.int64]
    spliced: npt.NDArray[np.uint8]
    bits: npt.NDArray[np.uint64]
    bits_at: npt.NDArray[np.int64]
    column_at: npt.NDArray[np.uint32]
    sums: npt.NDArray[np.uint16]
    tables: npt.NDArray[np.uint32]


def prepare(
    pixels: npt.NDArray[np.uint8],
    channels: int,
    prior: npt.NDArray[np.int64],
    effort: Effort,
    scratch: Scratch,
) -> Prepared:
    """Prepare the backdrop `pixels` (height, row).

    `prior` is (SYMBOLS,) int64: what sprites are expected to add to a band, see `sprite_prior`.
    """
    height, row = pixels.shape
    rows = band_rows(row, height)
    starts = range(0, height, rows)
    columns = -(-(row // channels) // GRID)
    filtered = np.zeros((height, row + 1), np.uint8)
    filter_rows(pixels, channels, scratch.lines, scratch.residuals, filtered)
    column_at = np.zeros((height, columns + 1), np.uint32)
    sums = np.zeros((height, columns + 1, 2), np.uint16)
    tables = np.zeros((len(starts), TABLE_SIZE), np.uint32)
    checksums = np.zeros((len(starts), 3), np.int64)
    spliced = np.zeros(len(starts), np.uint8)
    out = scratch.out.view(np.uint8)
    clean, bits, bits_at, position = [], [], [], 0
    for band, start in enumerate(starts):
        part = slice(start, start + rows)
        size = code_filtered(filtered[part], checksums[band], scratch)
        piece = smallest_piece(out[:size].tobytes(), filtered[part], effort)
        clean.append(chunk(b"IDAT", piece))
        end = index_band(
            filtered[part], channels, prior, tables[band], column_at[part], sums[part], scratch
        )
        bits_at.append(position)
        spliced[band] = end <= SPLICE_LIMIT * 8 * size
        if spliced[band]:
            words = (end + 63) // 64
            bits.append(scratch.out[:words].copy())
            position += 64 * words
    return Prepared(
        pixels=pixels,
        filters=filtered[:, 0].copy(),
        clean=np.frombuffer(b"".join(clean), np.uint8),
        clean_at=np.cumsum([0, *map(len, clean)]),
        checksums=checksums,
        spliced=spliced,
        bits=np.concatenate([*bits, np.zeros(2, np.uint64)]),
        bits_at=np.array(bits_at, np.int64),
        column_at=column_at,
        sums=sums,
        tables=tables,
    )


def smallest_piece(coded: bytes, filtered: npt.NDArray[np.uint8], effort: Effort) -> bytes:
    """The shorter of `coded` and what deflate makes of a band, if matches are sought in it."""
    flat = len(coded) * FLAT_RATIO < filtered.size
    if effort == "fast" or (effort == "balanced" and not flat):
        return coded
    # "Filtered" seeks long matches only: on photographs it beats every other strategy.
    deflate = zlib.compressobj(LEVELS[effort], zlib.DEFLATED, RAW_DEFLATE, 9, zlib.Z_FILTERED)
    sought = deflate.compress(filtered) + deflate.flush(zlib.Z_SYNC_FLUSH)
    return min(coded, sought, key=len)


def sprite_prior(sprites: SpriteArrays, channels: int, scratch: Scratch) -> npt.NDArray[np.int64]:
    """How often each symbol is expected from sprites in PRIOR_BYTES of a band: (SYMBOLS,) int64."""
    counts = np.zeros(SYMBOLS, np.int64)
    count_sprites(sprites, channels, counts, scratch)
    scaled = counts * (SPRITE_SHARE * PRIOR_BYTES / max(1, counts[:LITERALS].sum()))
    return scaled.astype(np.int64)


@kernel
def code_filtered(filtered: Any, checksum: Any, scratch: Any) -> int:
    """Code a band's filtered rows at the start of `scratch.out`; returns the size, bytes.

    `checksum` (3,) int64 gets the band's row of `Prepared.checksums`.
    """
    count = filtered.size
    copy_row(scratch.residuals[:count], filtered.reshape(-1))
    total = plain_sum(scratch.residuals, count)
    checksum[0] = total % MODULUS
    checksum[1] = (total * count - weighted_sum(scratch.residuals, count)) % MODULUS
    checksum[2] = count
    scratch.out[0] = 0
    return code_band(scratch.residuals, count, scratch.out, 0, scratch.coder) >> 3


@kernel
def index_band(
    filtered: Any, channels: int, prior: Any, table: Any, column_at: Any, sums: Any, scratch: Any
) -> int:
    """Code a band's filtered rows as literals at the start of `scratch.out`, and note where.

    Parameters
    ----------
    filtered : (rows, 1 + row) uint8
    prior : (SYMBOLS,) int64, expected from sprites in PRIOR_BYTES of a band
    table : (TABLE_SIZE,) uint32, filled in
    column_at, sums : the band's rows of `Prepared.column_at` and `Prepared.sums`, filled in

    Returns
    -------
    int
        The position after the last literal, bits.
    """
    rows, row_bytes = filtered.shape
    coder, out, data = scratch.coder, scratch.out, scratch.residuals
    weights = coder.weights
    weights[:] = 0
    copy_row(data[: filtered.size], filtered.reshape(-1))
    count_symbols(data, filtered.size, 0, coder, weights)
    for symbol in range(SYMBOLS):
        from_sprites = prior[symbol] * OWN_WEIGHT * filtered.size // PRIOR_BYTES
        weights[symbol] = weights[symbol] * OWN_WEIGHT + from_sprites + 1
    code_lengths(weights, LONGEST_CODE, coder.lengths, coder.huffman)
    fill_table(coder.lengths, table)
    out[0] = 0
    at = put_header(coder.lengths, out, 0, coder.huffman)
    columns = column_at.shape[1] - 1
    for row in range(rows):
        first = row * row_bytes
        for column in range(columns + 1):
            stop = row * row_bytes + min(1 + column * GRID * channels, row_bytes)
            at = put_literals(data, first, stop, table, out, at)
            column_at[row, column] = at
            first = stop
        sum_columns(filtered[row], GRID * channels, sums[row])
    return at


@inner_kernel
def sum_columns(row: Any, step: int, sums: Any) -> None:
    """Fill in a row of `Prepared.sums`; columns are `step` bytes apart."""
    total = int64(0)
    weighted = int64(0)
    i = 0
    for column in range(sums.shape[0]):
        stop = min(1 + column * step, row.shape[0])
        while i < stop:
            total += row[i]
            weighted += i * int64(row[i])
            i += 1
        sums[column, 0] = uint16(total % MODULUS)
        sums[column, 1] = uint16(weighted % MODULUS)


@kernel
def count_sprites(sprites: Any, channels: int, counts: Any, scratch: Any) -> None:
    """Count the symbols of all sprites' rows, filtered with Paeth, between their outlines.

    Of each sprite, every SAMPLED_ROWS-th row is looked at. `counts` (SYMBOLS,) int64 is added to.
    """
    lines, data = scratch.lines, scratch.residuals
    width = (lines.shape[1] - MARGIN) // channels
    for sprite in range(sprites.table.shape[0]):
        row_bytes = sprites.table[sprite, 2] * channels
        for row in range(1, sprites.table[sprite, 3], SAMPLED_ROWS):
            index = sprites.table[sprite, 1] + row
            first, end = sprites.rows[index], sprites.rows[index + 1]
            if first == end:
                continue
            start = sprites.runs[first, 0]
            stop = min(sprites.runs[end - 1, 1], start + width)
            count = (stop - start) * channels
            at = sprites.table[sprite, 0] + row * row_bytes + start * channels
            copy_row(lines[0, MARGIN : MARGIN + count], sprites.colour[at - row_bytes :][:count])
            copy_row(lines[1, MARGIN : MARGIN + count], sprites.colour[at : at + count])
            filter_row(PAETH, lines[1], lines[0], 0, count, channels, data)
            n = find_matches(data, count, scratch.coder.matches)
            count_symbols(data, count, n, scratch.coder, counts)


_FILTERED = types.Array(types.uint8, 2, "C")
_COUNTS = types.Array(types.int64, 1, "C")
PREPARED = types.NamedTuple(
    tuple(
        read_only_type(dtype, dimensions)
        for dtype, dimensions in (
            (types.uint8, 2),
            (types.uint8, 1),
            (types.uint8, 1),
            (types.int64, 1),
            (types.int64, 2),
            (types.uint8, 1),
            (types.uint64, 1),
            (types.int64, 1),
            (types.uint32, 2),
            (types.uint16, 3),
            (types.uint32, 2),
        )
    ),
    Prepared,
)
code_filtered.compile((_FILTERED, _COUNTS, SCRATCH))
index_band.compile(
    (
        _FILTERED,
        types.int64,
        _COUNTS,
        types.Array(types.uint32, 1, "C"),
        types.Array(types.uint32, 2, "C"),
        types.Array(types.uint16, 3, "C"),
        SCRATCH,
    )
)
count_sprites.compile((SPRITE_ARRAYS, types.int64, _COUNTS, SCRATCH))
