"""The plan of some images: what each shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import NO_SPRITE, Library, Variants
from imggen.config import Config
from imggen.config.deciding import scenes_first
from imggen.planning.boxes import with_boxes
from imggen.planning.camera import Cameras, join_cameras
from imggen.planning.columns import LayerColumns, layer_columns
from imggen.planning.drawn import drawn_values
from imggen.planning.groups import Index, Traits
from imggen.planning.placement.anchors import Positions, place_sprites
from imggen.planning.placement.boxes import sizes_of
from imggen.planning.placement.depths import DrawingOrder, Ranks
from imggen.planning.placement.looks import Looks, LookTable
from imggen.planning.placement.positions import placed_at_random
from imggen.planning.placement.spots import Ints, LayerSpots, choose_spots
from imggen.planning.sampling.distribution import Distribution
from imggen.planning.sampling.per_split import Distributions
from imggen.planning.sampling.splits import Splits
from imggen.planning.scene_keys import scene_keys, sort_scenes, starts_scene
from imggen.planning.scenes import Chunk, Scenes
from imggen.planning.shadows import with_shadows
from imggen.planning.slots import Slots


@dataclass(frozen=True)
class Plan:
    """The scenes of images that follow each other: of all, or of a segment of them.

    Attributes
    ----------
    distributions : what the traits are drawn from, per split; one where there are none
    traits : (images, slots) uint8 or uint16, variant of each layer or, of a layer with instances,
        of each instance that there may be
    spots : where sprites may be, one entry per slot
    looks : (images, drawn columns) uint8 or uint16, see planning/placement/looks.py
    look_table : what they stand for
    positions : (images, slots at random, 2) int16 or int32, x and y of the top left corner on the
        canvas, px
    ranks : (images, slots at random depths) uint16, see planning/placement/depths.py
    drawing : the order in which sprites are drawn
    crowded : how many sprites of a layer overlap what they should avoid
    dropped : how many instances of a layer are left out, as they had no room
    splits : (images,) uint8 or uint16, place in the configuration; 0 where there are none
    family : how many images are made of each scene that is drawn: 1 unless there are families
    start : the index of the first image
    cameras : how the camera takes each image; None if there is none
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
    start: int = 0
    cameras: Cameras | None = None

    @cached_property
    def order(self) -> npt.NDArray[np.unsignedinteger[Any]]:
        """Rows with equal scenes side by side and scenes of one background together: (images,).

        They are of as few bytes as do.
        """
        order = sort_scenes(self.keys, len(self.shot_keys))
        return order.astype(np.min_scalar_type(len(self.traits)))

    @cached_property
    def distinct(self) -> int:
        """The number of different scenes."""
        return int(np.count_nonzero(starts_scene(self.keys, self.order)))

    @property
    def keys(self) -> list[npt.NDArray[Any]]:
        """The columns that tell scenes apart, (images,) each."""
        return [*self.drawn_keys, *self.shot_keys]

    @property
    def drawn_keys(self) -> list[npt.NDArray[Any]]:
        """The columns that tell scenes apart as they are drawn, (images,) each."""
        return scene_keys(self.traits, self.looks, self.positions, self.ranks)

    @property
    def shot_keys(self) -> list[npt.NDArray[Any]]:
        """The columns that tell apart how a camera takes images, (images,) each; the last keys."""
        return self.cameras.keys if self.cameras else []

    @property
    def stop(self) -> int:
        """The index after that of the last image."""
        return self.start + len(self.traits)

    @property
    def count(self) -> int:
        """Return the number of images."""
        return len(self.traits)

    @property
    def size_bytes(self) -> int:
        """The memory that images take, with their order, about."""
        columns = [self.traits, self.looks, self.positions, self.ranks, self.splits]
        columns += [self.cameras.rows, self.cameras.seeds] if self.cameras else []
        return sum(column.nbytes for column in columns) + 4 * self.count

    @property
    def slots(self) -> Slots:
        """Return the columns of `traits` that show each layer."""
        return Slots.of(self.library.layers)

    @property
    def columns(self) -> tuple[LayerColumns, ...]:
        """Return the columns of `traits` that show each layer, and the texts that stand for it."""
        return layer_columns(self.library.layers)

    def parts(self) -> Iterator[tuple[str, Distribution, Traits]]:
        """Yield the images of each distribution: the split's name or "", distribution, traits.

        Of views, only the first is of the distribution.
        """
        own = slice(None, None, self.family if self.config.view else 1)
        traits, splits = self.traits[own], self.splits[own]
        if not self.config.split or scenes_first(self.config) is not None:
            yield "", self.distributions[0], traits
            return
        for place, split in enumerate(self.config.split):
            images = splits == place
            if images.any():
                yield split.name, self.distributions[place], traits[images]

    def chunk(self, start: int, stop: int) -> Chunk:
        """Cut the chunk from `start` to `stop` out of the order."""
        rows = self.order[start:stop].astype(np.int64)
        return self.take(rows).as_chunk(start, rows + self.start)

    def take(self, rows: npt.NDArray[np.integer[Any]]) -> Plan:
        """Return a plan of these images only, (n,), in this order; `start` means nothing then."""
        return replace(
            self,
            traits=self.traits[rows],
            looks=self.looks[rows],
            positions=self.positions[rows],
            ranks=self.ranks[rows],
            splits=self.splits[rows],
            cameras=self.cameras.take(rows) if self.cameras else None,
        )

    def as_chunk(self, start: int, images: npt.NDArray[np.int64]) -> Chunk:
        """Return all images, whose indices are `images`, as the chunk that begins at `start`."""
        first = np.flatnonzero(starts_scene(self.keys, np.arange(len(images))))
        return Chunk(
            start=start,
            stop=start + len(images),
            images=images,
            traits=self.traits,
            splits=self.splits,
            first=np.append(first, len(images)),
            scenes=self.scenes(first),
            drawn=drawn_values(self) if self.config.output.traits.sharded else None,
        )

    def boxes(self, traits: Traits, looks: Looks, positions: Positions) -> tuple[Ints, Ints]:
        """Return sizes and top left corners of all sprites of these rows: (rows, layers, 2), px."""
        return self.drawn_boxes(traits, looks, *self.planned_boxes(traits, looks, positions))

    def planned_boxes(
        self, traits: Traits, looks: Looks, positions: Positions
    ) -> tuple[Ints, Ints]:
        """Return the same on the canvas, where images have another size."""
        sizes = sizes_of(self.look_table, self.planned_layers, traits, looks)
        chosen = choose_spots(self.spots, traits)
        return sizes, place_sprites(self.spots, sizes, chosen, positions)

    def drawn_boxes(
        self, traits: Traits, looks: Looks, sizes: Ints, corners: Ints
    ) -> tuple[Ints, Ints]:
        """Return sizes and corners in images of boxes with these on the canvas.

        Sizes are those of the art as it is drawn; the middle of each box is kept, to half a px.
        """
        if self.library.canvas is None:
            return sizes, corners
        drawn = sizes_of(self.look_table, self.library.layers, traits, looks)
        middles = (corners + sizes / 2) * self.library.scale
        return drawn, np.floor(middles - drawn / 2 + 0.5).astype(np.int64)

    @property
    def planned_layers(self) -> tuple[Variants, ...]:
        """The variants of each layer, with their sizes on the canvas."""
        return self.library.on_canvas.layers

    def drawn_positions(self, start: int, stop: int) -> Ints:
        """Return the corners of sprites placed at random in rows: (rows, such layers, 2), px."""
        rows = slice(start, stop)
        positions = self.positions[rows]
        if self.library.canvas is None or not positions.shape[1]:
            return positions.astype(np.int64)
        _, corners = self.boxes(self.traits[rows], self.looks[rows], positions)
        return corners[:, placed_at_random(self.spots)]

    def scenes(self, images: npt.NDArray[np.integer[Any]]) -> Scenes:
        """Return the scene of each of `images` (n,), rows in any order."""
        traits, looks, positions = self.traits[images], self.looks[images], self.positions[images]
        variants = self.library.layers
        sizes, corners = self.planned_boxes(traits, looks, positions)
        order = self.drawing.order(sizes, corners, self.ranks[images])
        sprites, slots = self.drawn_sprites(traits, order)
        _, corners = self.drawn_boxes(traits, looks, sizes, corners)
        drawn = sprites != NO_SPRITE
        image, place = np.nonzero(drawn)
        slot = slots[image, place]
        own = sprites[drawn]
        if self.library.feathers is not None:
            own = self.library.feathers[own, self.look_table.rows(looks, "feather")[image, slot]]
        items = np.concatenate([own[:, None], corners[image, slot]], axis=1)
        values, edges = self.look_table.whole(looks), self.look_table.edges(looks)
        scenes = Scenes(
            backgrounds=variants[0].backgrounds[traits[:, 0]],
            items=items,
            looks=None if values is None else values[image, slot],
            bounds=np.append(0, np.cumsum(drawn.sum(axis=1))),
            slots=slot.astype(np.min_scalar_type(len(variants))),
            shots=self.cameras.take(images).shots() if self.cameras else (),
            edges=None if edges is None else edges[image, slot],
        )
        blurs = self.look_table.rows(looks, "shadow_blur")[image, slot]
        scenes = with_shadows(scenes, self.library, blurs)
        return with_boxes(scenes, self.library, self.look_table.boxes(looks))

    def drawn_sprites(self, traits: Traits, order: Index) -> tuple[npt.NDArray[np.int32], Ints]:
        """Return the sprites of scenes in the `order` of drawing, or NO_SPRITE, and their slots.

        `order` and both are (scenes, parts of all slots).
        """
        layers, listed = self.library.layers, self.drawing.listed
        rows = [sprite_rows(layers[slot], traits[:, slot], part) for slot, part in listed]
        sprites = np.stack(rows, axis=1)
        if self.drawing.groups:
            sprites = np.take_along_axis(sprites, order, axis=1)
        return sprites, np.array([slot for slot, _ in listed])[order]


def join(plans: Sequence[Plan]) -> Plan:
    """Return the plan of all images of `plans`, in this order."""
    if len(plans) == 1:
        return plans[0]
    return replace(
        plans[0],
        traits=np.concatenate([plan.traits for plan in plans]),
        looks=np.concatenate([plan.looks for plan in plans]),
        positions=np.concatenate([plan.positions for plan in plans]),
        ranks=np.concatenate([plan.ranks for plan in plans]),
        splits=np.concatenate([plan.splits for plan in plans]),
        crowded=sum_counts(plan.crowded for plan in plans),
        dropped=sum_counts(plan.dropped for plan in plans),
        cameras=join_cameras([plan.cameras for plan in plans]),
    )


def sum_counts(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    """Return the sum of `counts` for each key."""
    total: dict[str, int] = {}
    for own in counts:
        total |= {key: total.get(key, 0) + count for key, count in own.items()}
    return total


def sprite_rows(variants: Variants, column: Traits, part: int) -> npt.NDArray[np.int32]:
    """Return rows in `Sprites.table` of one part of the variants in `column`, or NO_SPRITE."""
    rows = variants.sprites[column]
    return np.where(rows == NO_SPRITE, rows, rows + np.int32(part))
