"""A backdrop, prepared once.

Finished pieces for bands that nothing touches, and code with an index of bit offsets for bands that
sprites touch. Its matches only repeat the byte before them, so that it can be cut nearly anywhere.
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
    code_matched,
    count_symbols,
    fill_table,
    find_all_matches,
    find_matches,
    put_literals,
    put_match,
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
FLAT_RATIO = 4  # how much flat art shrinks, at the least
LEVELS = {"balanced": 6, "max": 9}  # of zlib
RAW_DEFLATE = -15  # zlib's window bits: 32 KB, no header
NO_CUT = np.uint32(2**32 - 1)  # in `Prepared.column_at`


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
    bits : uint64, the code of the bands that are spliced, header first
    bits_at : (bands,) int64, where each band begins in `bits`
    column_at : (height, columns + 1) uint32, bits from the band's beginning to each grid column
        and to the row's end; NO_CUT where a match covers it
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
        n = load_band(filtered[part], checksums[band], scratch)
        size = code_loaded(n, scratch)
        piece = smallest_piece(out[:size].tobytes(), filtered[part], effort)
        clean.append(chunk(b"IDAT", piece))
        bits_at.append(position)
        spliced[band] = not is_flat(size, filtered[part].size)
        if spliced[band]:
            end = index_loaded(
                n, channels, prior, tables[band], column_at[part], sums[part], scratch
            )
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


def is_flat(coded_bytes: int, filtered_bytes: int) -> bool:
    """Whether a band is flat art, where matches pay and the code of photographs is a bad deal."""
    return coded_bytes * FLAT_RATIO < filtered_bytes


def smallest_piece(coded: bytes, filtered: npt.NDArray[np.uint8], effort: Effort) -> bytes:
    """The shorter of `coded` and what deflate makes of a band, if matches are sought in it."""
    if effort == "fast" or (effort == "balanced" and not is_flat(len(coded), filtered.size)):
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
def load_band(filtered: Any, checksum: Any, scratch: Any) -> int:
    """Load a band's filtered rows (rows, 1 + row) and find all matches in them; how many.

    `checksum` (3,) int64 gets the band's row of `Prepared.checksums`.
    """
    count, row_bytes = filtered.size, filtered.shape[1]
    copy_row(scratch.residuals[:count], filtered.reshape(-1))
    total = plain_sum(scratch.residuals, count)
    checksum[0] = total % MODULUS
    checksum[1] = (total * count - weighted_sum(scratch.residuals, count)) % MODULUS
    checksum[2] = count
    n = 0
    for row in range(filtered.shape[0]):
        start = row * row_bytes
        stop = start + row_bytes
        n = find_all_matches(scratch.residuals, start, stop, n, scratch.coder.matches)
    scratch.loaded[0], scratch.loaded[1] = count, row_bytes
    return n


@kernel
def code_loaded(n: int, scratch: Any) -> int:
    """Code the loaded band, which has `n` matches, at the start of `scratch.out`; its bytes."""
    scratch.out[0] = 0
    count = scratch.loaded[0]
    return code_matched(scratch.residuals, count, n, scratch.out, 0, scratch.coder) >> 3


@kernel
def index_loaded(
    n: int, channels: int, prior: Any, table: Any, column_at: Any, sums: Any, scratch: Any
) -> int:
    """Code the loaded band, which has `n` matches, at the start of `scratch.out`, to be cut.

    Parameters
    ----------
    prior : (SYMBOLS,) int64, expected from sprites in PRIOR_BYTES of a band
    table : (TABLE_SIZE,) uint32, filled in
    column_at, sums : the band's rows of `Prepared.column_at` and `Prepared.sums`, filled in

    Returns
    -------
    int
        The position after the last row, bits.
    """
    coder, out, data = scratch.coder, scratch.out, scratch.residuals
    count, row_bytes = scratch.loaded
    weights = coder.weights
    weights[:] = 0
    count_symbols(data, count, n, coder, weights)
    for symbol in range(SYMBOLS):
        from_sprites = prior[symbol] * OWN_WEIGHT * count // PRIOR_BYTES
        weights[symbol] = weights[symbol] * OWN_WEIGHT + from_sprites + 1
    code_lengths(weights, LONGEST_CODE, coder.lengths, coder.huffman)
    fill_table(coder.lengths, table)
    out[0] = 0
    at = put_header(coder.lengths, out, 0, coder.huffman)
    match = 0
    for row in range(column_at.shape[0]):
        start, stop = row * row_bytes, (row + 1) * row_bytes
        at, match = index_row(
            data, start, stop, GRID * channels, match, n, table, out, at, column_at[row], coder
        )
        sum_columns(data[start:stop], GRID * channels, sums[row])
    return at


@inner_kernel
def index_row(
    data: Any,
    start: int,
    stop: int,
    step: int,
    match: int,
    n: int,
    table: Any,
    out: Any,
    at: int,
    column_at: Any,
    coder: Any,
) -> Any:
    """Code the row at bytes `start` to `stop` and note where its columns, `step` bytes apart, are.

    A column within a match, or where one begins, is no place to cut: NO_CUT.

    Returns
    -------
    at : int
        The next position in `out`.
    match : int
        The first match of the next row.
    """
    columns = column_at.shape[0] - 1
    column = 0
    i = start
    while i < stop or column <= columns:
        literals_end = min(coder.matches[match, 0], stop) if match < n else stop
        while column <= columns:
            first = min(start + 1 + column * step, stop)
            if first > literals_end or (first == literals_end and first < stop):
                break
            at = put_literals(data, i, first, table, out, at)
            column_at[column] = at
            i = first
            column += 1
        at = put_literals(data, i, literals_end, table, out, at)
        i = literals_end
        if i < stop:
            at = put_match(coder.matches[match, 1], data[i], table, out, at)
            i += coder.matches[match, 1]
            match += 1
            while column <= columns and min(start + 1 + column * step, stop) < i:
                column_at[column] = NO_CUT
                column += 1
    return at, match


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
load_band.compile((_FILTERED, _COUNTS, SCRATCH))
code_loaded.compile((types.int64, SCRATCH))
index_loaded.compile(
    (
        types.int64,
        types.int64,
        _COUNTS,
        types.Array(types.uint32, 1, "C"),
        types.Array(types.uint32, 2, "C"),
        types.Array(types.uint16, 3, "C"),
        SCRATCH,
    )
)
count_sprites.compile((SPRITE_ARRAYS, types.int64, _COUNTS, SCRATCH))
