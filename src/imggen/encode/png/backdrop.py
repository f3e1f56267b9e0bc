"""A backdrop, prepared once.

Finished pieces for bands that nothing touches, and code with an index of bit offsets for bands that
sprites touch. Its matches only repeat the byte before them, so that it can be cut nearly anywhere.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import types

from imggen.config import Effort
from imggen.draw.sprites import read_only_type
from imggen.encode.png.chunks import chunk
from imggen.encode.png.coder import (
    TABLE_SIZE,
)
from imggen.encode.png.filters import filter_rows
from imggen.encode.png.index import GRID, code_loaded, index_loaded, load_band
from imggen.encode.png.scratch import Scratch, band_rows

FLAT_RATIO = 4  # how much flat art shrinks, at the least
LEVELS = {"balanced": 6, "max": 9}  # of zlib
RAW_DEFLATE = -15  # zlib's window bits: 32 KB, no header


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
