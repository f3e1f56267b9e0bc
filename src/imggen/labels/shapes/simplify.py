"""Polygons with fewer points, none of those left out farther off than a tolerance.

Source: Douglas & Peucker, "Algorithms for the reduction of the number of points required to
represent a digitized line or its caricature", Cartographica 10(2), 1973. Distances are from the
segment between two points that stay, not from the line through them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import float64, types

from imggen.kernels import compile_kernel, inner_kernel, kernel
from imggen.labels.shapes.corners import BYTES
from imggen.labels.shapes.mask import INTS, PAIRS

ANY = -1.0  # px, squared: a limit that every distance exceeds

Ints = npt.NDArray[np.int32]


def simplified(points: Ints, starts: Ints, tolerance: float) -> tuple[Ints, Ints]:
    """Polygons with fewer points: `points` and `starts` as in `Outlines`, and so are the results.

    A polygon is cut at its first point and the one farthest from that, and of each half the point
    farthest from the cut stays: however small it is, a polygon stays one, with an area.

    Parameters
    ----------
    points, starts : of exact outlines
    tolerance : px, 0 or more
    """
    kept = np.zeros(len(points), np.uint8)
    few_starts = np.empty(len(starts), np.int32)
    stack = np.empty((len(points), 2), np.int32)
    count = choose_points(points, starts, tolerance, kept, few_starts, stack)
    few = np.empty((count, 2), np.int32)
    copy_kept(points, kept, few)
    return few, few_starts


@kernel
def choose_points(
    points: Any, starts: Any, tolerance: float, kept: Any, few_starts: Any, stack: Any
) -> int:
    """Set `kept` (points,) uint8, zeros, of the points that stay; how many those are.

    Parameters
    ----------
    few_starts : (polygons + 1,) int32, filled in
    stack : (points, 2) int32, scratch: first and last point of stretches to look at
    """
    few_starts[0] = 0
    count = 0
    for polygon in range(starts.shape[0] - 1):
        first, stop = starts[polygon], starts[polygon + 1]
        middle, _ = farthest(points, first, first, first, stop)
        kept[first] = kept[middle] = 1
        depth = split(points, first, middle, middle, ANY, kept, stack, 0)
        depth = split(points, middle, stop, first, ANY, kept, stack, depth)
        while depth > 0:
            depth -= 1
            low, high = stack[depth, 0], stack[depth, 1]
            wrapped = first if high == stop else high
            depth = split(points, low, high, wrapped, tolerance * tolerance, kept, stack, depth)
        for k in range(first, stop):
            count += kept[k]
        few_starts[polygon + 1] = count
    return count


@inner_kernel
def split(
    points: Any, low: int, high: int, last: int, limit: float, kept: Any, stack: Any, depth: int
) -> int:
    """Keep the point of a stretch that is farthest from the segment between its ends, if too far.

    Parameters
    ----------
    low, high : its ends
    last : the point that `high` stands for: a polygon's first where `high` is after its last
    limit : px, squared
    stack, depth : as in `choose_points`, and how many stretches it holds; gets the two parts

    Returns
    -------
    int
        How many it holds now.
    """
    which, distance = farthest(points, low, last, low + 1, high)
    if distance <= limit:
        return depth
    kept[which] = 1
    if which - low > 1:
        stack[depth, 0], stack[depth, 1] = low, which
        depth += 1
    if high - which > 1:
        stack[depth, 0], stack[depth, 1] = which, high
        depth += 1
    return depth


@inner_kernel
def farthest(points: Any, low: int, high: int, start: int, stop: int) -> Any:
    """Which of points `start` to `stop` is farthest from the segment from point `low` to `high`.

    Returns
    -------
    which, distance : int, and float: px, squared
    """
    x, y = float64(points[low, 0]), float64(points[low, 1])
    along, down = points[high, 0] - x, points[high, 1] - y
    length = along * along + down * down
    which, most = start, -1.0
    for k in range(start, stop):
        right, below = points[k, 0] - x, points[k, 1] - y
        forward = right * along + below * down
        if forward <= 0:
            distance = right * right + below * below
        elif forward >= length:
            distance = (right - along) ** 2 + (below - down) ** 2
        else:
            distance = (right * down - below * along) ** 2 / length
        if distance > most:
            which, most = k, distance
    return which, most


@kernel
def copy_kept(points: Any, kept: Any, few: Any) -> None:
    """Copy the points that are `kept` to `few`."""
    n = 0
    for k in range(points.shape[0]):
        if kept[k]:
            few[n, 0], few[n, 1] = points[k, 0], points[k, 1]
            n += 1


compile_kernel(choose_points, (PAIRS, INTS, types.float64, BYTES, INTS, PAIRS))
compile_kernel(copy_kept, (PAIRS, BYTES, PAIRS))
