"""Random positions: where each image may have a sprite, and where it has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Library
from imggen.config.place import AXES
from imggen.config.vary import Vary
from imggen.plan.areas import nearest_corners, outer_ends, pick_corners
from imggen.plan.boxes import sizes_of
from imggen.plan.groups import Traits
from imggen.plan.looks import Looks, LookTable
from imggen.plan.placement import Positions, anchor_of, fixed_corners, has_pixels, rows_of
from imggen.plan.spots import Chosen, Ints, LayerSpots, Spot, choose_spots
from imggen.plan.streams import random_words

IMAGES_AT_ONCE = 2**18  # so that memory does not grow with the count
MOST_TRIES = 50  # positions that an image draws to find one that avoids what it should


@dataclass(frozen=True)
class Drawn:
    """Top left corners of the sprites of layers at random.

    Attributes
    ----------
    positions : (images, such layers, 2) int16 or int32, x and y, px. One that moves nothing is
        0, 0, so that scenes that look the same are the same.
    crowded : how many images of a layer have a sprite that overlaps what it should avoid, as no
        position of MOST_TRIES did not; it is where it would be if it avoided nothing
    """

    positions: Positions
    crowded: dict[str, int]


@dataclass(frozen=True)
class Block:
    """Some images: their numbers (n,), and sizes and corners of their sprites (n, layers, 2)."""

    images: Ints
    sizes: Ints
    corners: Ints

    def part(self, rows: slice | npt.NDArray[np.intp]) -> Block:
        """These of them."""
        return Block(self.images[rows], self.sizes[rows], self.corners[rows])


@dataclass(frozen=True)
class Beside:
    """Images beside which others are placed that differ from them in the layer at `depth` only.

    Attributes
    ----------
    traits, looks : (images, layers) and (images, drawn columns)
    positions : (images, 2), corners of that layer's sprites
    """

    depth: int
    traits: Traits
    looks: Looks
    positions: Positions

    def boxes(self, table: LookTable, library: Library, rows: slice) -> tuple[Ints, Ints]:
        """Sizes and corners of that layer's sprites in some of them: (n, 2) each, px."""
        sizes = sizes_of(table, library.layers, self.traits[rows], self.looks[rows])
        return sizes[:, self.depth], self.positions[rows].astype(np.int64)


def draw_positions(
    seed: int,
    layers: Sequence[LayerSpots],
    library: Library,
    traits: Traits,
    vary: Sequence[Vary],
    looks: Looks,
    beside: Beside | None = None,
) -> Drawn:
    """Draw the positions of all images.

    `traits` is (images, layers), `looks` (images, drawn columns), both from image 0 on; `vary` has
    an entry per layer. Given those `beside` which they are, all is where it is in those.
    """
    placed, table = placed_at_random(layers), LookTable.of(vary)
    positions = np.zeros((len(traits), len(placed), len(AXES)), np.int32)
    crowded = {layers[d].layer: 0 for d in placed if any(s.avoid for s in layers[d].spots)}
    for start in range(0, len(traits) if placed else 0, IMAGES_AT_ONCE):
        shown = traits[start : start + IMAGES_AT_ONCE]
        chosen = choose_spots(layers, shown)
        sizes = sizes_of(table, library.layers, shown, looks[start : start + len(shown)])
        block = Block(np.arange(start, start + len(shown)), sizes, np.zeros_like(sizes))
        for depth, layer in enumerate(layers):
            first = None
            if beside and beside.depth == depth:
                first = beside.boxes(table, library, slice(start, start + len(shown)))
            for number, spot in enumerate(layer.spots):
                rows = rows_of(layer, chosen[:, depth], number)
                draw = Draw(seed, layer.layer, depth, spot, library.size)
                kept = (first[0][rows], first[1][rows]) if first else None
                block.corners[rows, depth], missed = draw.corners(block.part(rows), kept)
                if missed:
                    crowded[layer.layer] += missed
        block.corners[~needed_boxes(layers, sizes, chosen)] = 0
        positions[start : start + len(shown)] = block.corners[:, placed]
    return Drawn(positions.astype(smallest_dtype(positions), copy=False), crowded)


def placed_at_random(layers: Sequence[LayerSpots]) -> list[int]:
    """The depths of the layers that may have random positions."""
    return [depth for depth, layer in enumerate(layers) if layer.at_random]


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


def overlaps(corners: Ints, boxes: Ints, other: tuple[Ints, Ints]) -> Ints:
    """Width and height of what boxes have in common with others, corners and sizes: (n, 2), px."""
    low = np.maximum(corners, other[0])
    high = np.minimum(corners + boxes, other[0] + other[1])
    sides: Ints = np.maximum(high - low, 0)
    return sides


def needed_boxes(
    layers: Sequence[LayerSpots], sizes: Ints, chosen: Chosen
) -> npt.NDArray[np.bool_]:
    """Whether something is drawn where a layer is, or relative to it: (images, layers)."""
    needed = has_pixels(sizes)
    for depth in range(len(layers) - 1, -1, -1):
        for number, spot in enumerate(layers[depth].spots):
            if spot.of is not None and not isinstance(spot.otherwise, tuple):
                rows = rows_of(layers[depth], chosen[:, depth], number)
                needed[rows, spot.of] |= needed[rows, depth]
    return needed


def smallest_dtype(positions: Positions) -> np.dtype[np.signedinteger[Any]]:
    """A type for all `positions`. Few bytes to keep, and two are faster to sort."""
    limits = np.iinfo(np.int16)
    lowest, highest = positions.min(initial=0), positions.max(initial=0)
    return np.dtype(np.int16 if limits.min <= lowest and highest <= limits.max else np.int32)
