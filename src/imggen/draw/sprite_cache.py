"""The sprites of scenes: transformed, recoloured, and kept for the next scene that shows the same.

A sprite's pixels depend on the library's sprite and its transform alone, so the cache changes no
pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.assets import CHANNELS, Library
from imggen.draw.finish import colour_matrix, finish_sprite, most_runs, planes_of
from imggen.draw.modes import FIRST_MODE, blend_tables
from imggen.draw.resample import resized, turned
from imggen.draw.sprites import SpriteArrays, pack_sprites, sprite_arrays
from imggen.kernels import find_sprite_runs
from imggen.plan.placement.scaling import scaled_sizes, turned_sizes

if TYPE_CHECKING:
    from imggen.plan import Scene

KEPT_PIXELS = 2**24  # per process; a scene that shows more at once gets more
PIXELS_A_ROW, PIXELS_A_RUN, PIXELS_A_SPRITE = 32, 8, 2048  # at least, as is expected

Key = tuple[int, bytes]  # row in the library, values of the transform
Size = tuple[int, int]
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


class Transform(NamedTuple):
    """A sprite's transform and recolouring: the values of `FIELDS`, in their order."""

    flip: float
    scale: float
    rotate: float
    hue: float
    saturation: float
    brightness: float
    opacity: float
    blend: float


class Request(NamedTuple):
    """A sprite to be made from a row of the library: scaled first, then turned to `size`."""

    row: int
    transform: Transform
    scaled: Size
    size: Size


class SpriteCache:
    """The sprites of one library, made as scenes show them.

    Sprites that no transform changes are the library's own: their numbers are their rows. Made
    sprites are kept until there is no room for the next; then all are dropped.

    Attributes
    ----------
    asked, made : how many sprites of scenes with transforms were asked for, and how many made
    """

    def __init__(self, library: Library) -> None:
        self.asked = 0
        self.made = 0
        self._sprites = sprite_arrays(library.sprites)
        self._channels = library.channels
        self._arena = SpriteArena(0, self._channels)  # most datasets need none
        self._kept: dict[Key, tuple[int, int]] = {}  # row in the arena, number

    def fetch(self, scene: Scene) -> SceneSprites:
        """Return the sprites of `scene`; their arrays are valid until the next call."""
        if scene.looks is None:
            return SceneSprites(self._sprites, scene.items, scene.items[:, 0].copy())
        looks = (look.tobytes() for look in scene.looks)
        keys = list(zip(scene.items[:, 0].tolist(), looks, strict=True))
        self.asked += len(keys)
        requests = {key: self._request(key) for key in keys if key not in self._kept}
        if not self._arena.has_room([request.size for request in requests.values()]):
            requests = {key: self._request(key) for key in keys}
            self._clear([request.size for request in requests.values()])
        for key, request in requests.items():
            self._kept[key] = self._make(request), len(self._sprites.table) + self.made
            self.made += 1
        kept = np.array([self._kept[key] for key in keys], np.int64).reshape(-1, 2)
        items = scene.items.copy()
        items[:, 0] = kept[:, 0]
        return SceneSprites(self._arena.sprites, items, kept[:, 1].copy())

    def _request(self, key: Key) -> Request:
        """Return the sizes that the sprite of `key` has on its way."""
        row, look = key
        transform = Transform(*np.frombuffer(look).tolist())
        scaled = scaled_sizes(self._sprites.table[row, 2:], transform.scale)
        size = turned_sizes(scaled, transform.rotate)
        return Request(row, transform, tuple(scaled.tolist()), tuple(size.tolist()))

    def _clear(self, sizes: Sequence[Size]) -> None:
        """Drop all sprites, and make room for sprites of `sizes`, however large they are."""
        self._kept.clear()
        self._arena.clear()
        pixels = max(KEPT_PIXELS, self._arena.pixels)
        while not self._arena.has_room(sizes):
            self._arena = SpriteArena(pixels, self._channels)
            pixels *= 2

    def _make(self, request: Request) -> int:
        """Make a sprite; return its row in the arena."""
        transform = request.transform
        first, _, width, height = self._sprites.table[request.row].tolist()
        space = self._arena.take(request.size)
        if 0 in request.size:
            return space.row
        stop = first + width * height * self._channels
        planes = 2 if self._channels == 1 else 4
        source = self._sprites.colour[first:stop], self._sprites.alpha[first:stop]
        size = width, height
        picture = planes_of(*source, self._channels, mirrored=bool(transform.flip), size=size)
        picture = resized(picture, planes, request.scaled)
        picture = turned(picture, planes, transform.rotate, request.size)
        matrix = colour_matrix(transform.hue, transform.saturation, transform.brightness)
        finish_sprite(picture, self._channels, matrix, transform.opacity, space.colour, space.alpha)
        self._arena.find_runs(space, int(transform.blend))
        return space.row


class ArenaSpace(NamedTuple):
    """The space of one sprite in an arena, to be filled in.

    Attributes
    ----------
    row : in the arena's table
    colour, alpha : as in `SpriteArrays`
    """

    row: int
    colour: npt.NDArray[np.uint8]
    alpha: npt.NDArray[np.uint8]


class SpriteArena:
    """Arrays like those of the library, with room for about `pixels` px, filled from the front."""

    def __init__(self, pixels: int, channels: int) -> None:
        self.pixels = pixels
        self._channels = channels
        size_bytes = pixels * channels
        self._table = np.zeros((pixels // PIXELS_A_SPRITE, 4), np.int64)
        self._colour = np.empty(size_bytes, np.uint8)
        self._alpha = np.empty(0 if channels == CHANNELS["RGBA"] else size_bytes, np.uint8)
        self._rows = np.zeros(pixels // PIXELS_A_ROW + 1, np.int64)
        self._runs = np.empty((pixels // PIXELS_A_RUN, 3), np.int32)
        self._used = np.zeros(4, np.int64)  # sprites, pixels, rows, runs
        self._room = np.array([len(self._table), pixels, pixels // PIXELS_A_ROW, len(self._runs)])

    @cached_property
    def sprites(self) -> SpriteArrays:
        """The arena's arrays for the kernels."""
        return pack_sprites(
            self._table, self._colour, self._alpha, self._rows, self._runs, blend_tables()
        )

    def clear(self) -> None:
        """Drop all sprites."""
        self._used[:] = 0

    def has_room(self, sizes: Sequence[Size]) -> bool:
        """Tell if sprites of `sizes` (width, height), px, still fit."""
        needed = np.zeros(4, np.int64)
        for width, height in sizes:
            needed += (1, width * height, height, height * most_runs(width))
        return bool((self._used + needed <= self._room).all())

    def take(self, size: Size) -> ArenaSpace:
        """Return the space of the next sprite, of `size` (width, height), px."""
        width, height = size
        row, pixels, rows, _ = self._used.tolist()
        first, stop = pixels * self._channels, (pixels + width * height) * self._channels
        self._table[row] = first, rows, width, height
        self._used[:3] += (1, width * height, height)
        return ArenaSpace(row, self._colour[first:stop], self._alpha[first:stop])

    def find_runs(self, space: ArenaSpace, blend: int) -> None:
        """Find the runs of the sprite that fills `space`; it `blend`s by that row of BLENDS."""
        _, first, width, height = self._table[space.row].tolist()
        alpha = space.alpha if len(self._alpha) else space.colour[3:]
        rows = self._rows[first : first + height + 1]
        kind = FIRST_MODE + blend - 1 if blend else 0
        self._used[3] = find_sprite_runs(
            alpha, self._channels, width, height, kind, rows, self._runs
        )
