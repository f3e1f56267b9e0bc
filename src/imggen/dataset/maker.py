"""What makes the images of scenes: one for each thread of each process, as they hold a canvas."""

from __future__ import annotations

from functools import cached_property
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from imggen.assets import Library
from imggen.config import Output
from imggen.draw import Painter
from imggen.draw.wardrobe import Wardrobe
from imggen.encode.encoders import Encoder, make_encoder
from imggen.formats.info import DatasetInfo
from imggen.geometry.instances import Instance, Tracer
from imggen.plan import Scene

Pixels = npt.NDArray[np.uint8]


class Maker:
    """Makes pixels, files and instances of scenes of one library."""

    def __init__(self, library: Library, output: Output, info: DatasetInfo) -> None:
        self._library = library
        self._output = output
        self._info = info

    def draw(self, scene: Scene, out: Pixels) -> None:
        """Fill `out`, (height, width, channels), C-contiguous, with what the file shows."""
        if self._lossless:
            self._painter.paint_on(out.reshape(len(out), -1), scene)
            return
        with Image.open(BytesIO(self.encode(scene))) as image:
            out[...] = np.asarray(image.convert(self._library.mode)).reshape(out.shape)

    def encode(self, scene: Scene) -> bytes:
        """The file of `scene`."""
        return b"".join(self._encoder.encode(scene))

    def trace(self, scene: Scene) -> list[Instance]:
        """The labelled things in `scene`, from back to front."""
        return self._tracer.trace(scene)

    @property
    def _lossless(self) -> bool:
        return self._output.format == "png"

    @property
    def _wardrobe(self) -> Wardrobe:
        """Where `draw` has its sprites from, so that they are made once."""
        return self._painter.wardrobe if self._lossless else self._encoder.wardrobe

    @cached_property
    def _painter(self) -> Painter:
        return Painter(self._library)

    @cached_property
    def _encoder(self) -> Encoder:
        return make_encoder(self._library, self._output)

    @cached_property
    def _tracer(self) -> Tracer:
        depths, threshold = self._info.classes.depths, self._info.labels.threshold
        return Tracer(self._library, self._wardrobe, depths, threshold)
