"""Polygons with fewer points, none of those left out farther off than a tolerance.

Source: Douglas & Peucker, "Algorithms for the reduction of the number of points required to
represent a digitized line or its caricature", Cartographica 10(2), 1973. Distances are from the
segment between two points that stay, not from the line through them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from imggen.kernels import choose_points, copy_kept

Ints = npt.NDArray[np.int32]


def simplified(points: Ints, starts: Ints, tolerance: float) -> tuple[Ints, Ints]:
    """Return `points` and `starts`, both as in `Outlines`, of polygons with fewer points.

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
    count = choose_points(points, starts, len(starts) - 1, tolerance, kept, few_starts, stack)
    few = np.empty((count, 2), np.int32)
    copy_kept(points, len(points), kept, few)
    return few, few_starts
