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
from imggen.plan.groups import Traits
from imggen.plan.placement import Positions, place_sprites, sizes_of
from imggen.plan.positions import draw_positions
from imggen.plan.rules import make_distribution
from imggen.plan.spots import LayerSpots, choose_spots, make_spots
from imggen.plan.traits import draw_traits


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
    first : (scenes + 1,) int64: scene k is shown by images[first[k]:first[k + 1]]
    scenes : one per distinct scene
    """

    start: int
    stop: int
    images: npt.NDArray[np.int64]
    traits: Traits
    first: npt.NDArray[np.int64]
    scenes: tuple[Scene, ...]


@dataclass(frozen=True)
class Plan:
    """What all images show.

    Attributes
    ----------
    distribution : what the traits are drawn from
    traits : (images, layers) uint8 or uint16, variant of each layer
    spots : where sprites may be, one entry per layer
    positions : (images, layers at random, 2) int16 or int32, x and y of the top left corner, px
    crowded : how many sprites of a layer overlap what they should avoid
    order : (images,) unsigned, of as few bytes as do: image indices with equal scenes side by
        side and scenes of one backdrop together
    distinct : how many different scenes there are
    """

    config: Config
    library: Library
    distribution: Distribution
    spots: tuple[LayerSpots, ...]
    traits: Traits
    positions: Positions
    crowded: dict[str, int]
    order: npt.NDArray[np.unsignedinteger[Any]]
    distinct: int

    @property
    def count(self) -> int:
        """How many images there are."""
        return len(self.traits)

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
            first=np.append(first, len(images)),
            scenes=tuple(scenes),
        )


def make_plan(config: Config, library: Library) -> Plan:
    """Draw all traits and positions and sort the images by what they show.

    Raises
    ------
    PlanError
        If rules contradict each other, a sprite could lie outside the canvas, one is placed by a
        layer that draws nothing and that is to be refused, or `unique` asks for too many images.
    """
    distribution = make_distribution(config, library.layers)
    spots = make_spots(config.layer, library.layers, library.size)
    check_on_canvas(spots, library, distribution)
    traits = draw_traits(config.dataset, distribution)
    check_targets(spots, library.layers, traits)
    drawn = draw_positions(config.dataset.seed, spots, library, traits)
    keys = scene_keys(traits, drawn.positions)
    order = np.lexsort(keys[::-1])
    distinct = int(np.count_nonzero(starts_scene([key[order] for key in keys])))
    index = np.min_scalar_type(len(traits))
    return Plan(
        config=config,
        library=library,
        distribution=distribution,
        spots=spots,
        traits=traits,
        positions=drawn.positions,
        crowded=drawn.crowded,
        order=order.astype(index),
        distinct=distinct,
    )


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
