"""The encoders, by format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from imggen.assets import Library
from imggen.config import Output
from imggen.draw.sprite_cache import SpriteCache
from imggen.encode.jpeg import JpegEncoder
from imggen.encode.parts import Parts
from imggen.encode.pillow import WebpEncoder
from imggen.encode.pixels import PixelEncoder
from imggen.encode.png import PngEncoder
from imggen.encode.shared import SharedArrays
from imggen.plan import Scene


class Encoder(Protocol):
    """Draws a scene and encodes it; `parts` tells how the parts of the latest image came about."""

    parts: Parts
    sprite_cache: SpriteCache  # of the sprites it draws

    def encode(self, scene: Scene) -> Sequence[bytes | memoryview]:
        """The file of `scene`, in pieces; they are valid until the next call."""


ENCODERS: dict[str, Callable[[Library, Output, SharedArrays | None], Encoder]] = {
    "png": PngEncoder,
    "jpeg": JpegEncoder,
    "webp": WebpEncoder,
    "pixels": PixelEncoder,
}


def make_encoder(library: Library, output: Output, shared: SharedArrays | None = None) -> Encoder:
    """What encodes as `output` says, and keeps what it prepares in `shared`."""
    return ENCODERS[output.encoding](library, output, shared)
