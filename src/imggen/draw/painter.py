"""Paint whole scenes on a canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.draw.camera import CameraEffects
from imggen.draw.sprite_cache import SpriteCache
from imggen.kernels import paint_sprites

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.planning import Scene

Bytes = npt.NDArray[np.uint8]


class Painter:
    """Paints scenes of one library.

    Attributes
    ----------
    sprite_cache : the sprites that it draws; labels are made from the same
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self.sprite_cache = SpriteCache(library)
        self._camera = CameraEffects(library.size, library.mode)
        self._canvas = np.empty(library.backgrounds.shape[1:], np.uint8)

    def paint(self, scene: Scene) -> Bytes:
        """Return the pixels of `scene`, valid until the next call: (height, width * channels)."""
        self.paint_on(self._canvas, scene)
        return self._canvas

    def paint_on(self, canvas: Bytes, scene: Scene) -> None:
        """Fill `canvas`, (height, width * channels) uint8, C-contiguous, with `scene`."""
        np.copyto(canvas, self._library.backgrounds[scene.background])
        sprites, items, _ = self.sprite_cache.fetch(scene)
        (width, height), channels = self._library.size, self._library.channels
        paint_sprites(canvas, height, width, channels, sprites.struct, items, len(items))
        if scene.shot is not None:
            self._camera.take(canvas, scene.shot)
