"""The plan: the scene of each image, in an order in which equal scenes are neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import NO_SPRITE, Library, Variants
from imggen.config import Config
from imggen.plan.columns import LayerColumns, layer_columns
from imggen.plan.groups import Traits
from imggen.plan.placement.anchors import Positions, place_sprites
from imggen.plan.placement.boxes import sizes_of
from imggen.plan.placement.depths import DrawingOrder, Ranks
from imggen.plan.placement.looks import Looks, LookTable
from imggen.plan.placement.spots import Ints, LayerSpots, choose_spots
from imggen.plan.sampling.distribution import Distribution
from imggen.plan.sampling.per_split import Distributions
from imggen.plan.sampling.splits import Splits, mixed
from imggen.plan.scenes import Chunk, Scenes
from imggen.plan.slots import Slots

MOST_SORTED = 64  # keys; layers without instances have fewer, as a rule


@dataclass(frozen=True)
class Plan:
    """The scenes of all images.

    Attributes
    ----------
    distributions : what the traits are drawn from, per split; one where there are none
    traits : (images, slots) uint8 or uint16, variant of each layer or, of a layer with instances,
        of each instance that there may be
    spots : where sprites may be, one entry per slot
    looks : (images, drawn columns) uint8 or uint16, see plan/placement/looks.py
    look_table : what they stand for
    positions : (images, slots at random, 2) int16 or int32, x and y of the top left corner, px
    ranks : (images, slots at random depths) uint16, see plan/placement/depths.py
    drawing : the order in which sprites are drawn
    crowded : how many sprites of a layer overlap what they should avoid
    dropped : how many instances of a layer are left out, as they had no room
    splits : (images,) uint8 or uint16, place in the configuration; 0 where there are none
    family : how many images are made of each scene that is drawn: 1 unless there are families
    order : (images,) unsigned, of as few bytes as do: image indices with equal scenes side by
        side and scenes of one background together
    distinct : how many different scenes there are
    """

    config: Config
    library: Library
    distributions: Distributions
    spots: tuple[LayerSpots, ...]
    traits: Traits
    looks: Looks
    look_table: LookTable
    positions: Positions
    ranks: Ranks
    drawing: DrawingOrder
    crowded: dict[str, int]
    dropped: dict[str, int]
    splits: Splits
    family: int
    order: npt.NDArray[np.unsignedinteger[Any]]
    distinct: int

    @property
    def count(self) -> int:
        """Return the number of images."""
        return len(self.traits)

    @property
    def slots(self) -> Slots:
        """Return the columns of `traits` that show each layer."""
        return Slots.of(self.library.layers)

    @property
    def columns(self) -> tuple[LayerColumns, ...]:
        """Return the columns of `traits` that show each layer, and the texts that stand for it."""
        return layer_columns(self.library.layers)

    def parts(self) -> Iterator[tuple[str, Distribution, Traits]]:
        """Yield the images of each distribution: the split's name or "", distribution, traits."""
        if not self.config.split or self.config.dataset.scenes_first is not None:
            yield "", self.distributions[0], self.traits
            return
        for place, split in enumerate(self.config.split):
            images = self.splits == place
            if images.any():
                yield split.name, self.distributions[place], self.traits[images]

    def chunk(self, start: int, stop: int) -> Chunk:
        """Cut the chunk from `start` to `stop` out of the order."""
        images = self.order[start:stop].astype(np.int64)
        traits = self.traits[images]
        keys = scene_keys(traits, self.looks[images], self.positions[images], self.ranks[images])
        first = np.flatnonzero(starts_scene(keys, np.arange(len(images))))
        return Chunk(
            start=start,
            stop=stop,
            images=images,
            traits=traits,
            splits=self.splits[images],
            first=np.append(first, len(images)),
            scenes=self.scenes(images[first]),
        )

    def boxes(self, traits: Traits, looks: Looks, positions: Positions) -> tuple[Ints, Ints]:
        """Return sizes and top left corners of all sprites of these rows: (rows, layers, 2), px."""
        sizes = sizes_of(self.look_table, self.library.layers, traits, looks)
        chosen = choose_spots(self.spots, traits)
        return sizes, place_sprites(self.spots, sizes, chosen, positions)

    def scenes(self, images: npt.NDArray[np.integer[Any]]) -> Scenes:
        """Return the scene of each of `images` (n,), indices in any order."""
        traits, looks, positions = self.traits[images], self.looks[images], self.positions[images]
        variants = self.library.layers
        sizes, corners = self.boxes(traits, looks, positions)
        listed = self.drawing.listed
        rows = [sprite_rows(variants[slot], traits[:, slot], part) for slot, part in listed]
        sprites = np.stack(rows, axis=1)
        values = self.look_table.whole(looks)
        order = self.drawing.order(sizes, corners, self.ranks[images])
        sprites = np.take_along_axis(sprites, order, axis=1) if self.drawing.groups else sprites
        slots = np.array([slot for slot, _ in listed])[order]
        drawn = sprites != NO_SPRITE
        image, place = np.nonzero(drawn)
        slot = slots[image, place]
        items = np.concatenate([sprites[drawn][:, None], corners[image, slot]], axis=1)
        return Scenes(
            backgrounds=variants[0].backgrounds[traits[:, 0]],
            items=items,
            looks=None if values is None else values[image, slot],
            bounds=np.append(0, np.cumsum(drawn.sum(axis=1))),
            slots=slot.astype(np.min_scalar_type(len(variants))),
        )


def scene_keys(
    traits: Traits, looks: Looks, positions: Positions, ranks: Ranks
) -> list[npt.NDArray[Any]]:
    """Return the columns that tell scenes apart, (images,) each; the first layer comes first."""
    return [
        *traits.T,
        *looks.T,
        *(axis for layer in positions.transpose(1, 2, 0) for axis in layer),
        *ranks.T,
    ]


def sort_scenes(keys: Sequence[npt.NDArray[Any]]) -> npt.NDArray[np.intp]:
    """Return images in an order in which equal scenes are neighbours, by the first of `keys` first.

    Many keys are sorted by a mixture of them: then scenes that differ may change places.
    """
    if len(keys) <= MOST_SORTED:
        return np.lexsort(keys[::-1])
    mixture = np.zeros(len(keys[0]), np.uint64)
    for key in keys:
        mixture = mixed(mixture + key.astype(np.int64).view(np.uint64))
    return np.lexsort([mixture, keys[0]])


def starts_scene(
    keys: Sequence[npt.NDArray[Any]], order: npt.NDArray[np.integer[Any]]
) -> npt.NDArray[np.bool_]:
    """Mark images that differ in any of `keys` from the one before in `order`: (images,)."""
    starts = np.ones(len(order), bool)
    alike = np.arange(1, len(order))
    for key in keys:  # soon few are left to compare
        if not len(alike):
            break
        alike = alike[key[order[alike]] == key[order[alike - 1]]]
    starts[alike] = False
    return starts


def sprite_rows(variants: Variants, column: Traits, part: int) -> npt.NDArray[np.int32]:
    """Return rows in `Sprites.table` of one part of the variants in `column`, or NO_SPRITE."""
    rows = variants.sprites[column]
    return np.where(rows == NO_SPRITE, rows, rows + np.int32(part))
