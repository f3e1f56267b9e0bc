"""COCO's run-length code of a mask. Source: cocoapi, common/maskApi.c.

The canvas is read column by column, from the top down; the lengths of the runs of 0 and 1 pixels
follow each other, a run of 0 first, if it is empty too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.geometry.corners import find_corners
from imggen.kernels import code_mask, count_switches, fill_counts, pack, write_string

if TYPE_CHECKING:
    from imggen.geometry.mask import Mask

FIRST_ENDS = FIRST_SWITCHES = 2**10  # there is room for at first; more if a mask has more
MOST_DIGITS = 8  # bytes of a number in the string: 5 bits each, of at most 34 with the sign


class MaskCoder:
    """Codes masks on a canvas of `size` (width, height), px, as COCO's compressed counts.

    The same as `rle_string(rle_counts(mask, size))`, in one call; it keeps the memory that takes.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._ends = self._most = 0
        self._make_room(FIRST_ENDS, FIRST_SWITCHES)

    def __call__(self, mask: Mask) -> bytes:
        """Return the compressed counts of `mask`, ASCII."""
        ends = mask.runs.size
        if ends > self._ends:
            self._make_room(2 * ends, self._most)
        arguments = mask.y, mask.rows, len(mask.rows) - 1, mask.runs, *self._size
        while (size_bytes := code_mask(*arguments, self._room)) < 0:
            self._make_room(self._ends, -2 * size_bytes)
        return self._text[:size_bytes].tobytes()

    def _make_room(self, ends: int, switches: int) -> None:
        """Have room for masks with so many ends of runs, and switches between 0 and 1."""
        self._ends, self._most = ends, switches
        self._text = np.empty(MOST_DIGITS * (switches + 1), np.uint8)
        self._room = pack(
            "MaskRoom",
            np.empty((2 * ends, 2), np.int32),
            np.empty(2 * ends, np.int32),
            np.empty(ends, np.uint8),
            np.empty(ends, np.int32),
            np.empty(self._size[0] + 1, np.int32),
            np.empty(switches, np.int64),
            np.empty(switches + 1, np.int64),
            self._text,
            switches,
        )


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
