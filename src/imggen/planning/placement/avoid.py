"""Draw random positions for the sprites of one layer, clear of boxes to avoid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imggen.config.plain import AXES
from imggen.kernels import mark_covered
from imggen.planning.draws import Draws, RandomDraws
from imggen.planning.placement.anchors import anchor_of, fixed_corners, has_pixels
from imggen.planning.placement.areas import nearest_corners, outer_ends, pick_corners
from imggen.planning.placement.spots import Ints, Spot

Mask = npt.NDArray[np.bool_]
Rows = slice | npt.NDArray[np.intp]

MOST_TRIES = 50  # positions that an image draws to find one that avoids what it should


@dataclass(frozen=True)
class SpotPlacer:
    """Places the sprites of one layer, at `depth`, that have one spot, on a canvas of `size`.

    Attributes
    ----------
    stream : the name of its random streams
    avoid : depths of the layers whose boxes its own keep clear of
    draws : the source of first attempts; None: the random streams of `seed`, as of later ones
    """

    seed: int
    stream: str
    depth: int
    spot: Spot
    size: tuple[int, int]
    avoid: tuple[int, ...]
    draws: Draws | None = None

    def corners(
        self, images: PlacedImages, before: tuple[Ints, Ints] | None = None
    ) -> tuple[Ints, Mask]:
        """Return corners (n, 2), and mark sprites that overlap a box that they should avoid: (n,).

        With sizes and corners of the first images of pairs, `before`, sprites stay at that place.
        """
        if self.spot.ranges is None:
            corners = fixed_corners(self.spot, images.sizes, images.corners, self.depth)
            return corners, np.zeros(len(corners), bool)
        placed = self.placing(images)
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
        draws = RandomDraws(self.seed) if number or self.draws is None else self.draws
        words = np.empty((len(images.numbers), len(AXES)), np.uint64)
        if len(words):
            start, stop = int(images.numbers[0]), int(images.numbers[-1]) + 1
            for axis, name in enumerate(AXES):
                column = draws.words(f"{self.stream}.{name}{again}", start, stop)
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
        waiting = left[~self.hopeless(images.part(left))]
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
        return images.covered(corners[None], self.allowed(images))

    def hopeless(self, images: Placing) -> Mask:
        """Mark sprites that overlap too much at every position in their ranges: (n,).

        The further apart the centres, the smaller the overlap, along each axis by itself. So it is
        smallest at an end of each range.
        """
        ends = outer_ends(self.spot, images.boxes, self.size)
        return images.covered(ends, self.allowed(images))

    def allowed(self, images: Placing) -> Ints:
        """Return how many px of each sprite's box another may cover: (n,)."""
        allowed: Ints = images.boxes.prod(axis=1) * self.spot.overlap.numerator
        allowed //= self.spot.overlap.denominator
        return allowed

    def placing(self, images: PlacedImages) -> Placing:
        """Return the sprites to place in `images`."""
        boxes = np.ascontiguousarray(images.sizes[:, self.depth])
        rows = np.arange(len(boxes))
        return Placing(images.numbers, boxes, rows, images, np.array(self.avoid, np.int64))


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
    """The sprites of one layer to place in some images, and what these show besides.

    Attributes
    ----------
    numbers : (n,), of the images
    boxes : (n, 2), their sizes, px
    rows : (n,), the image of each in `images`
    avoid : depths of the layers whose boxes they keep clear of
    """

    numbers: Ints
    boxes: Ints
    rows: Ints
    images: PlacedImages
    avoid: Ints

    def part(self, rows: Rows) -> Placing:
        """Return the sprites in `rows`."""
        own = self.numbers[rows], self.boxes[rows], self.rows[rows]
        return Placing(*own, self.images, self.avoid)

    def covered(self, ends: Ints, allowed: Ints) -> Mask:
        """Mark sprites of which a box to avoid covers more px than `allowed` (n,): (n,).

        Their corners are `ends` (1 or 2, n, 2); of two, those with the smaller overlap count, on
        each axis by itself.
        """
        found = np.zeros(len(self.boxes), np.uint8)
        mark_covered(
            np.ascontiguousarray(self.images.corners),
            np.ascontiguousarray(self.images.sizes),
            self.images.sizes.shape[1],
            self.avoid,
            len(self.avoid),
            self.rows,
            len(self.rows),
            np.ascontiguousarray(ends),
            len(ends),
            self.boxes,
            allowed,
            found,
        )
        return found.astype(bool)
