"""Painting a whole scene on a canvas of pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.draw.wardrobe import Wardrobe
from imggen.kernels import paint_sprites

if TYPE_CHECKING:
    from imggen.assets import Library
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
        sprites, items = self.wardrobe.dress(scene)
        (width, height), channels = self._library.size, self._library.channels
        paint_sprites(canvas, height, width, channels, sprites.struct, items, len(items))
