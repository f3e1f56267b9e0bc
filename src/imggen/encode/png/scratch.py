"""What the kernels of one encoder work in: made once, as kernels allocate nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import typeof

from imggen.encode.png.coder import CoderScratch, make_coder_scratch
from imggen.encode.png.filters import MARGIN
from imggen.encode.png.huffman import LONGEST_CODE
from imggen.encode.png.matches import MatchScratch, make_match_scratch

BAND_BYTES = 320_000  # about; a smaller band is touched less, a larger one has fewer headers
STRIPE = 512  # px, at most; a sprite spoils less of narrow ones, and wide ones have more matches
LEAST_ROWS = 4  # in a band, however long the rows are
SPARE_WORDS = 256  # a block's header, its end, and what bit copies read ahead


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
    coder: CoderScratch
    match: MatchScratch


def make_scratch(height: int, row_bytes: int, most_items: int) -> Scratch:
    """Scratch for images of `height` rows of `row_bytes` that show at most `most_items` sprites."""
    rows = band_rows(row_bytes, height)
    bands = -(-height // rows)
    band_bytes = rows * (row_bytes + 1)
    most_stripes = -(-row_bytes // STRIPE)
    return Scratch(
        out=np.zeros(bands * (band_bytes * LONGEST_CODE // 64 + SPARE_WORDS), np.uint64),
        pieces=np.zeros((bands + 1, 4), np.int64),
        lines=np.zeros((2, MARGIN + row_bytes), np.uint8),
        residuals=np.zeros(band_bytes + 8, np.uint8),
        loaded=np.zeros(2, np.int64),
        spans=np.zeros((2, most_items + 1, 2), np.int64),
        spoilt=np.zeros(most_stripes, np.int64),
        coder=make_coder_scratch(band_bytes),
        match=make_match_scratch(band_bytes, row_bytes, most_stripes),
    )


def count_stripes(width: int, grid: int) -> int:
    """Stripes in a row of `width` px: of equally many columns of `grid` px, but for the last."""
    columns = -(-width // grid)
    return -(-columns // -(-columns // -(-width // STRIPE)))


def band_rows(row_bytes: int, height: int) -> int:
    """Rows in a band."""
    return min(height, max(LEAST_ROWS, BAND_BYTES // row_bytes))


SCRATCH = typeof(make_scratch(1, 1, 1))  # Numba's type
