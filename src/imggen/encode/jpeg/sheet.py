"""Tiles drawn one below another, as an image that libjpeg reads without a copy."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import types, uint32, uint64

from imggen.assets import Library
from imggen.draw.blend import copy_row
from imggen.draw.sprites import SPRITE_ARRAYS, draw_sprite_row, read_only
from imggen.draw.wardrobe import Dressed
from imggen.encode.jpeg.grid import Grid
from imggen.encode.jpeg.libjpeg import as_image
from imggen.kernels import compile_kernel, inner_kernel, kernel

SHEET_PIXELS = 2**17  # 0.5 MB: most stays in a core's own cache from drawing to encoding
PILLOW_BYTES = {"L": 1, "RGB": 4}  # of a pixel, as Pillow has it in memory


class Sheet:
    """A stack of tiles of one library's canvas.

    Attributes
    ----------
    slots : how many tiles it takes
    image : the tiles, each `Grid.tile_width` wide and `Grid.tile_height` high, from the top
    """

    def __init__(self, library: Library, grid: Grid) -> None:
        self.slots = max(1, SHEET_PIXELS // (grid.tile_width * grid.tile_height))
        self._grid = grid
        self._channels = library.channels
        self._backdrops = read_only(library.backdrops)
        row_bytes = grid.columns * grid.tile_width * library.channels
        self._strip = np.empty((grid.tile_height, row_bytes), np.uint8)
        tile_bytes = grid.tile_width * PILLOW_BYTES[library.mode]
        self._sheet = np.empty((self.slots * grid.tile_height, tile_bytes), np.uint8)
        self.image = as_image(self._sheet, "RGBX" if library.mode == "RGB" else "L")

    def draw(self, backdrop: int, dressed: Dressed, stack: npt.NDArray[np.int64]) -> None:
        """Draw the tiles `stack`, in scan order, of a scene of that row of backdrops."""
        draw_stack(
            self._sheet.view(np.uint32),
            self._strip,
            stack,
            self._grid.columns,
            self._channels,
            self._backdrops[backdrop],
            *dressed,
        )


@inner_kernel
def copy_words(sheet: Any, top: int, strip: Any, first: int) -> None:
    """Fill one slot from a strip of L.

    Parameters
    ----------
    sheet : (slots * tile height, tile width / 4) uint32
    top : first row of the slot in `sheet`
    strip : (tile height, row bytes / 4) uint32
    first : column of the tile's first word in `strip`
    """
    for row in range(strip.shape[0]):
        source, target = strip[row], sheet[top + row]
        for i in range(uint64(target.shape[0])):
            target[i] = source[uint64(first) + i]


@inner_kernel
def widen_words(sheet: Any, top: int, strip: Any, first: int) -> None:
    """Fill one slot from a strip of RGB, whose pixels get a fourth byte that nothing reads.

    Four pixels at a time, as single bytes do not vectorise (5x slower); little-endian.

    Parameters
    ----------
    sheet : (slots * tile height, tile width) uint32
    top, strip, first : as in `copy_words`
    """
    for row in range(strip.shape[0]):
        source, target = strip[row], sheet[top + row]
        for i in range(uint64(target.shape[0] // 4)):
            k, n = uint64(first) + i * uint64(3), i * uint64(4)  # signed indices are 2x slower
            a, b, c = source[k], source[k + uint64(1)], source[k + uint64(2)]
            target[n] = a
            target[n + uint64(1)] = (a >> uint32(24)) | (b << uint32(8))
            target[n + uint64(2)] = (b >> uint32(16)) | (c << uint32(16))
            target[n + uint64(3)] = c >> uint32(8)


@inner_kernel
def neighbours_end(stack: Any, slot: int, columns: int) -> int:
    """The end of the slots from `slot` on whose tiles lie side by side."""
    end = slot + 1
    while end < stack.shape[0] and stack[end] == stack[end - 1] + 1 and stack[end] % columns:
        end += 1
    return end


@inner_kernel
def copy_tiles(strip: Any, left: int, right: int, backdrop: Any, top: int) -> None:
    """Fill the bytes `left` to `right` of a strip from the rows of `backdrop` from `top` down."""
    right = min(right, backdrop.shape[1])
    for row in range(min(strip.shape[0], backdrop.shape[0] - top)):
        copy_row(strip[row, left:right], backdrop[top + row, left:right])


@inner_kernel
def draw_strip(strip: Any, top: int, channels: int, sprites: Any, items: Any) -> None:
    """Draw the part of `items` that lies on the rows of the strip, which begins at row `top`."""
    end = top + strip.shape[0]
    for item in range(items.shape[0]):
        y, height = items[item, 2], sprites.table[items[item, 0], 3]
        for row in range(max(top, y), min(end, y + height)):
            draw_sprite_row(strip[row - top], channels, sprites, items[item], row)


@kernel
def draw_stack(
    sheet: Any,
    strip: Any,
    stack: Any,
    columns: int,
    channels: int,
    backdrop: Any,
    sprites: Any,
    items: Any,
) -> None:
    """Draw the tiles of a scene that `stack` numbers; what lies over the canvas is undefined.

    Row of tiles by row of tiles through `strip`, so that a sprite's rows are drawn in one piece:
    tile by tile takes 1.5x as long. What `items` leave of the strip outside `stack` is not read.

    Parameters
    ----------
    sheet : (slots * tile height, tile width in words of Pillow's pixels) uint32
    strip : (tile height, columns * tile width * channels) uint8, overwritten
    stack : (at most slots,) int64, numbers in a grid of `columns`, ascending
    backdrop : (height, width * channels) uint8
    sprites : SpriteArrays
    items : (sprites, 3) int64: row in `sprites.table`, x, y, px
    """
    tile_height, tile_bytes = strip.shape[0], strip.shape[1] // columns
    words = strip.view(np.uint32)
    slot = 0
    while slot < stack.shape[0]:
        tile_row = stack[slot] // columns
        start = slot
        while slot < stack.shape[0] and stack[slot] // columns == tile_row:
            end = neighbours_end(stack, slot, columns)
            left = stack[slot] % columns * tile_bytes
            right = left + (end - slot) * tile_bytes
            copy_tiles(strip, left, right, backdrop, tile_row * tile_height)
            slot = end
        draw_strip(strip, tile_row * tile_height, channels, sprites, items)
        for done in range(start, slot):
            first = stack[done] % columns * tile_bytes // 4
            if channels == 1:
                copy_words(sheet, done * tile_height, words, first)
            else:
                widen_words(sheet, done * tile_height, words, first)


compile_kernel(
    draw_stack,
    (
        types.Array(types.uint32, 2, "C"),
        types.Array(types.uint8, 2, "C"),
        types.Array(types.int64, 1, "C", readonly=True),
        types.int64,
        types.int64,
        types.Array(types.uint8, 2, "C", readonly=True),
        SPRITE_ARRAYS,
        types.Array(types.int64, 2, "C", readonly=True),
    ),
)
