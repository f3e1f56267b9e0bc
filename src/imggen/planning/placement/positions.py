"""Draw the random positions of all images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Library
from imggen.config.plain import AXES
from imggen.planning.draws import Draws, RandomDraws
from imggen.planning.families import interleave, members
from imggen.planning.groups import Traits
from imggen.planning.placement.anchors import Positions, has_pixels, rows_of
from imggen.planning.placement.avoid import PlacedImages, SpotPlacer
from imggen.planning.placement.boxes import sizes_of
from imggen.planning.placement.looks import Looks, LookTable
from imggen.planning.placement.spots import Chosen, Ints, LayerSpots, Spot, choose_spots

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
class KeptBoxes:
    """The boxes that sprites had in earlier members of families, to stay in place.

    Attributes
    ----------
    sizes, corners : (scenes, 2) each, by the depth of each layer whose sprites differ; a layer that
        has drawn nothing yet has the size 0
    """

    sizes: dict[int, Ints]
    corners: dict[int, Ints]

    def part(self, depth: int, part: slice) -> tuple[Ints, Ints] | None:
        """Return those of the layer at `depth` in some scenes; None if its sprites are the same."""
        return (self.sizes[depth][part], self.corners[depth][part]) if depth in self.sizes else None

    def keep(self, depth: int, sizes: Ints, corners: Ints) -> None:
        """Keep the boxes of a layer, (scenes, 2) each, where it had drawn nothing."""
        new = ~has_pixels(self.sizes[depth])
        self.sizes[depth][new], self.corners[depth][new] = sizes[new], corners[new]


@dataclass(frozen=True)
class Placer:
    """Draws the positions of sprites from the random streams of `seed`.

    Attributes
    ----------
    layers : the places of each layer and instance
    library : the variants of each layer, and the canvas
    looks : how sprites are scaled and turned
    given : the source of first attempts; None: the random streams of `seed`
    """

    seed: int
    layers: tuple[LayerSpots, ...]
    library: Library
    looks: LookTable
    given: Draws | None = None

    @property
    def draws(self) -> Draws:
        """The source of the words of looks and of first attempts at positions."""
        return self.given or RandomDraws(self.seed)

    def draw(
        self, traits: Traits, looks: Looks, kept: KeptBoxes | None = None, first: int = 0
    ) -> RandomPositions:
        """Draw the positions of images.

        `traits` is (images, layers), `looks` (images, drawn columns), both from scene `first` on.
        Sprites of later members of families keep the anchors of those in `kept`.
        """
        placed = placed_at_random(self.layers)
        positions = np.zeros((len(traits), len(placed), len(AXES)), np.int32)
        crowded = {layer.layer: 0 for layer in self.layers if layer.avoids}
        lost = [np.zeros((0, 2), np.int64)]
        at_once = min(IMAGES_AT_ONCE, max(1, SPRITES_AT_ONCE // len(self.layers)))
        for start in range(0, len(traits) if placed else 0, at_once):
            part = slice(start, start + at_once)
            drawn = self.draw_part(part, traits[part], looks[part], kept, first)
            positions[part] = drawn.corners[:, placed]
            for depth, count in enumerate(drawn.crowded):
                if count:
                    crowded[self.layers[depth].layer] += count
            lost += drawn.lost
        positions = positions.astype(smallest_dtype(positions), copy=False)
        return RandomPositions(positions, crowded, np.concatenate(lost))

    def draw_part(
        self, part: slice, traits: Traits, looks: Looks, kept: KeptBoxes | None, first: int
    ) -> DrawnPart:
        """Draw the corners of the images in rows `part`, of which row 0 shows scene `first`."""
        chosen = choose_spots(self.layers, traits)
        sizes = sizes_of(self.looks, self.library.layers, traits, looks)
        numbers = np.arange(part.start, part.start + len(traits))
        images = PlacedImages(first + numbers, sizes, np.zeros_like(sizes))
        crowded = [0] * len(self.layers)
        lost = []
        for depth, layer in enumerate(self.layers):
            before = kept.part(depth, part) if kept else None
            for number, spot in enumerate(layer.spots):
                rows = rows_of(layer, chosen[:, depth], number)
                draw = self.placer_of(depth, spot)
                own = (before[0][rows], before[1][rows]) if before else None
                images.corners[rows, depth], missed = draw.corners(images.part(rows), own)
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
            self.seed,
            layer.stream,
            depth,
            spot,
            self.library.size,
            (*spot.avoid, *own),
            self.draws,
        )

    def draw_families(
        self, traits: Traits, looks: Looks, size: int, differing: Sequence[int], start: int = 0
    ) -> RandomPositions:
        """Draw the positions of families of `size`, whose members follow one another.

        The first shows scene `start`. Later members keep all positions of the first. The sprites of
        the layers at the depths `differing`, which are others, keep their anchors, or come as near
        as `inside` allows.
        """
        placed = placed_at_random(self.layers)
        depths = [depth for depth in differing if depth in placed]
        scenes = len(traits) // size
        nothing = {depth: np.zeros((scenes, 2), np.int64) for depth in depths}
        kept = KeptBoxes(nothing, {depth: none.copy() for depth, none in nothing.items()})
        drawn = []
        for own, own_looks in zip(members(traits, size), members(looks, size), strict=True):
            drawn.append(self.draw(own, own_looks, kept, start))
            boxes = sizes_of(self.looks, self.library.layers, own, own_looks)
            for depth in depths:
                corners = drawn[-1].positions[:, placed.index(depth)].astype(np.int64)
                kept.keep(depth, boxes[:, depth], corners)
        return join_members(drawn)


def join_members(drawn: Sequence[RandomPositions]) -> RandomPositions:
    """Join the positions of first members, of second members, ... of families."""
    size = len(drawn)
    crowded = {layer: sum(one.crowded[layer] for one in drawn) for layer in drawn[0].crowded}
    lost = [one.lost * (size, 1) + (member, 0) for member, one in enumerate(drawn)]
    return RandomPositions(
        interleave([one.positions for one in drawn]), crowded, np.concatenate(lost)
    )


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
