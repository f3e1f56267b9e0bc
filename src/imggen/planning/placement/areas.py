"""The corners that a random place allows a sprite, and a draw of one of them for each image.

Where a share of the sprite's box has to stay on the canvas, the corners do not form a rectangle:
the further the box hangs over one side, the less it may hang over another. So each column x has a
range of y of its own, and a column is drawn with a chance proportional to the length of its range.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from imggen.planning.placement.anchors import anchor_of, has_pixels
from imggen.planning.placement.masses import AxisMass, alike
from imggen.planning.placement.spots import Ints, Spot
from imggen.planning.streams import scale_words

IntOrInts = TypeVar("IntOrInts", int, Ints)


@dataclass(frozen=True)
class Area:
    """The corners allowed to boxes of one size: the columns x, and in each a range of y.

    Attributes
    ----------
    x, lowest, counts : (columns,) int64: the column, its lowest y, and how many there are
    """

    x: Ints
    lowest: Ints
    counts: Ints


def pick_corners(
    spot: Spot, boxes: Ints, size: tuple[int, int], words: npt.NDArray[np.uint64]
) -> Ints:
    """Pick one of the corners that `spot` allows each of `boxes`, all equally likely: (n, 2).

    `boxes` is (n, 2), width and height; `words` is (n, 2) random words, for x and y; `size` is that
    of the canvas.
    """
    if is_rectangle(spot):
        lowest, highest = corner_ends(spot, boxes, size)
        if any(spot.masses):
            return pick_by_mass(spot, boxes, words, lowest, highest)
        spans = np.maximum(highest - lowest + 1, 1).astype(
            np.uint64
        )  # 1, not 0, for sprites that are never drawn
        corners: Ints = lowest + scale_words(words, spans).astype(np.int64)
        return corners
    corners = np.zeros_like(boxes)
    for rows in of_one_size(boxes):
        area = area_of(spot, boxes[rows[0]], size)
        if any(spot.masses):
            corners[rows] = pick_in_by_mass(spot, boxes[rows[0]], area, words[rows])
        else:
            corners[rows] = pick_in(area, words[rows])
    return corners


def pick_by_mass(
    spot: Spot, boxes: Ints, words: npt.NDArray[np.uint64], lowest: Ints, highest: Ints
) -> Ints:
    """Pick a corner from `lowest` to `highest` (n, 2), each as likely as its position: (n, 2)."""
    shift = anchor_of(spot.anchor, boxes) - spot.at
    picked = [
        mass.pick(
            words[:, axis], lowest[:, axis] + shift[:, axis], highest[:, axis] + shift[:, axis]
        )
        for axis, mass in enumerate(masses_along(spot))
    ]
    corners: Ints = np.stack(picked, axis=1) - shift
    return corners


def masses_along(spot: Spot) -> list[AxisMass]:
    """Return how likely the positions of a random spot are along x and y, also if all are alike."""
    ranges = spot.ranges or ()
    pairs = zip(spot.masses, ranges, strict=True)
    return [mass or AxisMass(*alike(range(ends[0], ends[1] + 1))) for mass, ends in pairs]


def pick_in_by_mass(spot: Spot, box: Ints, area: Area, words: npt.NDArray[np.uint64]) -> Ints:
    """Pick a corner in `area` for each of `words`, each as likely as its position: (n, 2)."""
    along_x, along_y = masses_along(spot)
    shift_x, shift_y = (anchor_of(spot.anchor, box) - spot.at).tolist()
    lowest, highest = area.lowest + shift_y, area.lowest + area.counts - 1 + shift_y
    rows = np.searchsorted(along_x.positions, area.x + shift_x)
    chances = along_x.chances[rows] * along_y.total(lowest, highest)
    columns = AxisMass(area.x, chances)
    ends = np.full(len(words), area.x[0]), np.full(len(words), area.x[-1])
    x = columns.pick(words[:, 0], *ends)
    column = np.searchsorted(area.x, x)
    y = along_y.pick(words[:, 1], lowest[column], highest[column]) - shift_y
    return np.stack([x, y], axis=1)


def nearest_corners(spot: Spot, boxes: Ints, size: tuple[int, int], wanted: Ints) -> Ints:
    """Return the corners that `spot` allows each of `boxes` nearest to `wanted`: (n, 2).

    Both are (n, 2). The column x is chosen first, then y within it.
    """
    if is_rectangle(spot):
        return np.clip(wanted, *corner_ends(spot, boxes, size))
    corners = np.zeros_like(boxes)
    for rows in of_one_size(boxes):
        corners[rows] = nearest_in(area_of(spot, boxes[rows[0]], size), wanted[rows])
    return corners


def of_one_size(boxes: Ints) -> Iterator[npt.NDArray[np.intp]]:
    """Yield the rows of each different size in `boxes` (n, 2)."""
    kinds, kind = np.unique(boxes[:, 0] << 32 | boxes[:, 1], return_inverse=True)
    order = np.argsort(kind, kind="stable")
    for rows in np.split(order, np.searchsorted(kind[order], np.arange(1, len(kinds)))):
        if len(rows):
            yield rows


def is_rectangle(spot: Spot) -> bool:
    """Return True if x and y limit the corners independently of each other."""
    return spot.inside in (0, 1)


def pick_in(area: Area, words: npt.NDArray[np.uint64]) -> Ints:
    """Pick a corner in `area` for each of `words` (n, 2): (n, 2)."""
    ends = np.cumsum(area.counts)
    step = scale_words(words[:, 0], ends[-1:].astype(np.uint64)).astype(np.int64)
    column = np.searchsorted(ends, step, side="right")
    below = scale_words(words[:, 1], area.counts[column].astype(np.uint64)).astype(np.int64)
    return np.stack([area.x[column], area.lowest[column] + below], axis=1)


def nearest_in(area: Area, wanted: Ints) -> Ints:
    """Return the corner in `area` nearest to each of `wanted` (n, 2), first in x: (n, 2).

    The columns in use are neighbours, as the visible share falls to both sides.
    """
    used = np.flatnonzero(area.counts)
    column = np.clip(np.searchsorted(area.x, wanted[:, 0]), used[0], used[-1])
    lowest = area.lowest[column]
    y = np.clip(wanted[:, 1], lowest, lowest + area.counts[column] - 1)
    return np.stack([area.x[column], y], axis=1)


def corner_ends(spot: Spot, boxes: Ints, size: tuple[int, int]) -> Ints:
    """Return the lowest and highest top left corner of each of `boxes` (n, 2): (2, n, 2).

    These corners keep the share `inside` of the box on the canvas of `size`. If no corner does, the
    lowest is above the highest.
    """
    if is_rectangle(spot):
        return outer_ends(spot, boxes, size)
    return np.stack([area_ends(area_of(spot, box, size)) for box in boxes], axis=1)


def outer_ends(spot: Spot, boxes: Ints, size: tuple[int, int]) -> Ints:
    """Return bounds of the same corners, x and y each as if the other cut off nothing."""
    ends = range_ends(spot, boxes)
    if spot.inside:
        seen = has_pixels(boxes)[:, None]
        kept = rounded_up(spot.inside, boxes)
        ends[0] = np.where(seen, np.maximum(ends[0], kept - boxes), ends[0])
        ends[1] = np.where(seen, np.minimum(ends[1], size - kept), ends[1])
    for axis, mass in enumerate(spot.masses):
        if mass is not None:
            shift = (anchor_of(spot.anchor, boxes) - spot.at)[:, axis]
            ends[..., axis] = mass.within(*(ends[..., axis] + shift)) - shift
    return ends


def range_ends(spot: Spot, boxes: Ints) -> Ints:
    """Return the lowest and highest corner in the ranges, on the canvas or off it: (2, n, 2)."""
    ranges = np.array(spot.ranges, np.int64)  # x and y, lowest and highest
    ends: Ints = ranges.T[:, None] + spot.at - anchor_of(spot.anchor, boxes)
    return ends


def area_of(spot: Spot, box: Ints, size: tuple[int, int]) -> Area:
    """Return the corners that keep the share `inside` of `box` (width, height) on the canvas."""
    (left, top), (right, bottom) = range_ends(spot, box[None])[:, 0].tolist()
    width, height = box.tolist()
    needed = rounded_up(spot.inside, width * height)
    if not needed:  # an empty box may be anywhere
        x = np.arange(left, right + 1)
        area = Area(x, np.full_like(x, top), np.full_like(x, bottom - top + 1))
        return at_positions(spot, box, area) if any(spot.masses) else area
    x = np.arange(max(left, 1 - width), min(right, size[0] - 1) + 1)
    columns_seen = np.minimum(x + width, size[0]) - np.maximum(x, 0)
    rows_seen = -(-needed // np.maximum(columns_seen, 1))  # the fewest that are enough
    lowest = np.maximum(top, rows_seen - height)
    highest = np.minimum(bottom, size[1] - rows_seen)
    possible = (columns_seen > 0) & (rows_seen <= min(height, size[1]))
    area = Area(x, lowest, np.where(possible, np.maximum(highest - lowest + 1, 0), 0))
    return at_positions(spot, box, area) if any(spot.masses) else area


def at_positions(spot: Spot, box: Ints, area: Area) -> Area:
    """Return the part of `area` whose positions can be drawn; a range of y may have gaps."""
    along_x, along_y = spot.masses
    shift_x, shift_y = (anchor_of(spot.anchor, box) - spot.at).tolist()
    if along_x is not None:
        kept = np.isin(area.x + shift_x, along_x.positions)
        area = Area(area.x[kept], area.lowest[kept], area.counts[kept])
    if along_y is not None:
        ends = area.lowest + shift_y, area.lowest + area.counts - 1 + shift_y
        lowest, highest = along_y.within(*ends)
        area = Area(area.x, lowest - shift_y, highest - lowest + 1)
    return area


def area_ends(area: Area) -> Ints:
    """Return the lowest and highest x and y in `area`, or 1 and 0 if it is empty: (2, 2)."""
    used = area.counts > 0
    if not used.any():
        return np.array([[1, 1], [0, 0]])
    x, lowest = area.x[used], area.lowest[used]
    highest = lowest + area.counts[used] - 1
    return np.array([[x.min(), lowest.min()], [x.max(), highest.max()]])


def rounded_up(share: Fraction, whole: IntOrInts) -> IntOrInts:
    """Return `share` of `whole` px, rounded up."""
    return -(-share.numerator * whole // share.denominator)
