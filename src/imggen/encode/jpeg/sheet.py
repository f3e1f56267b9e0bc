"""Tiles drawn one below another, as an image that libjpeg reads without a copy."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, types, uint32

from imggen.assets import Library
from imggen.draw.blend import copy_row
from imggen.draw.canvas import paint_sprites
from imggen.draw.sprites import SPRITE_ARRAYS, sprite_arrays
from imggen.encode.jpeg.grid import Grid
from imggen.encode.jpeg.libjpeg import as_image
from imggen.plan import Scene

SHEET_PIXELS = 2**17  # 900 KB for RGB: most stays in a core's own cache from drawing to encoding


class Sheet:
    """A stack of tiles of one library's canvas.

    RGB is drawn as the art is, 3 bytes a pixel, then widened to the 4 that Pillow has in memory.

    Attributes
    ----------
    slots : how many tiles it takes
    image : the tiles, each `Grid.tile_width` wide and `Grid.tile_height` high, from the top
    """

    def __init__(self, library: Library, grid: Grid) -> None:
        self._library = library
        self._sprites = sprite_arrays(library.sprites)
        self._grid = grid
        self.slots = max(1, SHEET_PIXELS // (grid.tile_width * grid.tile_height))
        height, width = self.slots * grid.tile_height, grid.tile_width
        self._tiles = np.empty((self.slots, grid.tile_height, width * library.channels), np.uint8)
        self._wide = np.empty((height, width * 4 if library.channels == 3 else 0), np.uint8)
        drawn = self._tiles.reshape(height, -1)
        self.image = as_image(self._wide, "RGBX") if self._wide.size else as_image(drawn, "L")

    def draw(self, scene: Scene, stack: npt.NDArray[np.int64]) -> None:
        """Draw the tiles `stack` of `scene`."""
        library = self._library
        draw_tiles(
            self._tiles,
            stack,
            self._grid.columns,
            library.channels,
            library.backdrops[scene.backdrop],
            scene.items,
            self._sprites,
        )
        if self._wide.size:
            drawn = self._tiles[: len(stack)].reshape(-1)
            widen(drawn.view(np.uint32), self._wide.reshape(-1).view(np.uint32))


_DRAW = types.void(
    types.Array(types.uint8, 3, "C"),
    types.Array(types.int64, 1, "C", readonly=True),
    types.int64,
    types.int64,
    types.Array(types.uint8, 2, "C", readonly=True),
    types.Array(types.int64, 2, "A", readonly=True),
    SPRITE_ARRAYS,
)


@njit(_DRAW, nogil=True, cache=True)
def draw_tiles(
    tiles: Any,
    stack: Any,
    columns: int,
    channels: int,
    backdrop: Any,
    items: Any,
    sprites: Any,
) -> None:
    """Draw the tiles of a scene that `stack` numbers; what lies over the canvas is undefined.

    Parameters
    ----------
    tiles : (slots, tile height, tile width * channels) uint8
    stack : (at most slots,) int64, numbers in a grid of `columns`
    backdrop : (height, width * channels) uint8
    items : (sprites, 3) int64: row in `sprites.table`, x, y, px
    sprites : SpriteArrays
    """
    moved = np.empty((items.shape[0], 3), np.int64)
    for slot in range(stack.shape[0]):
        tile = tiles[slot]
        top = stack[slot] // columns * tile.shape[0]
        left = stack[slot] % columns * tile.shape[1]  # bytes
        right = min(left + tile.shape[1], backdrop.shape[1])
        for row in range(min(tile.shape[0], backdrop.shape[0] - top)):
            copy_row(tile[row, : right - left], backdrop[top + row, left:right])
        for item in range(items.shape[0]):
            moved[item, 0] = items[item, 0]
            moved[item, 1] = items[item, 1] - left // channels
            moved[item, 2] = items[item, 2] - top
        paint_sprites(tile, channels, sprites, moved)


@njit(
    types.void(types.Array(types.uint32, 1, "C", readonly=True), types.Array(types.uint32, 1, "C")),
    nogil=True,
    cache=True,
)
def widen(rgb: Any, rgbx: Any) -> None:
    """Copy pixels of 3 bytes to pixels of 4, the last undefined; four pixels at a time.

    Whole words, as bytes do not vectorise (5x slower).

    Parameters
    ----------
    rgb : (3 * n,) uint32, little-endian
    rgbx : (at least 4 * n,) uint32
    """
    for i in range(rgb.shape[0] // 3):
        a, b, c = rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]
        rgbx[4 * i] = a
        rgbx[4 * i + 1] = (a >> uint32(24)) | (b << uint32(8))
        rgbx[4 * i + 2] = (b >> uint32(16)) | (c << uint32(16))
        rgbx[4 * i + 3] = c >> uint32(8)
