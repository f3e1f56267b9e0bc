"""Tiles drawn one below another, as an image that libjpeg reads without a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.draw.sprites import read_only
from imggen.encode.jpeg.libjpeg import as_image
from imggen.kernels import draw_stack

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.draw.wardrobe import Dressed
    from imggen.encode.jpeg.grid import Grid

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
        sprites, items = dressed
        height, row_bytes = self._backdrops.shape[1:]
        draw_stack(
            self._sheet,
            self._strip,
            self._grid.tile_width,
            self._grid.tile_height,
            stack,
            len(stack),
            self._grid.columns,
            self._channels,
            self._backdrops[backdrop],
            height,
            row_bytes,
            sprites.struct,
            items,
            len(items),
        )
