"""The plan: what each image shows, which images are the same scene, and how the work is cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import NO_SPRITE, Library
from imggen.config import Config
from imggen.plan.placement import check_on_canvas, place_sprites
from imggen.plan.traits import Traits, draw_traits


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
    traits : (images, layers) uint8 or uint16, variant of each layer
    order : (images,) unsigned, of as few bytes as do: image indices with equal scenes side by
        side and scenes of one backdrop together
    distinct : how many different scenes there are
    """

    config: Config
    library: Library
    traits: Traits
    order: npt.NDArray[np.unsignedinteger[Any]]
    distinct: int

    @property
    def count(self) -> int:
        """How many images there are."""
        return len(self.traits)

    def chunk(self, start: int, stop: int) -> Chunk:
        """The piece of work at `start` to `stop` of the order."""
        images = self.order[start:stop].astype(np.int64)
        traits = self.traits[images]
        first = np.flatnonzero(starts_scene(traits))
        scenes = make_scenes(self.config, self.library, traits[first])
        return Chunk(
            start=start,
            stop=stop,
            images=images,
            traits=traits,
            first=np.append(first, len(images)),
            scenes=tuple(scenes),
        )


def make_plan(config: Config, library: Library) -> Plan:
    """Draw all traits and sort the images by what they show.

    Raises
    ------
    PlanError
        If a sprite would lie outside the canvas, or `unique` asks for too many images.
    """
    check_on_canvas(config.layer, library)
    traits = draw_traits(config.dataset, library.layers)
    order = np.lexsort(traits.T[::-1])  # the first layer is the first key
    distinct = int(np.count_nonzero(starts_scene(traits[order])))
    return Plan(config, library, traits, order.astype(np.min_scalar_type(len(traits))), distinct)


def starts_scene(traits: Traits) -> npt.NDArray[np.bool_]:
    """Whether a row of (images, layers) differs from the one before it: (images,)."""
    starts = np.ones(len(traits), bool)
    starts[1:] = (traits[1:] != traits[:-1]).any(axis=1)
    return starts


def make_scenes(config: Config, library: Library, traits: Traits) -> Iterator[Scene]:
    """The scene of each row of (scenes, layers)."""
    corners = place_sprites(config.layer, library.layers, traits)
    sprites = np.stack([v.sprites[traits[:, d]] for d, v in enumerate(library.layers)], axis=1)
    items = np.concatenate([sprites[..., None], corners], axis=2)
    backdrops = library.layers[0].backdrops[traits[:, 0]]
    for backdrop, rows, drawn in zip(backdrops.tolist(), items, sprites != NO_SPRITE, strict=True):
        yield Scene(backdrop, rows[drawn])
