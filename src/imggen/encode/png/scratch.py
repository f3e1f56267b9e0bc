"""What the kernels of one encoder work in: made once, as kernels allocate nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.encode.png.deflate import (
    DISTANCES,
    LITERALS,
    LONGEST_CODE,
    LONGEST_MATCH,
    SHORTEST_MATCH,
    SYMBOLS,
    TABLE_SIZE,
)
from imggen.encode.png.filters import MARGIN
from imggen.encode.png.search import MOST_PLACES
from imggen.kernels import Struct, pack

BAND_BYTES = 320_000  # about; a smaller band is touched less, a larger one has fewer headers
STRIPE = 512  # px, at most; a sprite spoils less of narrow ones, and wide ones have more matches
LEAST_ROWS = 4  # in a band, however long the rows are
SPARE_WORDS = 256  # a block's header, its end, and what bit copies read ahead

Ints = npt.NDArray[np.int64]


class Coder(NamedTuple):
    """A code in the making.

    Attributes
    ----------
    runs : (.., 2) int64, where runs of equal bytes begin, and their lengths
    weights, lengths : (SYMBOLS,) int64
    distance_weights, distance_lengths : (DISTANCES,) int64
    distance_table : (DISTANCES,) uint32
    table : (TABLE_SIZE,) uint32
    """

    runs: Ints
    weights: Ints
    lengths: Ints
    distance_weights: Ints
    distance_lengths: Ints
    distance_table: npt.NDArray[np.uint32]
    table: npt.NDArray[np.uint32]
    struct: Struct


def make_coder(most_bytes: int) -> Coder:
    """Scratch to code at most `most_bytes` at once."""
    arrays = (
        np.zeros((most_bytes // 2 + 1, 2), np.int64),  # bytes between two runs are literals
        np.zeros(SYMBOLS, np.int64),
        np.zeros(SYMBOLS, np.int64),
        np.zeros(DISTANCES, np.int64),
        np.zeros(DISTANCES, np.int64),
        np.zeros(DISTANCES, np.uint32),
        np.zeros(TABLE_SIZE, np.uint32),
    )
    return Coder(*arrays, pack("Coder", *arrays))


class MatchScratch(NamedTuple):
    """What matches are sought in.

    Attributes
    ----------
    matches : (.., 3) int32: where a match begins, its length, its distance
    places : int32, by stripe and hash, where such bytes were last seen, latest first
    price : (row + 1,) int32, bits of the cheapest way to each byte by a match that ends there
    length, distance : (row + 1,) int32, of that match
    before : (row + 1,) int32, where the last match of the way to that match ends
    literals, lengths, distances : int32, bits of bytes, match lengths and distance symbols
    """

    matches: npt.NDArray[np.int32]
    places: npt.NDArray[np.int32]
    price: npt.NDArray[np.int32]
    length: npt.NDArray[np.int32]
    distance: npt.NDArray[np.int32]
    before: npt.NDArray[np.int32]
    literals: npt.NDArray[np.int32]
    lengths: npt.NDArray[np.int32]
    distances: npt.NDArray[np.int32]
    struct: Struct


def make_match_scratch(band_bytes: int, row_bytes: int, stripes: int) -> MatchScratch:
    """Scratch for bands of at most `band_bytes`, and for all searches."""
    arrays = (
        np.zeros((band_bytes // SHORTEST_MATCH + 1, 3), np.int32),
        np.zeros(stripes * MOST_PLACES, np.int32),
        np.zeros(row_bytes + 1, np.int32),
        np.zeros(row_bytes + 1, np.int32),
        np.zeros(row_bytes + 1, np.int32),
        np.zeros(row_bytes + 1, np.int32),
        np.zeros(LITERALS, np.int32),
        np.zeros(LONGEST_MATCH + 1, np.int32),
        np.zeros(DISTANCES, np.int32),
    )
    return MatchScratch(*arrays, pack("MatchScratch", *arrays))


class Scratch(NamedTuple):
    """Scratch for images of one size.

    Attributes
    ----------
    out : uint64, room for the coded bands of an image
    pieces : (bands + 1, 4) int64: first band, end band, first and end byte in `out` of a chunk
    lines : (2, MARGIN + row) uint8, the row being drawn and the one above
    residuals : uint8, of a span or of a whole band
    loaded : (2,) int64, bytes in `residuals` while a band is prepared, and in each of its rows
    spans : (2, .., 2) int64, dirty spans of a row and of the next, px
    spoilt : (stripes,) int64, the last row whose matches in a stripe repeat what sprites cover
    """

    out: npt.NDArray[np.uint64]
    pieces: npt.NDArray[np.int64]
    lines: npt.NDArray[np.uint8]
    residuals: npt.NDArray[np.uint8]
    loaded: npt.NDArray[np.int64]
    spans: npt.NDArray[np.int64]
    spoilt: npt.NDArray[np.int64]
    coder: Coder
    match: MatchScratch
    struct: Struct


def make_scratch(height: int, row_bytes: int, most_items: int) -> Scratch:
    """Scratch for images of `height` rows of `row_bytes` that show at most `most_items` sprites."""
    rows = band_rows(row_bytes, height)
    bands = -(-height // rows)
    band_bytes = rows * (row_bytes + 1)
    most_stripes = -(-row_bytes // STRIPE)
    arrays = (
        np.zeros(bands * (band_bytes * LONGEST_CODE // 64 + SPARE_WORDS), np.uint64),
        np.zeros((bands + 1, 4), np.int64),
        np.zeros((2, MARGIN + row_bytes), np.uint8),
        np.zeros(band_bytes + 8, np.uint8),
        np.zeros(2, np.int64),
        np.zeros((2, most_items + 1, 2), np.int64),
        np.zeros(most_stripes, np.int64),
    )
    coder = make_coder(band_bytes)
    match = make_match_scratch(band_bytes, row_bytes, most_stripes)
    sizes = MARGIN + row_bytes, most_items + 1
    struct = pack("Scratch", *arrays, coder.struct, match.struct, *sizes)
    return Scratch(*arrays, coder, match, struct)


def count_stripes(width: int, grid: int) -> int:
    """Stripes in a row of `width` px: of equally many columns of `grid` px, but for the last."""
    columns = -(-width // grid)
    return -(-columns // -(-columns // -(-width // STRIPE)))


def band_rows(row_bytes: int, height: int) -> int:
    """Rows in a band."""
    return min(height, max(LEAST_ROWS, BAND_BYTES // row_bytes))
