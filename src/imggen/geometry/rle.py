"""COCO's run-length code of a mask. Source: cocoapi, common/maskApi.c.

The canvas is read column by column, from the top down; the lengths of the runs of 0 and 1 pixels
follow each other, a run of 0 first, if it is empty too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.geometry.corners import find_corners
from imggen.kernels import count_switches, fill_counts, write_string

if TYPE_CHECKING:
    from imggen.geometry.mask import Mask

MOST_DIGITS = 8  # bytes of a number in the string: 5 bits each, of at most 34 with the sign


def rle_counts(mask: Mask, size: tuple[int, int]) -> npt.NDArray[np.int64]:
    """Return the lengths of the runs: COCO's uncompressed counts.

    Parameters
    ----------
    size : (width, height) of the canvas, px

    Returns
    -------
    (runs,) int64
        They sum to width * height; every second one is of the mask.
    """
    width, height = size
    points = find_corners(mask).points
    columns = np.zeros(width + 1, np.int32)
    total = count_switches(points, len(points), columns, width)
    switches = np.empty(total, np.int64)
    counts = np.empty(total + 1, np.int64)
    used = fill_counts(points, len(points), width, height, columns, switches, total, counts)
    return counts[:used]


def rle_string(counts: npt.NDArray[np.int64]) -> bytes:
    """Return the compressed counts, ASCII, as rleToString of pycocotools makes them."""
    text = np.empty(MOST_DIGITS * len(counts), np.uint8)
    return text[: write_string(counts, len(counts), text)].tobytes()
