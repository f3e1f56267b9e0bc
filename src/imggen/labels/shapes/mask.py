"""The mask of one thing: which pixels of the canvas show it, as runs of each row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import types

INTS = types.Array(types.int32, 1, "C")  # what kernels take `rows` for
PAIRS = types.Array(types.int32, 2, "C")  # and `runs`


class Mask(NamedTuple):
    """The pixels of one thing on the canvas, row by row.

    Attributes
    ----------
    y : the canvas row of the first of its rows
    rows : (rows + 1,) int32: canvas row y + r has the runs rows[r]:rows[r + 1]
    runs : (runs, 2) int32: first and end column on the canvas, px; sorted within a row, and
        neither empty, overlapping nor touching
    """

    y: int
    rows: npt.NDArray[np.int32]
    runs: npt.NDArray[np.int32]


NO_MASK = Mask(0, np.zeros(1, np.int32), np.zeros((0, 2), np.int32))


def area(mask: Mask) -> int:
    """How many pixels the mask has."""
    return int((mask.runs[:, 1] - mask.runs[:, 0]).sum(dtype=np.int64))


def box(mask: Mask) -> tuple[int, int, int, int]:
    """x, y, width, height of the smallest box with all of its pixels, px; zeros if it has none."""
    if len(mask.runs) == 0:
        return 0, 0, 0, 0
    x, end = int(mask.runs[:, 0].min()), int(mask.runs[:, 1].max())
    first = int(np.searchsorted(mask.rows, 0, "right")) - 1
    after = int(np.searchsorted(mask.rows, len(mask.runs), "left"))
    return x, mask.y + first, end - x, after - first


def to_array(mask: Mask, size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """(height, width) bool, True where the mask is; `size` is the canvas' (width, height)."""
    width, height = size
    pixels = np.zeros((height, width), np.bool_)
    for row in range(len(mask.rows) - 1):
        for start, end in mask.runs[mask.rows[row] : mask.rows[row + 1]]:
            pixels[mask.y + row, start:end] = True
    return pixels
