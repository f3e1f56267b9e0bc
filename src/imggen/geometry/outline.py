"""Polygons round a mask: along the edges of its pixels, or with fewer corners.

Coordinates are those of pixel corners: the canvas' top left pixel is the square from (0, 0) to
(1, 1), as COCO and YOLO have it. Pixels that touch at a corner are one part, see `corners`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.geometry.corners import find_corners
from imggen.geometry.simplify import simplified
from imggen.kernels import join_outlines, trace_outlines

if TYPE_CHECKING:
    from imggen.geometry.mask import Mask


class Outlines(NamedTuple):
    """The outlines of a mask.

    Attributes
    ----------
    points : (points, 2) int32: x, y, px; clockwise as seen round parts, the other way round holes
    starts : (polygons + 1,) int32: polygon k has points starts[k]:starts[k + 1], 4 or more; its
        first is not repeated
    holes : (polygons,) uint8: 1 for the outline of a hole, 0 for the outer one of a part
    """

    points: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int32]
    holes: npt.NDArray[np.uint8]


def find_outlines(mask: Mask, tolerance: float = 0.0) -> Outlines:
    """Return the outlines of `mask`, ordered by the top row of each, then from left to right.

    Parameters
    ----------
    tolerance : px: how far a corner may be from the simplified outline; 0 for exact outlines, whose
        edges are horizontal and vertical by turns
    """
    corners = find_corners(mask)
    count = len(corners.points)
    points = np.empty((count, 2), np.int32)
    starts = np.empty(count // 4 + 1, np.int32)
    holes = np.empty(count // 4, np.uint8)
    edges = len(corners.below)
    polygons = trace_outlines(*corners, edges, points, starts, holes)
    starts = starts[: polygons + 1]
    if tolerance > 0:
        points, starts = simplified(points, starts, tolerance)
    return Outlines(points, starts, holes[:polygons])


def has_holes(outlines: Outlines) -> bool:
    """Return True if the outer polygons alone cover more than the mask."""
    return bool(outlines.holes.any())


def outer_polygons(outlines: Outlines) -> list[list[int]]:
    """Return COCO's segmentation: [x1, y1, x2, y2, ...] of each part, px.

    COCO's polygons know no holes: these fill them. Where `has_holes`, `rle` gives the whole truth.
    """
    flat = outlines.points.reshape(-1)
    return [
        flat[2 * start : 2 * stop].tolist()
        for start, stop, hole in zip(*polygon_ranges(outlines), outlines.holes, strict=True)
        if not hole
    ]


def polygon_ranges(outlines: Outlines) -> tuple[list[int], list[int]]:
    """Return first and end point of each polygon."""
    starts = outlines.starts.tolist()
    return starts[:-1], starts[1:]


def joined(outlines: Outlines) -> npt.NDArray[np.int32]:
    """Return one polygon of all parts and holes, as YOLO has one for each object.

    Each outline after the first is joined to what there is by the shortest bridge between two of
    their points, which has no width: there and back. So the polygon, filled by the even-odd or by
    the non-zero rule, is the mask with its holes. As merge_multi_segment of ultralytics does,
    which joins each outline to the one before it.

    Returns
    -------
    (points, 2) int32
        x, y, px.
    """
    bridges = max(len(outlines.holes) - 1, 0)
    polygon = np.empty((len(outlines.points) + 2 * bridges, 2), np.int32)
    join_outlines(outlines.points, outlines.starts, len(outlines.holes), polygon)
    return polygon
