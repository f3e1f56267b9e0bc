"""Draw tiles one below another, as an image that libjpeg reads without a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

from imggen.draw.sprites import read_only
from imggen.encode.jpeg.libjpeg import as_image
from imggen.kernels import draw_stack

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.draw.sprite_cache import SceneSprites
    from imggen.encode.jpeg.grid import Grid

SHEET_PIXELS = 2**17  # 0.5 MB: most stays in a core's own cache from drawing to encoding
PILLOW_BYTES = {"L": 1, "RGB": 4}  # of a pixel, as Pillow has it in memory


class Sheet:
    """Room for a stack of tiles of one library's canvas.

    Attributes
    ----------
    slots : how many tiles fit
    """

    def __init__(self, library: Library, grid: Grid) -> None:
        self.slots = max(1, SHEET_PIXELS // (grid.tile_width * grid.tile_height))
        self._grid = grid
        self._channels = library.channels
        self._backgrounds = read_only(library.backgrounds)
        row_bytes = grid.columns * grid.tile_width * library.channels
        self._strip = np.empty((grid.tile_height, row_bytes), np.uint8)
        tile_bytes = grid.tile_width * PILLOW_BYTES[library.mode]
        self._sheet = np.empty((self.slots * grid.tile_height, tile_bytes), np.uint8)
        self._image = as_image(self._sheet, "RGBX" if library.mode == "RGB" else "L")

    def draw(
        self, background: int, drawn: SceneSprites, stack: npt.NDArray[np.int64]
    ) -> Image.Image:
        """Draw the tiles `stack`, in scan order, of a scene.

        Parameters
        ----------
        background : row in `Library.backgrounds`

        Returns
        -------
        Image
            The tiles from the top, each `Grid.tile_width` wide and `Grid.tile_height` high; valid
            until the next call.
        """
        sprites, items, _ = drawn
        height, row_bytes = self._backgrounds.shape[1:]
        draw_stack(
            self._sheet,
            self._strip,
            self._grid.tile_width,
            self._grid.tile_height,
            stack,
            len(stack),
            self._grid.columns,
            self._channels,
            self._backgrounds[background],
            height,
            row_bytes,
            sprites.struct,
            items,
            len(items),
        )
        return self._image
