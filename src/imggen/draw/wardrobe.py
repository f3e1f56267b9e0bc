"""Sprites as scenes show them: scaled, turned, recoloured, kept for the next that shows the same.

What is made depends on the sprite and its look alone; what is kept changes no pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.draw.finish import colour_matrix, finish_sprite, planes_of
from imggen.draw.rail import Rail
from imggen.draw.resample import resized, turned
from imggen.draw.sprites import SpriteArrays, sprite_arrays
from imggen.plan.placement.scaling import scaled_sizes, turned_sizes

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.plan import Scene

KEPT_PIXELS = 2**24  # per process; a scene that shows more at once gets more

Key = tuple[int, bytes]  # row in the library, look
Size = tuple[int, int]


class Dressed(NamedTuple):
    """What a scene draws: `items` as in `Scene`, but for their rows: they are in `sprites`."""

    sprites: SpriteArrays
    items: npt.NDArray[np.int64]


class Look(NamedTuple):
    """The values of `FIELDS`, in their order."""

    flip: float
    scale: float
    rotate: float
    hue: float
    saturation: float
    brightness: float
    opacity: float
    blend: float


class Order(NamedTuple):
    """A sprite to be made: of that row of the library, first scaled, then turned to its size."""

    row: int
    look: Look
    scaled: Size
    size: Size


class Wardrobe:
    """Makes the sprites of one library as scenes want them.

    Attributes
    ----------
    emptied : how often it was full and all was thrown away; rows given before mean nothing then
    asked, made : how many sprites scenes wanted, and how many of them had to be made
    """

    def __init__(self, library: Library) -> None:
        self.emptied = 0
        self.asked = 0
        self.made = 0
        self._sprites = sprite_arrays(library.sprites)
        self._channels = library.channels
        self._rail = self._new_rail(0)  # most datasets need none
        self._rows: dict[Key, int] = {}

    def dress(self, scene: Scene) -> Dressed:
        """What `scene` draws. Valid until the next call."""
        if scene.looks is None:
            return Dressed(self._sprites, scene.items)
        looks = (look.tobytes() for look in scene.looks)
        keys = list(zip(scene.items[:, 0].tolist(), looks, strict=True))
        self.asked += len(keys)
        orders = {key: self._order(key) for key in keys if key not in self._rows}
        if not self._rail.has_room([order.size for order in orders.values()]):
            orders = {key: self._order(key) for key in keys}
            self._empty([order.size for order in orders.values()])
        for key, order in orders.items():
            self._rows[key] = self._make(order)
        self.made += len(orders)
        items = scene.items.copy()
        items[:, 0] = [self._rows[key] for key in keys]
        return Dressed(self._rail.sprites, items)

    def _order(self, key: Key) -> Order:
        """What is to be made for `key`."""
        row, look = key
        values = Look(*np.frombuffer(look).tolist())
        scaled = scaled_sizes(self._sprites.table[row, 2:], values.scale)
        size = turned_sizes(scaled, values.rotate)
        return Order(row, values, tuple(scaled.tolist()), tuple(size.tolist()))

    def _empty(self, sizes: Sequence[Size]) -> None:
        """Throw away all that is kept; have room for sprites of `sizes`, whatever that takes."""
        self.emptied += 1
        self._rows.clear()
        self._rail.clear()
        pixels = max(KEPT_PIXELS, self._rail.pixels)
        while not self._rail.has_room(sizes):
            self._rail = self._new_rail(pixels)
            pixels *= 2

    def _new_rail(self, pixels: int) -> Rail:
        """An empty one, whose rows are not taken for those of the library."""
        return Rail(pixels, self._channels, len(self._sprites.table))

    def _make(self, order: Order) -> int:
        """Make a sprite; its row among those on the rail."""
        look = order.look
        first, _, width, height = self._sprites.table[order.row].tolist()
        place = self._rail.take(order.size)
        if 0 in order.size:
            return place.row
        stop = first + width * height * self._channels
        planes = 2 if self._channels == 1 else 4
        source = self._sprites.colour[first:stop], self._sprites.alpha[first:stop]
        size = width, height
        picture = planes_of(*source, self._channels, mirrored=bool(look.flip), size=size)
        picture = turned(resized(picture, planes, order.scaled), planes, look.rotate, order.size)
        matrix = colour_matrix(look.hue, look.saturation, look.brightness)
        finish_sprite(picture, self._channels, matrix, look.opacity, place.colour, place.alpha)
        self._rail.find_runs(place, int(look.blend))
        return place.row
