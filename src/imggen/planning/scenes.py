"""Scenes, what images show, and chunks of them: the tasks of workers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:  # workers do without what plans
    from imggen.planning.groups import Traits
    from imggen.planning.placement.looks import Floats
    from imggen.planning.sampling.splits import Splits

MOST_NAMED = 3  # images of a chunk, in a sentence


class Shot(NamedTuple):
    """The values with which a camera takes an image.

    Attributes
    ----------
    values : of CAMERA_FIELDS
    noise : the seed of its noise
    """

    values: tuple[float, ...]
    noise: int


class Needs(NamedTuple):
    """The memory that a sprite needs: in an arena, and while it is made.

    Attributes
    ----------
    pixels, rows, runs : of the sprite; it may have fewer runs
    source, line : px of what it is made of, and of a row
    """

    pixels: int
    rows: int
    runs: int
    source: int
    line: int


class Orders(NamedTuple):
    """Sprites to be made, as kernels have them; made by `imggen.draw.orders`.

    Attributes
    ----------
    numbers : (n, COLUMNS) int64, each an `Order` of draw/transform.h
    colours : (n, 10) float32: the matrix that straight colours are multiplied by, row by row (greys
        by its first number), and what alphas are multiplied by
    needs : (n,)
    """

    numbers: npt.NDArray[np.int64]
    colours: npt.NDArray[np.float32]
    needs: list[Needs]

    def take(self, rows: Sequence[int]) -> Orders:
        """Return those in some rows, in this order."""
        return Orders(self.numbers[rows], self.colours[rows], [self.needs[row] for row in rows])


@dataclass(frozen=True)
class Scene:
    """The sprites of one image, and its background.

    Attributes
    ----------
    background : row in `Library.backgrounds`
    items : (sprites, 3) int64: row in `Sprites.table`, x, y of the top left corner, px; drawn in
        this order
    looks : (sprites, FIELDS) float64, see planning/placement/looks.py; None: as in the files
    slots : (sprites,) the layer and instance that each is of, as columns of traits; None: not known
    shot : how a camera takes it; None: there is no camera
    edges : (sprites, EDGES) float64, their feathers and shadows; None: all as the layers have them
    orders, first : those of many scenes, and the place of its first sprite in them; None: there are
        none yet
    """

    background: int
    items: npt.NDArray[np.int64]
    looks: Floats | None = None
    slots: npt.NDArray[np.unsignedinteger[Any]] | None = None
    shot: Shot | None = None
    orders: Orders | None = None
    first: int = 0
    edges: Floats | None = None


@dataclass(frozen=True)
class Scenes:
    """Scenes in a few arrays, as thousands of small ones take long to hand to a worker.

    Attributes
    ----------
    backgrounds : (scenes,), as in `Scene`
    items, looks, slots, orders, edges : of all scenes, one after the other
    bounds : (scenes + 1,) int64: scene k has items[bounds[k]:bounds[k + 1]]
    shots : how the camera takes each; empty if there is none
    """

    backgrounds: npt.NDArray[np.int32]
    items: npt.NDArray[np.int64]
    looks: Floats | None
    bounds: npt.NDArray[np.int64]
    slots: npt.NDArray[np.unsignedinteger[Any]]
    shots: tuple[Shot, ...] = ()
    orders: Orders | None = None
    edges: Floats | None = None

    def __len__(self) -> int:
        return len(self.backgrounds)

    def __getitem__(self, k: int) -> Scene:
        first, stop = self.bounds[k : k + 2].tolist()
        part = slice(first, stop)
        looks = None if self.looks is None else self.looks[part]
        shot = self.shots[k] if self.shots else None
        background, items, slots = int(self.backgrounds[k]), self.items[part], self.slots[part]
        edges = None if self.edges is None else self.edges[part]
        return Scene(background, items, looks, slots, shot, self.orders, first, edges)

    def __iter__(self) -> Iterator[Scene]:
        return map(self.__getitem__, range(len(self)))

    def cut(self, start: int, stop: int) -> Scenes:
        """Return scenes `start` to `stop`, which have no orders yet."""
        bounds = self.bounds[start : stop + 1]
        part = slice(bounds[0], bounds[-1])
        return Scenes(
            self.backgrounds[start:stop],
            self.items[part],
            None if self.looks is None else self.looks[part],
            bounds - bounds[0],
            self.slots[part],
            self.shots[start:stop],
            edges=None if self.edges is None else self.edges[part],
        )


@dataclass(frozen=True)
class Chunk:
    """A worker's task: images `start` to `stop` of the plan's order, equal scenes side by side.

    Attributes
    ----------
    images : (n,) int64, indices of the images
    traits : (n, slots), what each shows
    splits : (n,), where each belongs
    first : (scenes + 1,) int64: scene k is shown by images[first[k]:first[k + 1]]
    scenes : the distinct ones
    drawn : (n, drawn columns) the values that images draw, if they are in shards; see drawn.py
    """

    start: int
    stop: int
    images: npt.NDArray[np.int64]
    traits: Traits
    splits: Splits
    first: npt.NDArray[np.int64]
    scenes: Scenes
    drawn: Floats | None = None

    def cut(self, start: int, stop: int, position: int) -> Chunk:
        """Return its images `start` to `stop` as the chunk that begins at `position`."""
        first = int(self.first.searchsorted(start, "right")) - 1
        end = int(self.first.searchsorted(stop))
        bounds = self.first[first : end + 1] - start
        bounds[0], bounds[-1] = 0, stop - start
        part = slice(start, stop)
        return Chunk(
            position,
            position + stop - start,
            self.images[part],
            self.traits[part],
            self.splits[part],
            bounds,
            self.scenes.cut(first, end),
            None if self.drawn is None else self.drawn[part],
        )

    def __str__(self) -> str:
        """Return what a sentence calls it: "images 3, 7, 2 and 61 more"."""
        indices = self.images.tolist()
        named = ", ".join(map(str, indices[:MOST_NAMED]))
        more = f" and {len(indices) - MOST_NAMED} more" if len(indices) > MOST_NAMED else ""
        return f"image{'s' if len(indices) > 1 else ''} {named}{more}"
