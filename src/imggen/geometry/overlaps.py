"""Overlaps of the instances of a scene: which lies over which, and which keypoints are seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.kernels import count_shared, has_pixel

if TYPE_CHECKING:
    from imggen.geometry.mask import Mask
    from imggen.geometry.poses import Floats
    from imggen.geometry.stack import Stack

NOT_LABELLED, COVERED, VISIBLE = 0, 1, 2  # of a keypoint; COCO, "Keypoint Detection"

Matrix = npt.NDArray[np.int64]


def shared_pixels(one: Mask, other: Mask) -> int:
    """Count the pixels that are in both masks."""
    return count_shared(
        one.y,
        one.rows,
        len(one.rows) - 1,
        one.runs,
        other.y,
        other.rows,
        len(other.rows) - 1,
        other.runs,
    )


def contains(mask: Mask, column: int, row: int) -> bool:
    """Return True if `mask` has the pixel in this column and row of the canvas."""
    return bool(has_pixel(mask.y, mask.rows, len(mask.rows) - 1, mask.runs, column, row))


def overlaps(stack: Stack, depths: Sequence[int]) -> Matrix:
    """Count the pixels where the sprite at each of `depths` lies over each other one.

    Returns
    -------
    (n, n) int64
        At i, j: the pixels of the canvas where both the sprite at depths[i] and that at depths[j]
        have a pixel, hidden by others or not, and that of depths[i] is in front.
    """
    alone = [list(zip(stack.rows[depth], stack.alone(depth), strict=True)) for depth in depths]
    over = np.zeros((len(depths), len(depths)), np.int64)
    for i, own in enumerate(alone):
        for j, others in enumerate(alone[:i]):
            for row, mask in own:
                for other_row, other in others:
                    shared = shared_pixels(mask, other)
                    over[(i, j) if row > other_row else (j, i)] += shared
    return over


def visibilities(stack: Stack, seen: Sequence[Mask], depth: int, points: Floats) -> Floats:
    """Return how well `points` of the sprite at `depth` are seen, (k,): NaN points are not there.

    A point that is not on the canvas is not labelled. One on the canvas is covered if a sprite in
    front of its own has a pixel there. Where its own sprite has none either, only sprites in front
    of all its parts cover it.

    Parameters
    ----------
    seen : the pixels that are seen of each sprite of `stack`
    points : (k, 2) float64, px
    """
    found = np.full(len(points), NOT_LABELLED, np.float64)
    width, height = stack.size
    for k, (x, y) in enumerate(points.tolist()):
        if 0 <= x < width and 0 <= y < height:  # False if they are NaN
            covered = is_covered(stack, seen, depth, math.floor(x), math.floor(y))
            found[k] = COVERED if covered else VISIBLE
    return found


def is_covered(stack: Stack, seen: Sequence[Mask], depth: int, column: int, row: int) -> bool:
    """Return True if another sprite hides the pixel of the sprite at `depth` in `column`, `row`."""
    own = stack.rows[depth]
    if any(contains(seen[item], column, row) for item in own):
        return False
    others = (item for item in range(len(seen)) if item not in own)
    top = next((item for item in others if contains(seen[item], column, row)), None)
    if top is None:
        return False
    if top > own[-1]:
        return True
    return top > own[0] and contains(stack.amodal(depth), column, row)
