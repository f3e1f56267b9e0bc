"""Draw the random positions of all images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Library
from imggen.config.place import AXES
from imggen.plan.groups import Traits
from imggen.plan.pairs import halves, side_by_side
from imggen.plan.placement.anchors import Positions, has_pixels, rows_of
from imggen.plan.placement.avoid import PlacedImages, SpotPlacer
from imggen.plan.placement.boxes import sizes_of
from imggen.plan.placement.looks import Looks, LookTable
from imggen.plan.placement.spots import Chosen, Ints, LayerSpots, Spot, choose_spots

IMAGES_AT_ONCE = 2**18  # so that memory does not grow with the count
SPRITES_AT_ONCE = 2**21  # so that it does not grow with the number of layers either


@dataclass(frozen=True)
class RandomPositions:
    """Top left corners of the sprites of layers at random.

    Attributes
    ----------
    positions : (images, such layers, 2) int16 or int32, x and y, px. One that moves nothing is
        0, 0, so that scenes that look the same are the same.
    crowded : how many sprites of a layer overlap what they should avoid, because none of MOST_TRIES
        positions was clear; each is where it would be if it avoided nothing
    lost : row of the image and depth of each sprite that is left out for that: (n, 2)
    """

    positions: Positions
    crowded: dict[str, int]
    lost: Ints


@dataclass(frozen=True)
class DrawnPart:
    """The drawn positions of some images.

    Attributes
    ----------
    corners : (images, layers, 2)
    crowded : how many sprites of each layer overlap what they should avoid
    lost : as in `RandomPositions`, in parts
    """

    corners: Ints
    crowded: list[int]
    lost: list[Ints]


@dataclass(frozen=True)
class FirstImages:
    """The first images of pairs; the second ones differ in the layer at `depth` only.

    Attributes
    ----------
    traits, looks : (images, layers) and (images, drawn columns)
    positions : (images, 2), corners of that layer's sprites
    """

    depth: int
    traits: Traits
    looks: Looks
    positions: Positions


@dataclass(frozen=True)
class Placer:
    """Draws the positions of sprites from the random streams of `seed`.

    Attributes
    ----------
    layers : the places of each layer and instance
    library : the variants of each layer, and the canvas
    looks : how sprites are scaled and turned
    """

    seed: int
    layers: tuple[LayerSpots, ...]
    library: Library
    looks: LookTable

    def draw(
        self, traits: Traits, looks: Looks, beside: FirstImages | None = None, first: int = 0
    ) -> RandomPositions:
        """Draw the positions of images.

        `traits` is (images, layers), `looks` (images, drawn columns), both from scene `first` on.
        All sprites of the second images of pairs lie where they do in the first ones, `beside`.
        """
        placed = placed_at_random(self.layers)
        positions = np.zeros((len(traits), len(placed), len(AXES)), np.int32)
        crowded = {layer.layer: 0 for layer in self.layers if layer.avoids}
        lost = [np.zeros((0, 2), np.int64)]
        at_once = min(IMAGES_AT_ONCE, max(1, SPRITES_AT_ONCE // len(self.layers)))
        for start in range(0, len(traits) if placed else 0, at_once):
            part = slice(start, start + at_once)
            drawn = self.draw_part(part, traits[part], looks[part], beside, first)
            positions[part] = drawn.corners[:, placed]
            for depth, count in enumerate(drawn.crowded):
                if count:
                    crowded[self.layers[depth].layer] += count
            lost += drawn.lost
        positions = positions.astype(smallest_dtype(positions), copy=False)
        return RandomPositions(positions, crowded, np.concatenate(lost))

    def draw_part(
        self, part: slice, traits: Traits, looks: Looks, beside: FirstImages | None, first: int
    ) -> DrawnPart:
        """Draw the corners of the images in rows `part`, of which row 0 shows scene `first`."""
        chosen = choose_spots(self.layers, traits)
        sizes = sizes_of(self.looks, self.library.layers, traits, looks)
        numbers = np.arange(part.start, part.start + len(traits))
        images = PlacedImages(first + numbers, sizes, np.zeros_like(sizes))
        crowded = [0] * len(self.layers)
        lost = []
        for depth, layer in enumerate(self.layers):
            before = self.boxes_before(beside, part) if beside and beside.depth == depth else None
            for number, spot in enumerate(layer.spots):
                rows = rows_of(layer, chosen[:, depth], number)
                draw = self.placer_of(depth, spot)
                kept = (before[0][rows], before[1][rows]) if before else None
                images.corners[rows, depth], missed = draw.corners(images.part(rows), kept)
                if spot.otherwise == "drop":
                    gone = numbers[rows][missed]
                    sizes[gone - part.start, depth] = 0  # so that it is in nobody's way
                    lost.append(np.column_stack([gone, np.full_like(gone, depth)]))
                else:
                    crowded[depth] += int(missed.sum())
        images.corners[~needed_boxes(self.layers, sizes, chosen)] = 0
        return DrawnPart(images.corners, crowded, lost)

    def placer_of(self, depth: int, spot: Spot) -> SpotPlacer:
        """Return what places the layer at `depth` in one of its spots."""
        layer = self.layers[depth]
        own = tuple(range(layer.first, depth)) if spot.apart else ()
        return SpotPlacer(
            self.seed, layer.stream, depth, spot, self.library.size, (*spot.avoid, *own)
        )

    def boxes_before(self, beside: FirstImages, part: slice) -> tuple[Ints, Ints]:
        """Return sizes and corners of the paired layer's sprites in first images: (n, 2) each."""
        sizes = sizes_of(self.looks, self.library.layers, beside.traits[part], beside.looks[part])
        return sizes[:, beside.depth], beside.positions[part].astype(np.int64)

    def draw_pairs(
        self, traits: Traits, looks: Looks, depth: int, start: int = 0
    ) -> RandomPositions:
        """Draw the positions of pairs that show `traits`, firsts and seconds in turn.

        The first pair shows scene `start`.

        The second image keeps all positions of the first. The sprite of the layer at `depth`,
        which shows another variant, keeps its anchor, or comes as near to it as `inside` allows.
        """
        (first, second), (first_looks, second_looks) = halves(traits), halves(looks)
        drawn = self.draw(first, first_looks, None, start)
        placed = placed_at_random(self.layers)
        beside = None
        if depth in placed:
            corners = drawn.positions[:, placed.index(depth)]
            beside = FirstImages(depth, first, first_looks, corners)
        again = self.draw(second, second_looks, beside, start)
        crowded = {layer: count + again.crowded[layer] for layer, count in drawn.crowded.items()}
        positions = side_by_side(drawn.positions, again.positions)
        lost = np.concatenate([drawn.lost * (2, 1), again.lost * (2, 1) + (1, 0)])
        return RandomPositions(positions, crowded, lost)


def placed_at_random(layers: Sequence[LayerSpots]) -> list[int]:
    """Return the depths of the layers that may have random positions."""
    return [depth for depth, layer in enumerate(layers) if layer.at_random]


def needed_boxes(
    layers: Sequence[LayerSpots], sizes: Ints, chosen: Chosen
) -> npt.NDArray[np.bool_]:
    """Mark layers that draw something, or carry one that does: (images, layers)."""
    needed = has_pixels(sizes)
    for depth in range(len(layers) - 1, -1, -1):
        for number, spot in enumerate(layers[depth].spots):
            if spot.of is not None and not isinstance(spot.otherwise, tuple):
                rows = rows_of(layers[depth], chosen[:, depth], number)
                needed[rows, spot.of] |= needed[rows, depth]
    return needed


def smallest_dtype(positions: Positions) -> np.dtype[np.signedinteger[Any]]:
    """Return a type of few bytes for all `positions`; two bytes are also faster to sort."""
    limits = np.iinfo(np.int16)
    lowest, highest = positions.min(initial=0), positions.max(initial=0)
    return np.dtype(np.int16 if limits.min <= lowest and highest <= limits.max else np.int32)
