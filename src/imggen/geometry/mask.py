"""The mask of an instance: the pixels of the canvas that show it, as runs of each row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Mask(NamedTuple):
    """The pixels of one instance on the canvas, row by row.

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
