"""Render scenes for `Dataset`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from imggen.assets import Library
from imggen.config import Output
from imggen.draw import Painter
from imggen.draw.sprite_cache import SpriteCache
from imggen.encode.encoders import Encoder, make_encoder
from imggen.formats.details import Detailer, Details
from imggen.formats.info import DatasetInfo
from imggen.geometry.instances import Instance, Tracer
from imggen.planning import Scene

Pixels = npt.NDArray[np.uint8]


class Renderer:
    """Pixels, files and instances of scenes of one library.

    Each thread of each process needs one of its own, as it holds a canvas.
    """

    def __init__(self, library: Library, output: Output, info: DatasetInfo) -> None:
        self._library = library
        self._output = output
        self._info = info

    def draw(self, scene: Scene, out: Pixels) -> None:
        """Fill `out` with the pixels of the file.

        Parameters
        ----------
        out : (height, width, channels) uint8, C-contiguous
        """
        if self._lossless:
            self._painter.paint_on(out.reshape(len(out), -1), scene)
            return
        with Image.open(BytesIO(self.encode(scene))) as image:
            out[...] = np.asarray(image.convert(self._library.mode)).reshape(out.shape)

    def encode(self, scene: Scene) -> bytes:
        """Return the file of `scene`."""
        return self._encoder.encode(scene).to_bytes()

    def details(self, scene: Scene, instances: Sequence[Instance]) -> Details:
        """Return the details of `instances`, which are labelled ones of `scene`."""
        return self._detailer.make(scene, instances)

    def trace(self, scene: Scene) -> list[Instance]:
        """Return the instances of labelled layers in `scene`, from back to front."""
        return self._tracer.trace(scene)

    @property
    def _lossless(self) -> bool:
        return self._output.keeps_pixels

    @property
    def _sprite_cache(self) -> SpriteCache:
        """The cache that `draw` uses, so that sprites are made once."""
        return self._painter.sprite_cache if self._lossless else self._encoder.sprite_cache

    @cached_property
    def _painter(self) -> Painter:
        return Painter(self._library)

    @cached_property
    def _encoder(self) -> Encoder:
        return make_encoder(self._library, self._output)

    @cached_property
    def _detailer(self) -> Detailer:
        wanted = self._info.thing_details
        return Detailer(self._info, self._library, self._sprite_cache, wanted)

    @cached_property
    def _tracer(self) -> Tracer:
        depths, thresholds = self._info.classes.depths, self._info.thresholds
        return Tracer(self._library, self._sprite_cache, depths, thresholds)
