"""The working memory of an encoder's kernels: made once, as kernels allocate nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.encode.png.deflate import DISTANCES, LONGEST_CODE, SYMBOLS, TABLE_SIZE
from imggen.encode.png.filters import MARGIN
from imggen.encode.png.matches import MatchScratch, make_match_scratch
from imggen.kernels import Struct, pack

BAND_BYTES = 320_000  # about; a smaller band is touched less, a larger one has fewer headers
STRIPE = 512  # px, at most; a sprite spoils less of narrow ones, and wide ones have more matches
LEAST_ROWS = 4  # in a band, however long the rows are
SPARE_WORDS = 256  # a block's header, its end, and what bit copies read ahead

Ints = npt.NDArray[np.int64]


class Code(NamedTuple):
    """A code of deflate.

    Attributes
    ----------
    lengths : (SYMBOLS,) int64, bits
    distance_lengths : (DISTANCES,) int64, bits
    table : (TABLE_SIZE,) uint32
    distance_table : (DISTANCES,) uint32
    """

    lengths: Ints
    distance_lengths: Ints
    table: npt.NDArray[np.uint32]
    distance_table: npt.NDArray[np.uint32]
    struct: Struct


def make_code(table: npt.NDArray[np.uint32] | None = None) -> Code:
    """Return a code that is still to be filled in, with its `table` if one is given."""
    arrays = (
        np.zeros(SYMBOLS, np.int64),
        np.zeros(DISTANCES, np.int64),
        np.zeros(TABLE_SIZE, np.uint32) if table is None else table,
        np.zeros(DISTANCES, np.uint32),
    )
    return Code(*arrays, pack("Code", *arrays))


class CodeScratch(NamedTuple):
    """The arrays that bytes are coded in.

    Attributes
    ----------
    runs : (.., 2) int64, where runs of equal bytes begin, and their lengths
    weights : (SYMBOLS,) int64
    distance_weights : (DISTANCES,) int64
    code : of a band that is coded afresh
    """

    runs: Ints
    weights: Ints
    distance_weights: Ints
    code: Code
    struct: Struct


def make_code_scratch(most_bytes: int) -> CodeScratch:
    """Return scratch to code at most `most_bytes` at once."""
    arrays = (
        np.zeros((most_bytes // 2 + 1, 2), np.int64),  # bytes between two runs are literals
        np.zeros(SYMBOLS, np.int64),
        np.zeros(DISTANCES, np.int64),
    )
    code = make_code()
    return CodeScratch(*arrays, code, pack("CodeScratch", *arrays, code.struct))


class Scratch(NamedTuple):
    """Scratch for images of one size.

    Attributes
    ----------
    out : uint64, room for the coded bands of an image
    pieces : (bands + 1, 4) int64: first band, end band, first and end byte in `out` of a chunk
    lines : (2, MARGIN + row) uint8, the row being drawn and the one above
    residuals : uint8, of a span or of a whole band
    spans : (2, .., 2) int64, dirty spans of a row and of the next, px
    spoilt : (stripes,) int64, the last row whose matches in a stripe repeat what sprites cover
    """

    out: npt.NDArray[np.uint64]
    pieces: npt.NDArray[np.int64]
    lines: npt.NDArray[np.uint8]
    residuals: npt.NDArray[np.uint8]
    spans: npt.NDArray[np.int64]
    spoilt: npt.NDArray[np.int64]
    coder: CodeScratch
    match: MatchScratch
    struct: Struct


def make_scratch(
    height: int, row_bytes: int, most_items: int, *, thorough: bool = False
) -> Scratch:
    """Return scratch for `height` rows of `row_bytes` that show at most `most_items` sprites.

    Matches of flat art are sought long if `thorough`.
    """
    rows = band_rows(row_bytes, height)
    bands = -(-height // rows)
    band_bytes = rows * (row_bytes + 1)
    most_stripes = -(-row_bytes // STRIPE)
    arrays = (
        np.zeros(bands * (band_bytes * LONGEST_CODE // 64 + SPARE_WORDS), np.uint64),
        np.zeros((bands + 1, 4), np.int64),
        np.zeros((2, MARGIN + row_bytes), np.uint8),
        np.zeros(band_bytes + 8, np.uint8),
        np.zeros((2, most_items + 1, 2), np.int64),
        np.zeros(most_stripes, np.int64),
    )
    coder = make_code_scratch(band_bytes)
    searched_bytes = band_bytes if thorough else row_bytes
    match = make_match_scratch(band_bytes, searched_bytes, most_stripes)
    sizes = MARGIN + row_bytes, most_items + 1, int(thorough)
    struct = pack("Scratch", *arrays, coder.struct, match.struct, *sizes)
    return Scratch(*arrays, coder, match, struct)


def count_stripes(width: int, grid: int) -> int:
    """Count the stripes of a row of `width` px: all but the last have as many columns of `grid`."""
    columns = -(-width // grid)
    return -(-columns // -(-columns // -(-width // STRIPE)))


def band_rows(row_bytes: int, height: int) -> int:
    """Return the rows of a band."""
    return min(height, max(LEAST_ROWS, BAND_BYTES // row_bytes))
