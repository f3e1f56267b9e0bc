"""The plan: what each image shows, which images are the same scene, and how the work is cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import NO_SPRITE, Library, Variants
from imggen.config import Config
from imggen.config.parts import drawing_order
from imggen.plan.boxes import extreme_boxes, sizes_of
from imggen.plan.canvas import check_on_canvas, check_targets
from imggen.plan.distribution import Distribution
from imggen.plan.draws import Distributions, draw_scenes, make_distributions
from imggen.plan.groups import Traits
from imggen.plan.held_out import HeldOut, find_held_out
from imggen.plan.leaks import check_disjoint
from imggen.plan.looks import Floats, Looks, LookTable, draw_looks
from imggen.plan.names import check_lengths
from imggen.plan.pairs import IMAGES_PER_PAIR, change_traits, draw_pairs, halves, side_by_side
from imggen.plan.placement import Positions, place_sprites
from imggen.plan.positions import Drawn, draw_positions
from imggen.plan.splits import Splits
from imggen.plan.spots import Ints, LayerSpots, choose_spots, make_spots


@dataclass(frozen=True)
class Scene:
    """What one image shows.

    Attributes
    ----------
    backdrop : row in `Library.backdrops`
    items : (sprites, 3) int64: row in `Sprites.table`, x, y of the top left corner, px; drawn in
        this order
    looks : (sprites, FIELDS) float64, what is made of each, see plan/looks.py; None: nothing
    """

    backdrop: int
    items: npt.NDArray[np.int64]
    looks: Floats | None = None


@dataclass(frozen=True)
class Scenes:
    """Scenes in a few arrays, as thousands of small ones take long to hand to a worker.

    Attributes
    ----------
    backdrops : (scenes,), as in `Scene`
    items, looks : of all scenes, one after the other
    bounds : (scenes + 1,) int64: scene k has items[bounds[k]:bounds[k + 1]]
    """

    backdrops: npt.NDArray[np.int32]
    items: npt.NDArray[np.int64]
    looks: Floats | None
    bounds: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.backdrops)

    def __getitem__(self, k: int) -> Scene:
        part = slice(*self.bounds[k : k + 2].tolist())
        looks = None if self.looks is None else self.looks[part]
        return Scene(int(self.backdrops[k]), self.items[part], looks)

    def __iter__(self) -> Iterator[Scene]:
        return map(self.__getitem__, range(len(self)))


@dataclass(frozen=True)
class Chunk:
    """A piece of work: images `start` to `stop` of the plan's order, same scenes side by side.

    Attributes
    ----------
    images : (n,) int64, indices of the images
    traits : (n, layers), what each shows
    splits : (n,), where each belongs
    first : (scenes + 1,) int64: scene k is shown by images[first[k]:first[k + 1]]
    scenes : the distinct ones
    """

    start: int
    stop: int
    images: npt.NDArray[np.int64]
    traits: Traits
    splits: Splits
    first: npt.NDArray[np.int64]
    scenes: Scenes


@dataclass(frozen=True)
class Plan:
    """What all images show.

    Attributes
    ----------
    distributions : what the traits are drawn from, per split; one where there are none
    traits : (images, layers) uint8 or uint16, variant of each layer
    spots : where sprites may be, one entry per layer
    looks : (images, drawn columns) uint8 or uint16, what is made of sprites, see plan/looks.py
    look_table : what they stand for
    positions : (images, layers at random, 2) int16 or int32, x and y of the top left corner, px
    crowded : how many sprites of a layer overlap what they should avoid
    splits : (images,) uint8 or uint16, place in the configuration; 0 where there are none
    order : (images,) unsigned, of as few bytes as do: image indices with equal scenes side by
        side and scenes of one backdrop together
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
    crowded: dict[str, int]
    splits: Splits
    order: npt.NDArray[np.unsignedinteger[Any]]
    distinct: int

    @property
    def count(self) -> int:
        """How many images there are."""
        return len(self.traits)

    def parts(self) -> Iterator[tuple[str, Distribution, Traits]]:
        """The images that were drawn alike: name of their split or "", distribution and traits."""
        if not self.config.split or self.config.dataset.scenes_first is not None:
            yield "", self.distributions[0], self.traits
            return
        for place, split in enumerate(self.config.split):
            images = self.splits == place
            if images.any():
                yield split.name, self.distributions[place], self.traits[images]

    def chunk(self, start: int, stop: int) -> Chunk:
        """The piece of work at `start` to `stop` of the order."""
        images = self.order[start:stop].astype(np.int64)
        traits, looks, positions = self.traits[images], self.looks[images], self.positions[images]
        keys = scene_keys(traits, looks, positions)
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
        """Sizes and top left corners of what rows of these columns draw: (rows, layers, 2), px."""
        sizes = sizes_of(self.look_table, self.library.layers, traits, looks)
        chosen = choose_spots(self.spots, traits)
        return sizes, place_sprites(self.spots, sizes, chosen, positions)

    def scenes(self, images: npt.NDArray[np.integer[Any]]) -> Scenes:
        """The scene of each of `images` (n,), indices in any order."""
        traits, looks, positions = self.traits[images], self.looks[images], self.positions[images]
        variants = self.library.layers
        _, corners = self.boxes(traits, looks, positions)
        order = drawing_order(self.config.layer)
        depths = [depth for depth, _ in order]
        sprites = np.stack([sprite_rows(variants[d], traits[:, d], p) for d, p in order], axis=1)
        items = np.concatenate([sprites[..., None], corners[:, depths]], axis=2)
        values = self.look_table.whole(looks)
        drawn = sprites != NO_SPRITE
        return Scenes(
            backdrops=variants[0].backdrops[traits[:, 0]],
            items=items[drawn],
            looks=None if values is None else values[:, depths][drawn],
            bounds=np.append(0, np.cumsum(drawn.sum(axis=1))),
        )


def make_plan(config: Config, library: Library) -> Plan:
    """Draw all traits and positions and sort the images by what they show.

    Raises
    ------
    PlanError
        If rules contradict each other, a sprite could lie outside the canvas, one is placed by a
        layer that draws nothing and that is to be refused, `unique` asks for too many images,
        splits show the same that should not, or a name may be too long.
    """
    held_out = find_held_out(config, library.layers)
    distributions = make_distributions(config, library.layers, held_out)
    spots = make_spots(config.layer, library.layers, library.size)
    vary = [layer.vary for layer in config.layer]
    boxes = [extreme_boxes(*pair) for pair in zip(vary, library.layers, strict=True)]
    check_on_canvas(spots, library, boxes, distributions)
    traits, splits = draw_images(config, distributions, held_out)
    check_targets(spots, library.layers, traits)
    check_lengths(config, library.layers, len(traits))
    looks = make_looks(config, library, traits)
    drawn = place_images(config, library, spots, traits, looks)
    keys = scene_keys(traits, looks, drawn.positions)
    order = np.lexsort(keys[::-1])
    if config.dataset.disjoint is not None:
        apart = keys if config.dataset.disjoint == "scenes" else keys[: len(config.layer)]
        same = ~starts_scene(apart, order)
        check_disjoint(config, library.layers, traits[order], splits[order], order, same)
    index = np.min_scalar_type(len(traits))
    return Plan(
        config=config,
        library=library,
        distributions=distributions,
        spots=spots,
        traits=traits,
        looks=looks,
        look_table=LookTable.of(vary),
        positions=drawn.positions,
        crowded=drawn.crowded,
        splits=splits,
        order=order.astype(index),
        distinct=int(np.count_nonzero(starts_scene(keys, order))),
    )


def draw_images(
    config: Config, distributions: Distributions, held_out: Sequence[HeldOut]
) -> tuple[Traits, Splits]:
    """The traits and splits of all images, as in `Plan`."""
    scenes = config.dataset.count // (1 if config.dataset.pair is None else IMAGES_PER_PAIR)
    traits, splits = draw_scenes(config, distributions, held_out, scenes)
    if config.dataset.pair is None:
        return traits, splits
    changed = change_traits(config, distributions, traits, splits)
    return side_by_side(traits, changed), side_by_side(splits, splits)


def make_looks(config: Config, library: Library, traits: Traits) -> Looks:
    """The looks of all images, as in `Plan`; what both images of a pair show looks alike."""
    vary = [layer.vary for layer in config.layer]
    draw = partial(draw_looks, config.dataset.seed, vary, library.layers)
    if config.dataset.pair is None:
        return draw(traits)
    return side_by_side(*map(draw, halves(traits)))


def place_images(
    config: Config, library: Library, spots: Sequence[LayerSpots], traits: Traits, looks: Looks
) -> Drawn:
    """The positions of all images, as in `Plan`."""
    if config.dataset.pair is not None:
        return draw_pairs(config, spots, library, traits, looks)
    vary = [layer.vary for layer in config.layer]
    return draw_positions(config.dataset.seed, spots, library, traits, vary, looks)


def scene_keys(traits: Traits, looks: Looks, positions: Positions) -> list[npt.NDArray[Any]]:
    """The columns that tell scenes apart, (images,) each; the first layer comes first."""
    return [
        *traits.T,
        *looks.T,
        *(axis for layer in positions.transpose(1, 2, 0) for axis in layer),
    ]


def starts_scene(
    keys: Sequence[npt.NDArray[Any]], order: npt.NDArray[np.integer[Any]]
) -> npt.NDArray[np.bool_]:
    """Whether an image differs in any of `keys` from the one before it in `order`: (images,)."""
    starts = np.ones(len(order), bool)
    alike = np.arange(1, len(order))
    for key in keys:  # soon few are left to compare
        alike = alike[key[order[alike]] == key[order[alike - 1]]]
    starts[alike] = False
    return starts


def sprite_rows(variants: Variants, column: Traits, part: int) -> npt.NDArray[np.int32]:
    """The row in `Sprites.table` of one part of each of the variants in `column`, or NO_SPRITE."""
    rows = variants.sprites[column]
    return np.where(rows == NO_SPRITE, rows, rows + np.int32(part))
