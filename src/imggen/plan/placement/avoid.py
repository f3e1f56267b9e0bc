"""Random positions of the sprites of one layer, clear of what they should avoid."""

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
class Draw:
    """Places the sprites of one layer, at `depth`, that have one spot, on a canvas of `size`."""

    seed: int
    layer: str
    depth: int
    spot: Spot
    size: tuple[int, int]

    def corners(self, block: Block, before: tuple[Ints, Ints] | None = None) -> tuple[Ints, int]:
        """Corners (n, 2) of these images, and how many overlap what they should avoid.

        Given sizes and corners of what was there `before`, their sprites stay at that place.
        """
        if self.spot.ranges is None:
            return fixed_corners(self.spot, block.sizes, block.corners, self.depth), 0
        if before is not None:
            return self.corners_beside(before, block)
        corners = self.attempt(0, block)
        return corners, self.keep_clear(corners, block) if self.spot.avoid else 0

    def corners_beside(self, before: tuple[Ints, Ints], block: Block) -> tuple[Ints, int]:
        """The same: where both draw something, the anchor stays, or is as near as may be."""
        old, new = before[0], self.boxes(block)
        both = has_pixels(old) & has_pixels(new)
        stay, go = np.flatnonzero(both), np.flatnonzero(~both)
        wanted = before[1] + anchor_of(self.spot.anchor, old) - anchor_of(self.spot.anchor, new)
        corners = np.empty_like(new)
        corners[go], crowded = self.corners(block.part(go))
        corners[stay] = nearest_corners(self.spot, new[stay], self.size, wanted[stay])
        if self.spot.avoid:
            crowded += int(self.crowded(corners[stay], block.part(stay)).sum())
        return corners, crowded

    def attempt(self, number: int, block: Block) -> Ints:
        """Random corners (n, 2). Each attempt has words of its own for each image."""
        again = f"/{number}" if number else ""
        words = np.empty((len(block.images), len(AXES)), np.uint64)
        if len(words):
            start, stop = int(block.images[0]), int(block.images[-1]) + 1
            for axis, name in enumerate(AXES):
                column = random_words(self.seed, f"{self.layer}.{name}{again}", start, stop)
                words[:, axis] = column[block.images - start]
        return pick_corners(self.spot, block.sizes[:, self.depth], self.size, words)

    def keep_clear(self, corners: Ints, block: Block) -> int:
        """Draw those of `corners` anew that overlap too much; returns how many cannot be helped.

        The first that does not is taken, so that all that do not are alike likely. Where there is
        none, the sprite stays where it would be if it avoided nothing.
        """
        left = np.flatnonzero(self.crowded(corners, block))
        hopeless = self.hopeless(block.part(left))
        waiting = left[~hopeless]
        for number in range(1, MOST_TRIES):
            if not len(waiting):
                break
            part = block.part(waiting)
            tried = self.attempt(number, part)
            clear = ~self.crowded(tried, part)
            corners[waiting[clear]] = tried[clear]
            waiting = waiting[~clear]
        return int(hopeless.sum()) + len(waiting)

    def crowded(self, corners: Ints, block: Block) -> npt.NDArray[np.bool_]:
        """Whether each sprite at `corners` overlaps too much of a box that it should avoid."""
        return self.covers(block, lambda other: overlaps(corners, self.boxes(block), other))

    def hopeless(self, block: Block) -> npt.NDArray[np.bool_]:
        """Whether each sprite does so wherever it is in its ranges.

        The further apart the centres, the smaller the overlap, along each axis by itself. So it is
        smallest at an end of each range.
        """
        boxes = self.boxes(block)
        ends = outer_ends(self.spot, boxes, self.size)
        return self.covers(
            block, lambda other: np.minimum(*(overlaps(end, boxes, other) for end in ends))
        )

    def boxes(self, block: Block) -> Ints:
        """Sizes of the sprites to place: (n, 2)."""
        return block.sizes[:, self.depth]

    def covers(
        self, block: Block, sides: Callable[[tuple[Ints, Ints]], Ints]
    ) -> npt.NDArray[np.bool_]:
        """Whether a box to avoid covers too much: `sides` tells the size of the overlap, (n, 2)."""
        allowed = self.boxes(block).prod(axis=1) * self.spot.overlap.numerator
        allowed //= self.spot.overlap.denominator
        result = np.zeros(len(allowed), bool)
        for other in self.spot.avoid:
            width, height = sides((block.corners[:, other], block.sizes[:, other])).T
            result |= width * height > allowed
        return result


@dataclass(frozen=True)
class Block:
    """Some images: their numbers (n,), and sizes and corners of their sprites (n, layers, 2)."""

    images: Ints
    sizes: Ints
    corners: Ints

    def part(self, rows: slice | npt.NDArray[np.intp]) -> Block:
        """These of them."""
        return Block(self.images[rows], self.sizes[rows], self.corners[rows])


def overlaps(corners: Ints, boxes: Ints, other: tuple[Ints, Ints]) -> Ints:
    """Width and height of what boxes have in common with others, corners and sizes: (n, 2), px."""
    low = np.maximum(corners, other[0])
    high = np.minimum(corners + boxes, other[0] + other[1])
    sides: Ints = np.maximum(high - low, 0)
    return sides
