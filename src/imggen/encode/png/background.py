"""Prepare a background, once for all images that show it.

Each band is coded as a finished chunk, which is copied where no sprite touches the band, and as two
codes with an index of bit offsets, which are spliced where a sprite does: see index.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.encode.png.band import BandCoder, BandIndex, Words
from imggen.encode.png.chunks import chunk
from imggen.encode.png.deflate import LITERALS, SYMBOLS, TABLE_SIZE
from imggen.encode.png.filters import filtered_rows
from imggen.encode.png.flat import FlatBands
from imggen.encode.png.matches import expected_prices, search_rows, search_stripes
from imggen.encode.png.scratch import Scratch, band_rows, count_stripes
from imggen.kernels import Struct, count_sprites, pack

if TYPE_CHECKING:
    from imggen.config import Effort
    from imggen.draw.sprites import SpriteArrays

Bytes = npt.NDArray[np.uint8]

GRID = 8  # px between columns whose bit offsets are known; sprites' spans are aligned to it
NO_CUT = 2**32 - 1  # in `Prepared.column_at`
FLAT_RATIO = 4  # flat art is at least so many times larger than its code
LEVELS = {"fast": 0, "balanced": 6, "max": 9}  # of zlib; 0: see `FlatBands`
PASSES = {"fast": 0, "balanced": 1, "max": 2}  # of each search for matches
WORTHWHILE = 0.95  # of a band's bytes; matches reach it in few photographs, in most JPEGs
PRIOR_BYTES = 2**20  # of a band that `sprite_prior` is for
SPRITE_SHARE = 0.06  # of a touched band's bytes; more makes the code of the background worse
SAMPLED_ROWS = 4  # one of so many rows of a sprite is counted
READ_AHEAD = np.zeros(2, np.uint64)  # `copy_bits` may read them beyond the last code


class Prepared(NamedTuple):
    """A prepared background.

    Attributes
    ----------
    pixels : (height, row) uint8
    filters : (height,) uint8, filter type of each row
    clean : uint8, the finished chunks of all bands, one after another
    clean_at : (bands + 1,) int64, where each begins in `clean`
    checksums : (bands, 3) int64: Adler-32 of the band alone (both sums, less the 1), and its bytes
    zeros : (height, 2) int32, the zero residuals that each row of a flat band begins and ends with;
        if it is unfiltered, the bytes of one colour
    spliced : (bands,) uint8, 1 if the band is spliced when touched, 0 if it is coded afresh
    unfiltered : (bands,) uint8, 1 if the rows of a band that is coded afresh are not filtered
    codes : uint64, plain and matched codes of the bands that are spliced, each after its header
    plain_at, matched_at : (bands,) int64, where a band's begin in `codes`, bits
    stripe_at : (height, stripes + 1) uint32, bits from there to each stripe in the matched code,
        and to the row's end
    column_at : (height, columns + 1) uint32, bits to each grid column in the plain code, and to
        the row's end; NO_CUT where a run covers it
    sums : (height, columns + 1, 2) uint16, of the row's bytes before that: sum, and sum weighted by
        position in the row, modulo 65521; of a flat band, of unfiltered bytes
    tables : (bands, TABLE_SIZE) uint32, the code of each band's splice
    """

    pixels: npt.NDArray[np.uint8]
    filters: npt.NDArray[np.uint8]
    clean: npt.NDArray[np.uint8]
    clean_at: npt.NDArray[np.int64]
    checksums: npt.NDArray[np.int64]
    zeros: npt.NDArray[np.int32]
    spliced: npt.NDArray[np.uint8]
    unfiltered: npt.NDArray[np.uint8]
    codes: npt.NDArray[np.uint64]
    plain_at: npt.NDArray[np.int64]
    matched_at: npt.NDArray[np.int64]
    stripe_at: npt.NDArray[np.uint32]
    column_at: npt.NDArray[np.uint32]
    sums: npt.NDArray[np.uint16]
    tables: npt.NDArray[np.uint32]


def prepare(
    pixels: Bytes,
    channels: int,
    sprites: SpriteArrays,
    prior: npt.NDArray[np.int64],
    effort: Effort,
    scratch: Scratch,
) -> Prepared:
    """Prepare the background `pixels` (height, row).

    Parameters
    ----------
    sprites : those of the library
    prior : (SYMBOLS,) int64, how often they are expected to use each symbol: `sprite_prior`
    effort : how long to search for a smaller file
    scratch : overwritten; of a canvas of this size
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
    prices = expected_prices()
    flat = FlatBands(made, pack_prepared(made), channels, sprites, scratch, LEVELS[effort])
    for band, start in enumerate(range(0, height, rows)):
        part = slice(start, min(start + rows, height))
        coder = BandCoder(filtered[part], stripe, index_of(made, band, part), prices, scratch)
        made.spliced[band] = not is_flat(len(coder.pieces[0]), filtered[part].size)
        if made.spliced[band]:
            made.plain_at[band] = 64 * sum(map(len, codes))
            coder.seek(search, PASSES[effort])
            codes += coder.splice(prior, channels)
            made.matched_at[band] = 64 * sum(map(len, codes[:-1]))  # may be the plain one
            if thorough or matches_pay(coder.pieces):
                coder.seek(search_rows(row, thorough=thorough), PASSES[effort])
        else:
            coder.pieces = flat.choose(band, part, filtered[part], coder.pieces)
        clean.append(chunk(b"IDAT", min(coder.pieces, key=len)))
    return made._replace(
        clean=np.frombuffer(b"".join(clean), np.uint8),
        clean_at=np.cumsum([0, *map(len, clean)]),
        codes=np.concatenate([*codes, READ_AHEAD]),
    )


def sprite_prior(sprites: SpriteArrays, channels: int, scratch: Scratch) -> npt.NDArray[np.int64]:
    """Return how often sprites use each symbol in PRIOR_BYTES of a band: (SYMBOLS,) int64.

    A band's code is made for its background and for the sprites that are expected to cover it.
    """
    counts = np.zeros(SYMBOLS, np.int64)
    count_sprites(sprites.struct, channels, SAMPLED_ROWS, counts, scratch.struct)
    share = SPRITE_SHARE * PRIOR_BYTES / max(1, int(counts[:LITERALS].sum()))
    return np.multiply(counts, share).astype(np.int64)


def blank(pixels: Bytes, filters: Bytes, channels: int) -> Prepared:
    """Return the arrays for the background `pixels`, to be filled in band by band."""
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
        unfiltered=np.zeros(bands, np.uint8),
        codes=np.zeros(0, np.uint64),
        plain_at=np.zeros(bands, np.int64),
        matched_at=np.zeros(bands, np.int64),
        stripe_at=np.zeros((height, stripes + 1), np.uint32),
        column_at=np.zeros((height, columns + 1), np.uint32),
        sums=np.zeros((height, columns + 1, 2), np.uint16),
        tables=np.zeros((bands, TABLE_SIZE), np.uint32),
    )


def pack_prepared(prepared: Prepared) -> Struct:
    """Pack a prepared background for the kernels."""
    height, row = prepared.pixels.shape
    bands, stripes = len(prepared.checksums), prepared.stripe_at.shape[1] - 1
    columns = prepared.column_at.shape[1] - 1
    return pack("Prepared", *prepared, height, row, bands, stripes, columns)


def stripe_columns(prepared: Prepared) -> int:
    """Return the columns of the grid in each stripe but the last."""
    columns: int = prepared.column_at.shape[1] - 1
    stripes: int = prepared.stripe_at.shape[1] - 1
    return -(-columns // stripes)


def index_of(made: Prepared, band: int, part: slice) -> BandIndex:
    """Return the views of `made` for a band whose rows are `part`."""
    rows = made.stripe_at[part], made.column_at[part], made.sums[part]
    return BandIndex(made.checksums[band], made.tables[band], *rows)


def is_flat(coded_bytes: int, filtered_bytes: int) -> bool:
    """Tell if a band is flat art: it is coded afresh, as splicing needs far more bytes."""
    return coded_bytes * FLAT_RATIO < filtered_bytes


def matches_pay(pieces: list[bytes]) -> bool:
    """Tell if matches within stripes saved enough that matches within whole rows are worth it."""
    return len(pieces[-1]) < len(pieces[0]) * WORTHWHILE
