"""Random positions: where each image may have a sprite, and where it has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Library
from imggen.config.place import AXES
from imggen.plan.areas import pick_corners
from imggen.plan.placement import Positions, fixed_corners, has_pixels, rows_of, sizes_of
from imggen.plan.spots import Chosen, Ints, LayerSpots, Spot, choose_spots
from imggen.plan.streams import random_words
from imggen.plan.traits import Traits

IMAGES_AT_ONCE = 2**18  # so that memory does not grow with the count
MOST_TRIES = 100  # positions that an image draws to find one that avoids what it should


@dataclass(frozen=True)
class Drawn:
    """Top left corners of the sprites of layers at random.

    Attributes
    ----------
    positions : (images, such layers, 2) int16 or int32, x and y, px. One that moves nothing is
        0, 0, so that scenes that look the same are the same.
    crowded : how many images of a layer have a sprite that overlaps what it should avoid, as no
        position of MOST_TRIES did not: the one with the least overlap is used
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


def draw_positions(
    seed: int, layers: Sequence[LayerSpots], library: Library, traits: Traits
) -> Drawn:
    """Draw the positions of images with `traits`, (images, layers), from image 0 on."""
    placed = placed_at_random(layers)
    positions = np.zeros((len(traits), len(placed), len(AXES)), np.int32)
    crowded = {layers[d].layer: 0 for d in placed if any(s.avoid for s in layers[d].spots)}
    for start in range(0, len(traits) if placed else 0, IMAGES_AT_ONCE):
        shown = traits[start : start + IMAGES_AT_ONCE]
        chosen = choose_spots(layers, shown)
        sizes = sizes_of(library.layers, shown)
        block = Block(np.arange(start, start + len(shown)), sizes, np.zeros_like(sizes))
        for depth, layer in enumerate(layers):
            for number, spot in enumerate(layer.spots):
                rows = rows_of(layer, chosen[:, depth], number)
                draw = Draw(seed, layer.layer, depth, spot, library.size)
                block.corners[rows, depth], missed = draw.corners(block.part(rows))
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

    def corners(self, block: Block) -> tuple[Ints, int]:
        """Corners (n, 2) of these images, and how many overlap what they should avoid."""
        if self.spot.ranges is None:
            return fixed_corners(self.spot, block.sizes, block.corners, self.depth), 0
        corners = self.attempt(0, block)
        return corners, self.keep_clear(corners, block) if self.spot.avoid else 0

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
        """Draw those of `corners` anew that overlap too much; returns how many still do.

        The first that does not is taken, so that all that do not are alike likely.
        """
        overlap = self.spot.overlap
        allowed = block.sizes[:, self.depth].prod(axis=1) * overlap.numerator
        allowed //= overlap.denominator
        covered = self.covered(corners, block)
        left = np.flatnonzero(covered > allowed)
        for number in range(1, MOST_TRIES):
            if not len(left):
                break
            part = block.part(left)
            tried = self.attempt(number, part)
            area = self.covered(tried, part)
            better = area < covered[left]
            corners[left[better]] = tried[better]
            covered[left[better]] = area[better]
            left = left[covered[left] > allowed[left]]
        return len(left)

    def covered(self, corners: Ints, block: Block) -> Ints:
        """How many px of each box at `corners` the one avoided box covers that covers most."""
        boxes = block.sizes[:, self.depth]
        most = np.zeros(len(boxes), np.int64)
        for other in self.spot.avoid:
            low = np.maximum(corners, block.corners[:, other])
            high = np.minimum(corners + boxes, block.corners[:, other] + block.sizes[:, other])
            np.maximum(most, np.maximum(high - low, 0).prod(axis=1), out=most)
        return most


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
