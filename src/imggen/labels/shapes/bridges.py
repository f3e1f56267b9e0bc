"""Several outlines as one, joined by bridges without width."""

from __future__ import annotations

from typing import Any

from numba import int64

from imggen.kernels import compile_kernel, inner_kernel, kernel
from imggen.labels.shapes.mask import INTS, PAIRS

FARTHEST = 1 << 62  # px, squared, and more


@kernel
def join_outlines(points: Any, starts: Any, polygon: Any) -> None:
    """Fill `polygon` with all outlines, each let into those before it where they are nearest.

    Parameters
    ----------
    points, starts : of `Outlines`
    polygon : (points + 2 * bridges, 2) int32, filled in; there is one polygon more than bridges
    """
    n = 0
    for k in range(starts.shape[0] - 1):
        first, stop = int64(starts[k]), int64(starts[k + 1])
        if k == 0:
            put_round(points, first, stop, first, stop - first, polygon, 0)
            n = stop - first
            continue
        at, start = nearest_pair(polygon, n, points, first, stop)
        added = stop - first + 2
        for i in range(n - 1, at - 1, -1):  # point `at` stays on the near side of the bridge too
            polygon[i + added, 0], polygon[i + added, 1] = polygon[i, 0], polygon[i, 1]
        put_round(points, first, stop, start, added - 1, polygon, at + 1)
        n += added


@inner_kernel
def put_round(
    points: Any, first: int, stop: int, start: int, count: int, polygon: Any, at: int
) -> None:
    """Copy `count` points to `polygon` from index `at` on, round an outline from `start` on."""
    k = start
    for i in range(count):
        polygon[at + i, 0], polygon[at + i, 1] = points[k, 0], points[k, 1]
        k = k + 1 if k + 1 < stop else first


@inner_kernel
def nearest_pair(polygon: Any, n: int, points: Any, first: int, stop: int) -> Any:
    """Which of the first `n` points of `polygon` and of points `first` to `stop` are nearest."""
    left, top, right, bottom = bounds(points, first, stop)
    least = int64(FARTHEST)
    at, start = int64(0), first
    for i in range(n):
        x, y = int64(polygon[i, 0]), int64(polygon[i, 1])
        beside, beyond = max(left - x, x - right, 0), max(top - y, y - bottom, 0)
        if beside * beside + beyond * beyond >= least:
            continue  # all of them are farther
        for k in range(first, stop):
            across, down = points[k, 0] - x, points[k, 1] - y
            distance = across * across + down * down
            if distance < least:
                least, at, start = distance, i, k
    return at, start


@inner_kernel
def bounds(points: Any, first: int, stop: int) -> Any:
    """Lowest x and y, and highest x and y of points `first` to `stop`."""
    left = right = int64(points[first, 0])
    top = bottom = int64(points[first, 1])
    for k in range(first, stop):
        left, right = min(left, points[k, 0]), max(right, points[k, 0])
        top, bottom = min(top, points[k, 1]), max(bottom, points[k, 1])
    return left, top, right, bottom


compile_kernel(join_outlines, (PAIRS, INTS, PAIRS))
