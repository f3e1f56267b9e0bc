"""The runs of a sprite's rows: opaque, blended, or with nothing to draw."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

OPAQUE = 255
SHORTEST_COPY = 16  # px; a shorter opaque run is blended with its neighbours: fewer runs to visit
SHORTEST_GAP = 8  # px; a shorter transparent gap is blended over, which changes nothing


def find_runs(alpha: Bytes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Cut the rows of a sprite into runs.

    Parameters
    ----------
    alpha : (height, width) uint8

    Returns
    -------
    counts : (height,) int64, runs in each row
    runs : (all runs, 3) int32: first column, end column, 1 where every pixel is opaque else 0
    """
    kind = np.ones(alpha.shape, np.int8)  # 0 nothing, 1 blend, 2 copy
    kind[alpha == 0] = 0
    kind[alpha == OPAQUE] = 2
    kind = without_short(kind, 2, SHORTEST_COPY)
    kind = without_short(kind, 0, SHORTEST_GAP)
    row, start, end, value = stretches(kind)
    seen = value > 0
    counts = np.bincount(row[seen], minlength=alpha.shape[0])
    runs = np.column_stack([start[seen], end[seen], value[seen] == 2])
    return counts.astype(np.int64), runs.astype(np.int32)


def without_short(kind: npt.NDArray[np.int8], which: int, shortest: int) -> npt.NDArray[np.int8]:
    """`kind` with the stretches of `which` that lie inside and are too short turned to blending."""
    _, start, end, value = stretches(kind)
    width = kind.shape[1]
    inside = (start > 0) & (end < width) if which == 0 else np.ones(start.shape, bool)
    lengths = end - start
    short = (value == which) & (lengths < shortest) & inside
    return np.where(np.repeat(short, lengths), np.int8(1), kind.ravel()).reshape(kind.shape)


def stretches(
    kind: npt.NDArray[np.int8],
) -> tuple[npt.NDArray[np.int64], ...]:
    """Row, first column, end column and value of every stretch of equal values within a row."""
    height, width = kind.shape
    if kind.size == 0:
        empty = np.zeros(0, np.int64)
        return empty, empty, empty, empty
    starts_here = np.ones(kind.shape, bool)
    starts_here[:, 1:] = kind[:, 1:] != kind[:, :-1]
    first = np.flatnonzero(starts_here)
    length = np.diff(first, append=height * width)
    row, start = np.divmod(first, width)
    return row, start, start + length, kind.ravel()[first].astype(np.int64)
