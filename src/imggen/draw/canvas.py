"""Painting a whole scene on a canvas of pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import types

from imggen.assets import Library
from imggen.draw.sprites import SPRITE_ARRAYS, draw_sprite_row
from imggen.draw.wardrobe import Wardrobe
from imggen.kernels import compile_kernel, kernel
from imggen.plan import Scene

Bytes = npt.NDArray[np.uint8]


class Painter:
    """Paints scenes of one library; holds one canvas, drawn over by every scene."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.wardrobe = Wardrobe(library)
        self._canvas = np.empty(library.backdrops.shape[1:], np.uint8)

    def paint(self, scene: Scene) -> Bytes:
        """The pixels of `scene`: (height, width * channels) uint8, valid until the next call."""
        self.paint_on(self._canvas, scene)
        return self._canvas

    def paint_on(self, canvas: Bytes, scene: Scene) -> None:
        """Fill `canvas`, (height, width * channels) uint8, C-contiguous, with `scene`."""
        np.copyto(canvas, self._library.backdrops[scene.backdrop])
        paint_sprites(canvas, self._library.channels, *self.wardrobe.dress(scene))


@kernel
def paint_sprites(canvas: Any, channels: int, sprites: Any, items: Any) -> None:
    """Draw `items` on `canvas`, in order; what lies outside is left out.

    Parameters
    ----------
    canvas : (height, width * channels) uint8
    sprites : SpriteArrays
    items : (sprites, 3) int64: row in `sprites.table`, x, y, px
    """
    height = canvas.shape[0]
    for k in range(items.shape[0]):
        y = items[k, 2]
        for row in range(max(0, y), min(height, y + sprites.table[items[k, 0], 3])):
            draw_sprite_row(canvas[row], channels, sprites, items[k], row)


compile_kernel(
    paint_sprites,
    (
        types.Array(types.uint8, 2, "C"),
        types.int64,
        SPRITE_ARRAYS,
        types.Array(types.int64, 2, "C"),
    ),
)
