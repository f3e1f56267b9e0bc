"""Where the outline of a mask turns, and how: what run-length codes and polygons are made of.

Pixels that touch only at a corner belong together, as OpenCV's findContours has it, with which
masks are commonly made into polygons for COCO and YOLO (pycocotools itself takes either): a thin
slanting line is one part, not a string of beads. A hole is what no path leads out of that goes from
pixel to pixel over their edges.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import types

from imggen.kernels import compile_kernel, kernel
from imggen.labels.shapes.mask import INTS, PAIRS, Mask

FAR = 1 << 30  # px, beyond any canvas


class Corners(NamedTuple):
    """The corners of a mask's outlines, row by row, from left to right within a row.

    Attributes
    ----------
    points : (corners, 2) int32: x, y, px; corners 2 k and 2 k + 1 are the ends of a horizontal edge
    partners : (corners,) int32: the corner at the other end of a corner's vertical edge
    below : (corners / 2,) uint8: 1 where the mask lies below a horizontal edge, 0 where above
    """

    points: npt.NDArray[np.int32]
    partners: npt.NDArray[np.int32]
    below: npt.NDArray[np.uint8]


def find_corners(mask: Mask) -> Corners:
    """The corners of `mask`."""
    ends = mask.runs.reshape(-1)
    most = 2 * len(ends)  # each end of a run begins and ends a vertical edge at the most
    points = np.empty((most, 2), np.int32)
    partners = np.empty(most, np.int32)
    below = np.empty(len(ends), np.uint8)
    tops = np.empty(len(ends), np.int32)
    count = turn_corners(mask.y, mask.rows, ends, points, partners, below, tops)
    return Corners(points[:count], partners[:count], below[: count // 2])


@kernel
def turn_corners(
    y: int, rows: Any, ends: Any, points: Any, partners: Any, below: Any, tops: Any
) -> int:
    """Fill in a mask's `Corners`; how many there are.

    A walk along each line between two rows, over the ends of the runs above and below it. Where
    only one of the rows has an end there is a corner; where a start meets a start, or an end an
    end, the outline goes straight on; where a start meets an end, two pixels touch at their
    corners, and the outline has two corners, of which each keeps the pixels together.

    Parameters
    ----------
    y, rows : of the mask
    ends : (2 * runs,) int32, its runs: even ones are starts, odd ones ends
    tops : (2 * runs,) int32, scratch: the corner above the vertical edge that an end is part of
    """
    n = 0
    last = rows.shape[0] - 1
    for row in range(last + 1):
        above = 2 * rows[max(row - 1, 0)]
        here = above_stop = 2 * rows[row]
        stop = 2 * rows[min(row + 1, last)]
        while above < above_stop or here < stop:
            x_above = ends[above] if above < above_stop else FAR
            x_here = ends[here] if here < stop else FAR
            if x_above == x_here and (above ^ here) & 1 == 0:
                tops[here] = tops[above]
                above += 1
                here += 1
                continue
            meet = x_above == x_here
            up = n + (above & 1 if meet else 0)
            down = n + (here & 1 if meet else 0)
            if x_above <= x_here:
                partners[up] = tops[above]
                partners[tops[above]] = up
                points[up, 0], points[up, 1] = x_above, y + row
                above += 1
            if x_here <= x_above:
                tops[here] = down
                points[down, 0], points[down, 1] = x_here, y + row
                here += 1
            n += 2 if meet else 1
            if n & 1:
                below[n >> 1] = here & 1
    return n


BYTES = types.Array(types.uint8, 1, "C")
compile_kernel(turn_corners, (types.int64, INTS, INTS, PAIRS, INTS, BYTES, INTS))
