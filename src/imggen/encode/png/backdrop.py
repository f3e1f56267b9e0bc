"""A backdrop, prepared once: finished pieces for bands nothing touches, and literal code with an
index of bit offsets for bands that sprites touch.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import int64, njit, types, uint16

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

GRID = 8  # px between columns whose bit offsets are known; sprites' spans are aligned to it
BAND_BYTES = 160_000  # about; a smaller band is touched less, a larger one has fewer headers
SPARE_WORDS = 256  # a block's header, its end, and what bit copies read ahead
OWN_WEIGHT = 8  # of a band's own bytes in the code of its splice, against the sprites'
PRIOR_BYTES = 2**20  # of a band, for which `sprite_prior` is made
SPRITE_SHARE = 0.15  # of a touched band's bytes that sprites cover, about
SAMPLED_ROWS = 4
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


PREPARED = types.NamedTuple(
    (
        read_only_type(types.uint8, 2),
        read_only_type(types.uint8, 1),
        read_only_type(types.uint8, 1),
        read_only_type(types.int64, 1),
        read_only_type(types.int64, 2),
        read_only_type(types.uint8, 1),
        read_only_type(types.uint64, 1),
        read_only_type(types.int64, 1),
        read_only_type(types.uint32, 2),
        read_only_type(types.uint16, 3),
        read_only_type(types.uint32, 2),
    ),
    Prepared,
)


def band_words(band_bytes: int) -> int:
    """Words that `band_bytes` filtered bytes take at the very most, coded either way."""
    return band_bytes * LONGEST_CODE // 64 + SPARE_WORDS


def band_rows(row_bytes: int, height: int) -> int:
    """Rows in a band."""
    return min(height, max(4, BAND_BYTES // row_bytes))


def prepare(pixels: npt.NDArray[np.uint8], channels: int, prior: npt.NDArray[np.int64]) -> Prepared:
    """Prepare the backdrop `pixels` (height, row).

    `prior` is (SYMBOLS,) int64: what sprites are expected to add to a band, see `sprite_prior`.
    """
    height, row = pixels.shape
    rows = band_rows(row, height)
    starts = range(0, height, rows)
    columns = -(-(row // channels) // GRID)
    filters = np.empty(height, np.uint8)
    filtered = np.zeros((height, row + 1), np.uint8)
    filter_rows(pixels, channels, filters, filtered)
    column_at = np.zeros((height, columns + 1), np.uint32)
    sums = np.zeros((height, columns + 1, 2), np.uint16)
    tables = np.zeros((len(starts), TABLE_SIZE), np.uint32)
    checksums = np.zeros((len(starts), 3), np.int64)
    spliced = np.zeros(len(starts), np.uint8)
    scratch = np.zeros(band_words(rows * (row + 1)), np.uint64)
    clean, bits, bits_at, position = [], [], [], 0
    for band, start in enumerate(starts):
        part = slice(start, start + rows)
        size = code_filtered(filtered[part], checksums[band], scratch)
        clean.append(chunk(b"IDAT", scratch.view(np.uint8)[:size].tobytes()))
        end = index_band(
            filtered[part], channels, prior, tables[band], scratch, column_at[part], sums[part]
        )
        bits_at.append(position)
        spliced[band] = end <= SPLICE_LIMIT * 8 * size
        if spliced[band]:
            words = (end + 63) // 64
            bits.append(scratch[:words].copy())
            position += 64 * words
    return Prepared(
        pixels=pixels,
        filters=filters,
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


def sprite_prior(sprites: SpriteArrays, channels: int) -> npt.NDArray[np.int64]:
    """How often each symbol is expected from sprites in PRIOR_BYTES of a band: (SYMBOLS,) int64."""
    counts = np.zeros(SYMBOLS, np.int64)
    count_sprites(sprites, channels, counts)
    scaled = counts * (SPRITE_SHARE * PRIOR_BYTES / max(1, counts[:LITERALS].sum()))
    return scaled.astype(np.int64)


_BYTES = types.Array(types.uint8, 1, "C")
_ROWS = types.Array(types.uint8, 2, "C")
_WORDS = types.Array(types.uint64, 1, "C")
_COUNTS = types.Array(types.int64, 1, "C")


@njit(types.int64(_ROWS, _COUNTS, _WORDS), nogil=True, cache=True)
def code_filtered(filtered: Any, checksum: Any, out: Any) -> int:
    """Code a band's filtered rows at the start of `out`; returns the size, bytes.

    `checksum` (3,) int64 gets the band's row of `Prepared.checksums`.
    """
    count = filtered.size
    data = np.zeros(count + 8, np.uint8)
    data[:count] = filtered.reshape(-1)
    total, weighted = plain_sum(data, count), weighted_sum(data, count)
    checksum[0] = total % MODULUS
    checksum[1] = (total * count - weighted) % MODULUS
    checksum[2] = count
    matches = np.empty((count // 8 + 2, 2), np.int64)
    out[0] = 0
    return code_band(data, count, matches, out, 0) >> 3


@njit(
    types.int64(
        _ROWS,
        types.int64,
        _COUNTS,
        types.Array(types.uint32, 1, "C"),
        _WORDS,
        types.Array(types.uint32, 2, "C"),
        types.Array(types.uint16, 3, "C"),
    ),
    nogil=True,
    cache=True,
)
def index_band(
    filtered: Any,
    channels: int,
    prior: Any,
    table: Any,
    out: Any,
    column_at: Any,
    sums: Any,
) -> int:
    """Code a band's filtered rows as literals at the start of `out`, and note where columns are.

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
    own = np.zeros(SYMBOLS, np.int64)
    data = np.zeros(row_bytes + 8, np.uint8)
    no_matches = np.empty((1, 2), np.int64)
    for row in range(rows):
        data[:row_bytes] = filtered[row]
        count_symbols(data, row_bytes, no_matches, 0, own)
    weights = own * OWN_WEIGHT + prior * OWN_WEIGHT * filtered.size // PRIOR_BYTES + 1
    lengths = np.empty(SYMBOLS, np.int64)
    code_lengths(weights, LONGEST_CODE, lengths)
    fill_table(lengths, table)
    out[0] = 0
    at = put_header(lengths, out, 0)
    columns = column_at.shape[1] - 1
    for row in range(rows):
        data[:row_bytes] = filtered[row]
        at = put_literals(data, 0, 1, table, out, at)
        for column in range(columns):
            first = 1 + column * GRID * channels
            stop = min(first + GRID * channels, row_bytes)
            column_at[row, column] = at
            at = put_literals(data, first, stop, table, out, at)
        column_at[row, columns] = at
        total = int64(0)
        weighted = int64(0)
        i = 0
        for column in range(columns + 1):
            while i < min(1 + column * GRID * channels, row_bytes):
                total += data[i]
                weighted += i * int64(data[i])
                i += 1
            sums[row, column, 0] = uint16(total % MODULUS)
            sums[row, column, 1] = uint16(weighted % MODULUS)
    return at


@njit(types.void(SPRITE_ARRAYS, types.int64, _COUNTS), nogil=True, cache=True)
def count_sprites(sprites: Any, channels: int, counts: Any) -> None:
    """Count the symbols of all sprites' rows, filtered with Paeth, between their outlines.

    Of each sprite, every SAMPLED_ROWS-th row is looked at. `counts` (SYMBOLS,) int64 is added to.
    """
    table, colour, rows, runs = sprites.table, sprites.colour, sprites.rows, sprites.runs
    for sprite in range(table.shape[0]):
        row_bytes = table[sprite, 2] * channels
        lines = np.zeros((2, MARGIN + row_bytes), np.uint8)
        data = np.zeros(row_bytes + 8, np.uint8)
        matches = np.empty((row_bytes // 8 + 2, 2), np.int64)
        for row in range(1, table[sprite, 3], SAMPLED_ROWS):
            first, end = rows[table[sprite, 1] + row], rows[table[sprite, 1] + row + 1]
            if first == end:
                continue
            at = table[sprite, 0] + row * row_bytes
            lines[0, MARGIN:] = colour[at - row_bytes : at]
            lines[1, MARGIN:] = colour[at : at + row_bytes]
            start = runs[first, 0] * channels
            count = runs[end - 1, 1] * channels - start
            filter_row(PAETH, lines[1], lines[0], start, count, channels, data)
            n = find_matches(data, count, matches)
            count_symbols(data, count, matches, n, counts)
