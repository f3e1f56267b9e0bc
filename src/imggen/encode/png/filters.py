"""Filter the rows of a PNG. Source: PNG Specification, 3rd edition, section 9."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from imggen.kernels import filter_rows

Bytes = npt.NDArray[np.uint8]

NONE, SUB, UP, AVERAGE, PAETH = range(5)
MARGIN = 16  # bytes, zero, before a row in the buffer that it is filtered in
SPARE = 8  # bytes behind all rows, which kernels may read


def filtered_rows(pixels: Bytes, channels: int, lines: Bytes, tried: Bytes) -> Bytes:
    """Filter every row with the type whose residuals are smallest in sum (section 12.7).

    Parameters
    ----------
    pixels : (height, row) uint8
    lines : (2, MARGIN + row) uint8, scratch whose margins are zero
    tried : (at least row,) uint8, scratch

    Returns
    -------
    (height, 1 + row) uint8
        Of each row its type, then its residuals. SPARE zero bytes lie behind the last row.
    """
    height, row_bytes = pixels.shape
    size_bytes = height * (row_bytes + 1)
    filtered = np.zeros(size_bytes + SPARE, np.uint8)[:size_bytes].reshape(height, -1)
    filter_rows(pixels, height, row_bytes, channels, lines, tried, filtered)
    return filtered
