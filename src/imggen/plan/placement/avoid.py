"""Draw random positions for the sprites of one layer, clear of boxes to avoid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imggen.config.place import AXES
from imggen.plan.placement.anchors import anchor_of, fixed_corners, has_pixels
from imggen.plan.placement.areas import nearest_corners, outer_ends, pick_corners
from imggen.plan.placement.spots import Ints, Spot
from imggen.plan.streams import random_words

MOST_TRIES = 50  # positions that an image draws to find one that avoids what it should


@dataclass(frozen=True)
class SpotPlacer:
    """Places the sprites of one layer, at `depth`, that have one spot, on a canvas of `size`."""

    seed: int
    layer: str
    depth: int
    spot: Spot
    size: tuple[int, int]

    def corners(
        self, images: PlacedImages, before: tuple[Ints, Ints] | None = None
    ) -> tuple[Ints, int]:
        """Return corners (n, 2), and how many sprites overlap a box that they should avoid.

        With sizes and corners of the first images of pairs, `before`, sprites stay at that place.
        """
        if self.spot.ranges is None:
            return fixed_corners(self.spot, images.sizes, images.corners, self.depth), 0
        if before is not None:
            return self.corners_beside(before, images)
        corners = self.attempt(0, images)
        return corners, self.keep_clear(corners, images) if self.spot.avoid else 0

    def corners_beside(self, before: tuple[Ints, Ints], images: PlacedImages) -> tuple[Ints, int]:
        """Keep each anchor where it was `before`, or as near as allowed, if both draw something."""
        old, new = before[0], self.boxes(images)
        both = has_pixels(old) & has_pixels(new)
        stay, go = np.flatnonzero(both), np.flatnonzero(~both)
        wanted = before[1] + anchor_of(self.spot.anchor, old) - anchor_of(self.spot.anchor, new)
        corners = np.empty_like(new)
        corners[go], crowded = self.corners(images.part(go))
        corners[stay] = nearest_corners(self.spot, new[stay], self.size, wanted[stay])
        if self.spot.avoid:
            crowded += int(self.crowded(corners[stay], images.part(stay)).sum())
        return corners, crowded

    def attempt(self, number: int, images: PlacedImages) -> Ints:
        """Draw random corners (n, 2). Each attempt has its own random words for each image."""
        again = f"/{number}" if number else ""
        words = np.empty((len(images.numbers), len(AXES)), np.uint64)
        if len(words):
            start, stop = int(images.numbers[0]), int(images.numbers[-1]) + 1
            for axis, name in enumerate(AXES):
                column = random_words(self.seed, f"{self.layer}.{name}{again}", start, stop)
                words[:, axis] = column[images.numbers - start]
        return pick_corners(self.spot, images.sizes[:, self.depth], self.size, words)

    def keep_clear(self, corners: Ints, images: PlacedImages) -> int:
        """Draw again each of `corners` that overlaps too much; return how many still do.

        The first clear position is taken, so all clear ones are equally likely. If none is found,
        the sprite stays where it would be if it avoided nothing.
        """
        left = np.flatnonzero(self.crowded(corners, images))
        hopeless = self.hopeless(images.part(left))
        waiting = left[~hopeless]
        for number in range(1, MOST_TRIES):
            if not len(waiting):
                break
            part = images.part(waiting)
            tried = self.attempt(number, part)
            clear = ~self.crowded(tried, part)
            corners[waiting[clear]] = tried[clear]
            waiting = waiting[~clear]
        return int(hopeless.sum()) + len(waiting)

    def crowded(self, corners: Ints, images: PlacedImages) -> npt.NDArray[np.bool_]:
        """Mark sprites at `corners` that overlap too much of a box that they should avoid: (n,)."""
        return self.covers(images, lambda other: overlaps(corners, self.boxes(images), other))

    def hopeless(self, images: PlacedImages) -> npt.NDArray[np.bool_]:
        """Mark sprites that overlap too much at every position in their ranges: (n,).

        The further apart the centres, the smaller the overlap, along each axis by itself. So it is
        smallest at an end of each range.
        """
        boxes = self.boxes(images)
        ends = outer_ends(self.spot, boxes, self.size)
        return self.covers(
            images, lambda other: np.minimum(*(overlaps(end, boxes, other) for end in ends))
        )

    def boxes(self, images: PlacedImages) -> Ints:
        """Return the sizes of the sprites to place: (n, 2)."""
        return images.sizes[:, self.depth]

    def covers(
        self, images: PlacedImages, sides: Callable[[tuple[Ints, Ints]], Ints]
    ) -> npt.NDArray[np.bool_]:
        """Mark sprites of which a box to avoid covers too much: (n,).

        `sides` returns width and height of the overlap with a box: (n, 2).
        """
        allowed = self.boxes(images).prod(axis=1) * self.spot.overlap.numerator
        allowed //= self.spot.overlap.denominator
        result = np.zeros(len(allowed), bool)
        for other in self.spot.avoid:
            width, height = sides((images.corners[:, other], images.sizes[:, other])).T
            result |= width * height > allowed
        return result


@dataclass(frozen=True)
class PlacedImages:
    """Some images: numbers (n,), sizes and corners of their sprites (n, layers, 2)."""

    numbers: Ints
    sizes: Ints
    corners: Ints

    def part(self, rows: slice | npt.NDArray[np.intp]) -> PlacedImages:
        """Return the images in `rows`."""
        return PlacedImages(self.numbers[rows], self.sizes[rows], self.corners[rows])


def overlaps(corners: Ints, boxes: Ints, other: tuple[Ints, Ints]) -> Ints:
    """Return width and height that boxes share with others (corners, sizes): (n, 2), px."""
    low = np.maximum(corners, other[0])
    high = np.minimum(corners + boxes, other[0] + other[1])
    sides: Ints = np.maximum(high - low, 0)
    return sides
