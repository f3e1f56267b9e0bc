"""A backdrop, prepared once.

Finished pieces for bands that nothing touches, and two codes with indices of bit offsets for bands
that sprites touch: see index.c.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.encode.png.band import BandIndex, LoadedBand, Words
from imggen.encode.png.chunks import chunk
from imggen.encode.png.deflate import TABLE_SIZE
from imggen.encode.png.filters import filtered_rows
from imggen.encode.png.scratch import Scratch, band_rows, count_stripes
from imggen.encode.png.search import search_rows, search_stripes
from imggen.kernels import Struct, forget_prices, pack

if TYPE_CHECKING:
    from imggen.config import Effort

Bytes = npt.NDArray[np.uint8]

GRID = 8  # px between columns whose bit offsets are known; sprites' spans are aligned to it
NO_CUT = 2**32 - 1  # in `Prepared.column_at`
FLAT_RATIO = 4  # how much flat art shrinks, at the least
LEVELS = {"balanced": 6, "max": 9}  # of zlib
PASSES = {"fast": 0, "balanced": 1, "max": 2}  # of a search for matches
WORTHWHILE = 0.95  # of a band's bytes that are left with matches: few photographs, most JPEGs
RAW_DEFLATE = -15  # zlib's window bits: 32 KB, no header
READ_AHEAD = np.zeros(2, np.uint64)  # what `copy_bits` may read beyond the last code


class Prepared(NamedTuple):
    """What is known of a backdrop.

    Attributes
    ----------
    pixels : (height, row) uint8
    filters : (height,) uint8, filter type of each row
    clean : uint8, every band's finished chunk behind one another
    clean_at : (bands + 1,) int64, where each begins in `clean`
    checksums : (bands, 3) int64: Adler-32 of the band alone (both sums, less the 1), and its bytes
    zeros : (height, 2) int32, of bands coded afresh: zero residuals each row begins and ends with
    spliced : (bands,) uint8, 1 if the band is spliced when touched, 0 if it is coded afresh
    codes : uint64, plain and matched codes of the bands that are spliced, each after its header
    plain_at, matched_at : (bands,) int64, where a band's begin in `codes`, bits
    stripe_at : (height, stripes + 1) uint32, bits from there to each stripe in the matched code,
        and to the row's end
    column_at : (height, columns + 1) uint32, bits to each grid column in the plain code, and to
        the row's end; NO_CUT where a run covers it
    sums : (height, columns + 1, 2) uint16, of the row's bytes before that: sum, and sum weighted by
        position in the row, modulo 65521
    tables : (bands, TABLE_SIZE) uint32, the code of each band's splice
    """

    pixels: npt.NDArray[np.uint8]
    filters: npt.NDArray[np.uint8]
    clean: npt.NDArray[np.uint8]
    clean_at: npt.NDArray[np.int64]
    checksums: npt.NDArray[np.int64]
    zeros: npt.NDArray[np.int32]
    spliced: npt.NDArray[np.uint8]
    codes: npt.NDArray[np.uint64]
    plain_at: npt.NDArray[np.int64]
    matched_at: npt.NDArray[np.int64]
    stripe_at: npt.NDArray[np.uint32]
    column_at: npt.NDArray[np.uint32]
    sums: npt.NDArray[np.uint16]
    tables: npt.NDArray[np.uint32]


def prepare(
    pixels: Bytes, channels: int, prior: npt.NDArray[np.int64], effort: Effort, scratch: Scratch
) -> Prepared:
    """Prepare the backdrop `pixels` (height, row).

    `prior` is (SYMBOLS,) int64: what sprites are expected to add to a band, see `sprite_prior`.
    """
    height, row = pixels.shape
    filtered = filtered_rows(pixels, channels, scratch.lines, scratch.residuals)
    made = blank(pixels, filtered[:, 0].copy(), channels)
    rows = band_rows(row, height)
    stripe = stripe_columns(made) * GRID * channels
    thorough = effort == "max"
    search = search_stripes(stripe, thorough=thorough)
    clean: list[bytes] = []
    codes: list[Words] = []
    forget_prices(scratch.struct)
    for band, start in enumerate(range(0, height, rows)):
        part = slice(start, start + rows)
        loaded = LoadedBand(filtered[part], stripe, index_of(made, band, part), scratch)
        made.spliced[band] = not is_flat(len(loaded.pieces[0]), filtered[part].size)
        if made.spliced[band]:
            made.plain_at[band] = 64 * sum(map(len, codes))
            codes += loaded.splice(search, PASSES[effort], prior, channels)
            made.matched_at[band] = 64 * sum(map(len, codes[:-1]))  # may be the plain one
            if thorough or matches_pay(loaded.pieces):
                loaded.seek(search_rows(row, thorough=thorough), PASSES[effort])
        else:
            made.zeros[part] = count_zeros(filtered[part, 1:])
            if effort != "fast":
                loaded.pieces.append(deflated(filtered[part], LEVELS[effort]))
        clean.append(chunk(b"IDAT", min(loaded.pieces, key=len)))
    return made._replace(
        clean=np.frombuffer(b"".join(clean), np.uint8),
        clean_at=np.cumsum([0, *map(len, clean)]),
        codes=np.concatenate([*codes, READ_AHEAD]),
    )


def blank(pixels: Bytes, filters: Bytes, channels: int) -> Prepared:
    """What is known of the backdrop `pixels` before any of its bands is."""
    height, row = pixels.shape
    bands = -(-height // band_rows(row, height))
    width = row // channels
    columns = -(-width // GRID)
    stripes = count_stripes(width, GRID)
    return Prepared(
        pixels=pixels,
        filters=filters,
        clean=np.zeros(0, np.uint8),
        clean_at=np.zeros(bands + 1, np.int64),
        checksums=np.zeros((bands, 3), np.int64),
        zeros=np.zeros((height, 2), np.int32),
        spliced=np.zeros(bands, np.uint8),
        codes=np.zeros(0, np.uint64),
        plain_at=np.zeros(bands, np.int64),
        matched_at=np.zeros(bands, np.int64),
        stripe_at=np.zeros((height, stripes + 1), np.uint32),
        column_at=np.zeros((height, columns + 1), np.uint32),
        sums=np.zeros((height, columns + 1, 2), np.uint16),
        tables=np.zeros((bands, TABLE_SIZE), np.uint32),
    )


def pack_prepared(prepared: Prepared) -> Struct:
    """Pack what is known of a backdrop for the kernels."""
    height, row = prepared.pixels.shape
    bands, stripes = len(prepared.checksums), prepared.stripe_at.shape[1] - 1
    columns = prepared.column_at.shape[1] - 1
    return pack("Prepared", *prepared, height, row, bands, stripes, columns)


def stripe_columns(prepared: Prepared) -> int:
    """Columns of the grid in each stripe but the last."""
    columns: int = prepared.column_at.shape[1] - 1
    stripes: int = prepared.stripe_at.shape[1] - 1
    return -(-columns // stripes)


def index_of(made: Prepared, band: int, part: slice) -> BandIndex:
    """What of `made` is a band's, whose rows are `part`."""
    rows = made.stripe_at[part], made.column_at[part], made.sums[part]
    return BandIndex(made.checksums[band], made.tables[band], *rows)


def is_flat(coded_bytes: int, filtered_bytes: int) -> bool:
    """Whether a band is flat art, where matches pay and the code of photographs is a bad deal."""
    return coded_bytes * FLAT_RATIO < filtered_bytes


def count_zeros(residuals: Bytes) -> npt.NDArray[np.int64]:
    """How many zeros each row begins and ends with: (rows, 2)."""
    other = residuals != 0
    ends = np.stack([other.argmax(axis=1), other[:, ::-1].argmax(axis=1)], axis=1)
    ends[~other.any(axis=1)] = residuals.shape[1]
    return ends


def matches_pay(pieces: list[bytes]) -> bool:
    """Whether matches saved so much that it pays to seek those from stripe to stripe as well."""
    return len(pieces[-1]) < len(pieces[0]) * WORTHWHILE


def deflated(filtered: Bytes, level: int) -> bytes:
    """What zlib makes of a band."""
    # "Filtered" seeks long matches only: on photographs it beats every other strategy.
    deflate = zlib.compressobj(level, zlib.DEFLATED, RAW_DEFLATE, 9, zlib.Z_FILTERED)
    return deflate.compress(filtered) + deflate.flush(zlib.Z_SYNC_FLUSH)
