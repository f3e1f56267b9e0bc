"""The plan: what each image shows, which images are the same scene, and how the work is cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import NO_SPRITE, Library
from imggen.config import Config
from imggen.plan.canvas import check_on_canvas, check_targets
from imggen.plan.distribution import Distribution
from imggen.plan.draws import Distributions, draw_scenes, make_distributions
from imggen.plan.groups import Traits
from imggen.plan.held_out import HeldOut, find_held_out
from imggen.plan.leaks import check_disjoint
from imggen.plan.pairs import IMAGES_PER_PAIR, change_traits, draw_pairs, side_by_side
from imggen.plan.placement import Positions, place_sprites, sizes_of
from imggen.plan.positions import Drawn, draw_positions
from imggen.plan.splits import Splits
from imggen.plan.spots import LayerSpots, choose_spots, make_spots


@dataclass(frozen=True)
class Scene:
    """What one image shows.

    Attributes
    ----------
    backdrop : row in `Library.backdrops`
    items : (sprites, 3) int64: row in `Sprites.table`, x, y of the top left corner, px; drawn in
        this order
    """

    backdrop: int
    items: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Chunk:
    """A piece of work: images `start` to `stop` of the plan's order, same scenes side by side.

    Attributes
    ----------
    images : (n,) int64, indices of the images
    traits : (n, layers), what each shows
    splits : (n,), where each belongs
    first : (scenes + 1,) int64: scene k is shown by images[first[k]:first[k + 1]]
    scenes : one per distinct scene
    """

    start: int
    stop: int
    images: npt.NDArray[np.int64]
    traits: Traits
    splits: Splits
    first: npt.NDArray[np.int64]
    scenes: tuple[Scene, ...]


@dataclass(frozen=True)
class Plan:
    """What all images show.

    Attributes
    ----------
    distributions : what the traits are drawn from, per split; one where there are none
    traits : (images, layers) uint8 or uint16, variant of each layer
    spots : where sprites may be, one entry per layer
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
        if not self.config.split or self.config.scenes_first is not None:
            yield "", self.distributions[0], self.traits
            return
        for place, split in enumerate(self.config.split):
            images = self.splits == place
            if images.any():
                yield split.name, self.distributions[place], self.traits[images]

    def chunk(self, start: int, stop: int) -> Chunk:
        """The piece of work at `start` to `stop` of the order."""
        images = self.order[start:stop].astype(np.int64)
        traits, positions = self.traits[images], self.positions[images]
        first = np.flatnonzero(starts_scene(scene_keys(traits, positions)))
        scenes = make_scenes(self.library, self.spots, traits[first], positions[first])
        return Chunk(
            start=start,
            stop=stop,
            images=images,
            traits=traits,
            splits=self.splits[images],
            first=np.append(first, len(images)),
            scenes=tuple(scenes),
        )


def make_plan(config: Config, library: Library) -> Plan:
    """Draw all traits and positions and sort the images by what they show.

    Raises
    ------
    PlanError
        If rules contradict each other, a sprite could lie outside the canvas, one is placed by a
        layer that draws nothing and that is to be refused, `unique` asks for too many images, or
        splits show the same that should not.
    """
    held_out = find_held_out(config, library.layers)
    distributions = make_distributions(config, library.layers, held_out)
    spots = make_spots(config.layer, library.layers, library.size)
    check_on_canvas(spots, library, distributions)
    traits, splits = draw_images(config, distributions, held_out)
    check_targets(spots, library.layers, traits)
    drawn = place_images(config, library, spots, traits)
    keys = scene_keys(traits, drawn.positions)
    order = np.lexsort(keys[::-1])
    ordered = [key[order] for key in keys]
    if config.dataset.disjoint is not None:
        apart = ordered if config.dataset.disjoint == "scenes" else ordered[: len(config.layer)]
        same = ~starts_scene(apart)
        check_disjoint(config, library.layers, traits[order], splits[order], order, same)
    index = np.min_scalar_type(len(traits))
    return Plan(
        config=config,
        library=library,
        distributions=distributions,
        spots=spots,
        traits=traits,
        positions=drawn.positions,
        crowded=drawn.crowded,
        splits=splits,
        order=order.astype(index),
        distinct=int(np.count_nonzero(starts_scene(ordered))),
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


def place_images(
    config: Config, library: Library, spots: Sequence[LayerSpots], traits: Traits
) -> Drawn:
    """The positions of all images, as in `Plan`."""
    seed = config.dataset.seed
    if config.dataset.pair is None:
        return draw_positions(seed, spots, library, traits)
    return draw_pairs(config, spots, library, traits)


def scene_keys(traits: Traits, positions: Positions) -> list[npt.NDArray[Any]]:
    """The columns that tell scenes apart, (images,) each; the first layer comes first."""
    return [*traits.T, *(axis for layer in positions.transpose(1, 2, 0) for axis in layer)]


def starts_scene(keys: Sequence[npt.NDArray[Any]]) -> npt.NDArray[np.bool_]:
    """Whether an image differs in any of `keys` from the one before it: (images,)."""
    starts = np.zeros(len(keys[0]), bool)
    starts[:1] = True
    for key in keys:
        starts[1:] |= key[1:] != key[:-1]
    return starts


def make_scenes(
    library: Library, spots: Sequence[LayerSpots], traits: Traits, positions: Positions
) -> Iterator[Scene]:
    """The scene of each row of (scenes, layers) and (scenes, layers at random, 2)."""
    sizes = sizes_of(library.layers, traits)
    corners = place_sprites(spots, sizes, choose_spots(spots, traits), positions)
    sprites = np.stack([v.sprites[traits[:, d]] for d, v in enumerate(library.layers)], axis=1)
    items = np.concatenate([sprites[..., None], corners], axis=2)
    backdrops = library.layers[0].backdrops[traits[:, 0]]
    for backdrop, rows, drawn in zip(backdrops.tolist(), items, sprites != NO_SPRITE, strict=True):
        yield Scene(backdrop, rows[drawn])
