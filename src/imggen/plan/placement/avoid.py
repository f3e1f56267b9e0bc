"""Draw random positions for the sprites of one layer, clear of boxes to avoid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imggen.config.place import AXES
from imggen.plan.placement.anchors import anchor_of, fixed_corners, has_pixels
from imggen.plan.placement.areas import nearest_corners, outer_ends, pick_corners
from imggen.plan.placement.spots import Ints, Spot
from imggen.plan.streams import random_words

Mask = npt.NDArray[np.bool_]
Rows = slice | npt.NDArray[np.intp]

MOST_TRIES = 50  # positions that an image draws to find one that avoids what it should
CELLS_AT_ONCE = 2**20  # images by boxes to avoid: bounds the memory in use


@dataclass(frozen=True)
class SpotPlacer:
    """Places the sprites of one layer, at `depth`, that have one spot, on a canvas of `size`.

    Attributes
    ----------
    stream : the name of its random streams
    avoid : depths of the layers whose boxes its own keep clear of
    """

    seed: int
    stream: str
    depth: int
    spot: Spot
    size: tuple[int, int]
    avoid: tuple[int, ...]

    def corners(
        self, images: PlacedImages, before: tuple[Ints, Ints] | None = None
    ) -> tuple[Ints, Mask]:
        """Return corners (n, 2), and mark sprites that overlap a box that they should avoid: (n,).

        With sizes and corners of the first images of pairs, `before`, sprites stay at that place.
        """
        if self.spot.ranges is None:
            corners = fixed_corners(self.spot, images.sizes, images.corners, self.depth)
            return corners, np.zeros(len(corners), bool)
        placed = Placing(images.numbers, self.boxes(images), self.obstacles(images))
        if before is not None:
            return self.corners_beside(before, placed)
        return self.draw(placed)

    def draw(self, images: Placing) -> tuple[Ints, Mask]:
        """Draw corners, and mark those that overlap a box all the same, as above."""
        corners = self.attempt(0, images)
        return corners, self.keep_clear(corners, images)

    def corners_beside(self, before: tuple[Ints, Ints], images: Placing) -> tuple[Ints, Mask]:
        """Keep each anchor where it was `before`, or as near as allowed, if both draw something."""
        old, new = before[0], images.boxes
        both = has_pixels(old) & has_pixels(new)
        stay, go = np.flatnonzero(both), np.flatnonzero(~both)
        wanted = before[1] + anchor_of(self.spot.anchor, old) - anchor_of(self.spot.anchor, new)
        corners, crowded = np.empty_like(new), np.zeros(len(new), bool)
        corners[go], crowded[go] = self.draw(images.part(go))
        corners[stay] = nearest_corners(self.spot, new[stay], self.size, wanted[stay])
        crowded[stay] = self.crowded(corners[stay], images.part(stay))
        return corners, crowded

    def attempt(self, number: int, images: Placing) -> Ints:
        """Draw random corners (n, 2). Each attempt has its own random words for each image."""
        again = f"/{number}" if number else ""
        words = np.empty((len(images.numbers), len(AXES)), np.uint64)
        if len(words):
            start, stop = int(images.numbers[0]), int(images.numbers[-1]) + 1
            for axis, name in enumerate(AXES):
                column = random_words(self.seed, f"{self.stream}.{name}{again}", start, stop)
                words[:, axis] = column[images.numbers - start]
        return pick_corners(self.spot, images.boxes, self.size, words)

    def keep_clear(self, corners: Ints, images: Placing) -> Mask:
        """Draw again each of `corners` that overlaps too much; mark those that still do: (n,).

        The first clear position is taken, so all clear ones are equally likely. If none is found,
        the sprite stays where it would be if it avoided nothing.
        """
        if not self.avoid:
            return np.zeros(len(corners), bool)
        crowded = self.crowded(corners, images)
        left = np.flatnonzero(crowded)
        waiting = left[~self.hopeless_boxes(images.part(left))]
        part = images.part(waiting)
        for number in range(1, MOST_TRIES):
            if not len(waiting):
                break
            tried = self.attempt(number, part)
            found = ~self.crowded(tried, part)
            corners[waiting[found]] = tried[found]
            crowded[waiting[found]] = False
            waiting, part = waiting[~found], part.part(np.flatnonzero(~found))
        return crowded

    def crowded(self, corners: Ints, images: Placing) -> Mask:
        """Mark sprites at `corners` that overlap too much of a box that they should avoid: (n,)."""
        allowed = self.allowed(images)
        return images.obstacles.cover(corners[None], images.boxes, allowed)

    def hopeless(self, images: PlacedImages) -> Mask:
        """Mark sprites that overlap too much at every position in their ranges: (n,)."""
        placed = Placing(images.numbers, self.boxes(images), self.obstacles(images))
        return self.hopeless_boxes(placed)

    def hopeless_boxes(self, images: Placing) -> Mask:
        """Mark the same.

        The further apart the centres, the smaller the overlap, along each axis by itself. So it is
        smallest at an end of each range.
        """
        ends = outer_ends(self.spot, images.boxes, self.size)
        return images.obstacles.cover(ends, images.boxes, self.allowed(images))

    def allowed(self, images: Placing) -> Ints:
        """Return how many px of each sprite's box another may cover: (n,)."""
        allowed: Ints = images.boxes.prod(axis=1) * self.spot.overlap.numerator
        allowed //= self.spot.overlap.denominator
        return allowed

    def boxes(self, images: PlacedImages) -> Ints:
        """Return the sizes of the sprites to place: (n, 2)."""
        return images.sizes[:, self.depth]

    def obstacles(self, images: PlacedImages) -> Obstacles:
        """Return the boxes that these should avoid."""
        columns = columns_of(self.avoid)
        low = images.corners[:, columns]
        return Obstacles(low, low + images.sizes[:, columns])


@dataclass(frozen=True)
class PlacedImages:
    """Some images: numbers (n,), sizes and corners of their sprites (n, layers, 2)."""

    numbers: Ints
    sizes: Ints
    corners: Ints

    def part(self, rows: Rows) -> PlacedImages:
        """Return the images in `rows`."""
        return PlacedImages(self.numbers[rows], self.sizes[rows], self.corners[rows])


@dataclass(frozen=True)
class Placing:
    """Some images: numbers (n,), sizes of the boxes to place (n, 2), and what these avoid."""

    numbers: Ints
    boxes: Ints
    obstacles: Obstacles

    def part(self, rows: Rows) -> Placing:
        """Return the images in `rows`."""
        return Placing(self.numbers[rows], self.boxes[rows], self.obstacles.part(rows))


@dataclass(frozen=True)
class Obstacles:
    """Boxes to avoid: low and high ends, x and y, (n, boxes, 2) each, px."""

    low: Ints
    high: Ints

    def part(self, rows: Rows) -> Obstacles:
        """Return those of the images in `rows`."""
        return Obstacles(self.low[rows], self.high[rows])

    def cover(self, ends: Ints, boxes: Ints, allowed: Ints) -> Mask:
        """Mark `boxes` (n, 2) of which one of these covers more px than `allowed` (n,).

        Corners are `ends` (1 or 2, n, 2); of two, those with the smaller overlap on each axis.
        """
        found = np.zeros(len(boxes), bool)
        count = self.low.shape[1]
        at_once = max(1, CELLS_AT_ONCE // max(1, count))
        for start in range(0, len(boxes) if count else 0, at_once):
            part = slice(start, start + at_once)
            low, high = self.low[part], self.high[part]
            sides = [overlap(end[part], boxes[part], low, high) for end in ends]
            least = sides[0] if len(sides) == 1 else np.minimum(*sides)
            area = least[..., 0] * least[..., 1]
            found[part] = (area > allowed[part, None]).any(axis=1)
        return found


def overlap(corners: Ints, boxes: Ints, low: Ints, high: Ints) -> Ints:
    """Return width and height that boxes (n, 2) share with each other box: (n, others, 2), px."""
    shared = np.minimum((corners + boxes)[:, None], high)
    shared -= np.maximum(corners[:, None], low)
    sides: Ints = np.maximum(shared, 0, out=shared)
    return sides


def columns_of(depths: tuple[int, ...]) -> slice | list[int]:
    """Return `depths` as a slice if they follow each other, which copies nothing."""
    if depths and depths == tuple(range(depths[0], depths[0] + len(depths))):
        return slice(depths[0], depths[0] + len(depths))
    return list(depths)
