"""The corners of a mask's outline, from which run-length codes and polygons are made.

Pixels that touch only at a corner belong together, as OpenCV's findContours has it, with which
masks are commonly made into polygons for COCO and YOLO (pycocotools itself takes either): a thin
slanting line is one part, not a string of beads. A hole is what no path leads out of that goes from
pixel to pixel over their edges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.kernels import turn_corners

if TYPE_CHECKING:
    from imggen.geometry.mask import Mask


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
    """Return the corners of `mask`."""
    ends = mask.runs.reshape(-1)
    most = 2 * len(ends)  # each end of a run begins and ends a vertical edge at the most
    points = np.empty((most, 2), np.int32)
    partners = np.empty(most, np.int32)
    below = np.empty(len(ends), np.uint8)
    tops = np.empty(len(ends), np.int32)
    count = turn_corners(mask.y, mask.rows, len(mask.rows) - 1, ends, points, partners, below, tops)
    return Corners(points[:count], partners[:count], below[: count // 2])
