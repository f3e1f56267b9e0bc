"""The sprites of scenes: transformed, recoloured, and kept for the next scene that shows the same.

A sprite's pixels depend on the library's sprite and its transform alone, so the cache changes no
pixel.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.assets import CHANNELS, NO_SPRITE, Library
from imggen.draw.modes import blend_tables
from imggen.draw.orders import make_orders
from imggen.draw.sprites import SpriteArrays, pack_sprites, sprite_arrays
from imggen.draw.transform import Transformer
from imggen.kernels import Struct, pack
from imggen.planning.scenes import Orders

if TYPE_CHECKING:
    from imggen.planning import Scene
    from imggen.planning.scenes import Needs, Scenes

FEW_PIXELS = 2**18  # kept at first, so that made sprites stay in a core's own caches
KEPT_PIXELS = 2**24  # per process; a scene that shows more at once gets more
GROWTH = 4  # of how many are kept, each time that all are dropped and some were found again
MANY_FOUND = 1 / 16  # of those asked for
PIXELS_A_ROW, PIXELS_A_RUN, PIXELS_A_SPRITE = 32, 8, 2048  # at least, as is expected

Key = tuple[int, bytes]  # row in the library, values of the transform
Ints = npt.NDArray[np.int64]


class SceneSprites(NamedTuple):
    """The sprites that a scene draws, from back to front.

    Attributes
    ----------
    sprites : the arrays that hold them
    items : (n, 3) int64: row in `sprites.table`, x and y of the top left corner, px
    numbers : (n,) int64: each sprite's number. A cache gives a number to one sprite only, and never
        again, while it uses rows again
    """

    sprites: SpriteArrays
    items: Ints
    numbers: Ints


class SpriteCache:
    """The sprites of one library, made as scenes show them.

    Sprites that no transform changes are the library's own: their numbers are their rows. Made
    sprites are kept until there is no room for the next; then all are dropped. There is more room
    from then on if some were found again.

    Attributes
    ----------
    asked, made : how many sprites of scenes with transforms were asked for, and how many made
    """

    def __init__(self, library: Library) -> None:
        self.asked = 0
        self.made = 0
        self._sprites = sprite_arrays(library.sprites)
        self._sizes = self._sprites.table[:, 2:]
        self._nearest = nearest_rows(library)
        self._channels = library.channels
        self._transformer = Transformer(self._sprites, self._channels)
        self._arena = SpriteArena(0, self._channels)  # most datasets need none
        self._kept: dict[Key, tuple[int, int]] = {}  # row in the arena, number
        self._counts = 0, 0  # asked and made, when the arena was cleared
        self._last: tuple[Scene, SceneSprites] | None = None

    def fetch(self, scene: Scene) -> SceneSprites:
        """Return the sprites of `scene`; their arrays are valid until the next call."""
        if scene.looks is None:
            return SceneSprites(self._sprites, scene.items, scene.items[:, 0].copy())
        if self._last is None or self._last[0] is not scene:  # labelled, then drawn
            self._last = scene, self._fetch(scene, scene.looks)
        return self._last[1]

    def order(self, scenes: Scenes) -> Scenes:
        """Return `scenes` with the orders of their sprites: faster than to order each scene's."""
        if scenes.looks is None:
            return scenes
        return replace(scenes, orders=self._order(scenes.items, scenes.looks))

    def _order(self, items: Ints, looks: npt.NDArray[np.float64]) -> Orders:
        """Order sprites."""
        grey = self._channels == 1
        return make_orders(items[:, 0], looks, self._sizes, self._nearest, grey=grey)

    def _fetch(self, scene: Scene, looks: npt.NDArray[np.float64]) -> SceneSprites:
        """Return the sprites of `scene`, whose transforms are `looks`."""
        transforms, width = looks.tobytes(), looks.itemsize * looks.shape[1]
        keys = [
            (row, transforms[k * width : (k + 1) * width])
            for k, row in enumerate(scene.items[:, 0].tolist())
        ]
        self.asked += len(keys)
        missing = {key: k for k, key in enumerate(keys) if key not in self._kept}
        if missing:
            orders = scene.orders or self._order(scene.items, looks)
            self._make(orders, scene.first if scene.orders else 0, keys, missing)
        kept = np.array([self._kept[key] for key in keys], np.int64).reshape(-1, 2)
        items = scene.items.copy()
        items[:, 0] = kept[:, 0]
        return SceneSprites(self._arena.sprites, items, kept[:, 1].copy())

    def _make(
        self, orders: Orders, first: int, keys: Sequence[Key], missing: dict[Key, int]
    ) -> None:
        """Make the sprites of a scene that are `missing`, keys and places behind `first`."""
        wanted = some_of(orders, first, missing.values(), len(keys))
        if not self._arena.has_room(wanted.needs):
            missing = {key: k for k, key in enumerate(keys)}
            wanted = some_of(orders, first, missing.values(), len(keys))
            self._clear(wanted.needs)
        row = self._arena.count
        self._transformer.make(wanted, self._arena.struct)
        for k, key in enumerate(missing):
            self._kept[key] = row + k, len(self._sprites.table) + self.made + k
        self.made += len(missing)

    def _clear(self, needs: Sequence[Needs]) -> None:
        """Drop all sprites, and make room for others, however large they are."""
        asked, made = self.asked - self._counts[0], self.made - self._counts[1]
        self._counts = self.asked, self.made
        self._kept.clear()
        self._arena.clear()
        pixels = self._arena.pixels or min(FEW_PIXELS, KEPT_PIXELS)
        if self._arena.pixels and asked - made > asked * MANY_FOUND:
            pixels = min(pixels * GROWTH, max(pixels, KEPT_PIXELS))
        if pixels > self._arena.pixels:
            self._arena = SpriteArena(pixels, self._channels)
        while not self._arena.has_room(needs):
            pixels *= 2
            self._arena = SpriteArena(pixels, self._channels)


def nearest_rows(library: Library) -> npt.NDArray[np.bool_]:
    """Mark the library's sprites of which pixels are copied: (sprites,)."""
    marks = np.zeros(len(library.sprites.table), bool)
    for layer in library.layers:
        if layer.nearest:
            for row in layer.sprites[layer.sprites != NO_SPRITE].tolist():
                marks[library.rows_of(row, layer.parts)] = True
    return marks


def some_of(orders: Orders, first: int, places: Collection[int], count: int) -> Orders:
    """Return the orders at `places` of the `count` from `first` on."""
    if len(places) == count:  # all, and in order
        part = slice(first, first + count)
        return Orders(orders.numbers[part], orders.colours[part], orders.needs[part])
    return orders.take([first + place for place in places])


class SpriteArena:
    """Arrays like those of the library, with room for about `pixels` px, filled from the front.

    Attributes
    ----------
    room : for how many sprites, pixels, rows and runs
    """

    def __init__(self, pixels: int, channels: int) -> None:
        self.pixels = pixels
        size_bytes = pixels * channels
        self._table = np.zeros((pixels // PIXELS_A_SPRITE, 4), np.int64)
        self._colour = np.empty(size_bytes, np.uint8)
        self._alpha = np.empty(0 if channels == CHANNELS["RGBA"] else size_bytes, np.uint8)
        self._rows = np.zeros(pixels // PIXELS_A_ROW + 1, np.int64)
        self._runs = np.empty((pixels // PIXELS_A_RUN, 3), np.int32)
        self._used = np.zeros(4, np.int64)  # sprites, pixels, rows, runs
        self.room = len(self._table), pixels, pixels // PIXELS_A_ROW, len(self._runs)

    @cached_property
    def sprites(self) -> SpriteArrays:
        """The arena's arrays for the kernels that draw."""
        return pack_sprites(
            self._table, self._colour, self._alpha, self._rows, self._runs, blend_tables()
        )

    @cached_property
    def struct(self) -> Struct:
        """The arena for the kernel that makes sprites."""
        arrays = self._table, self._colour, self._alpha, self._rows, self._runs, self._used
        return pack("Arena", *arrays)

    @property
    def count(self) -> int:
        """The number of sprites."""
        return int(self._used[0])

    def clear(self) -> None:
        """Drop all sprites."""
        self._used[:] = 0

    def has_room(self, needs: Sequence[Needs]) -> bool:
        """Tell if sprites with these needs still fit."""
        sprites, pixels, rows, runs = self._used.tolist()
        for one in needs:
            pixels, rows, runs = pixels + one.pixels, rows + one.rows, runs + one.runs
        most = self.room
        fits = pixels <= most[1] and rows <= most[2] and runs <= most[3]
        return fits and sprites + len(needs) <= most[0]
