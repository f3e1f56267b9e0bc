"""Scenes, what images show, and chunks of them: the tasks of workers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:  # workers do without what plans
    from imggen.plan.groups import Traits
    from imggen.plan.placement.looks import Floats
    from imggen.plan.sampling.splits import Splits


class Orders(NamedTuple):
    """How sprites are to be made, as `imggen.draw.orders` finds out of their looks.

    Attributes
    ----------
    numbers : (n, COLUMNS) int64, each an `Order` of draw/transform.h
    colours : (n, 10) float32: the matrix that straight colours are multiplied by, row by row (greys
        by its first number), and what alphas are multiplied by
    room : (n, 4) int64: what each takes of an arena, sprites, pixels, rows and runs at most
    space : (n, 2) int64: px that are needed while each is made, of its source and of a row
    """

    numbers: npt.NDArray[np.int64]
    colours: npt.NDArray[np.float32]
    room: npt.NDArray[np.int64]
    space: npt.NDArray[np.int64]

    def of(self, sprites: slice | list[int]) -> Orders:
        """Return the orders of some of the sprites."""
        return Orders(
            self.numbers[sprites], self.colours[sprites], self.room[sprites], self.space[sprites]
        )


@dataclass(frozen=True)
class Scene:
    """The sprites of one image, and its background.

    Attributes
    ----------
    background : row in `Library.backgrounds`
    items : (sprites, 3) int64: row in `Sprites.table`, x, y of the top left corner, px; drawn in
        this order
    looks : (sprites, FIELDS) float64, see plan/placement/looks.py; None: as in the files
    slots : (sprites,) the layer and instance that each is of, as columns of traits; None: not known
    orders : of its sprites; None: not made yet
    """

    background: int
    items: npt.NDArray[np.int64]
    looks: Floats | None = None
    slots: npt.NDArray[np.unsignedinteger[Any]] | None = None
    orders: Orders | None = None


@dataclass(frozen=True)
class Scenes:
    """Scenes in a few arrays, as thousands of small ones take long to hand to a worker.

    Attributes
    ----------
    backgrounds : (scenes,), as in `Scene`
    items, looks, slots, orders : of all scenes, one after the other
    bounds : (scenes + 1,) int64: scene k has items[bounds[k]:bounds[k + 1]]
    """

    backgrounds: npt.NDArray[np.int32]
    items: npt.NDArray[np.int64]
    looks: Floats | None
    bounds: npt.NDArray[np.int64]
    slots: npt.NDArray[np.unsignedinteger[Any]]
    orders: Orders | None = None

    def __len__(self) -> int:
        return len(self.backgrounds)

    def __getitem__(self, k: int) -> Scene:
        part = slice(*self.bounds[k : k + 2].tolist())
        looks = None if self.looks is None else self.looks[part]
        orders = self.orders and self.orders.of(part)
        return Scene(int(self.backgrounds[k]), self.items[part], looks, self.slots[part], orders)

    def __iter__(self) -> Iterator[Scene]:
        return map(self.__getitem__, range(len(self)))


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
    """

    start: int
    stop: int
    images: npt.NDArray[np.int64]
    traits: Traits
    splits: Splits
    first: npt.NDArray[np.int64]
    scenes: Scenes
