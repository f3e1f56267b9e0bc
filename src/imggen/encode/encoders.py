"""The encoders, by format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from imggen.assets import Library
from imggen.config import Output
from imggen.draw.sprite_cache import SpriteCache
from imggen.encode.encoded import Encoded
from imggen.encode.jpeg import JpegEncoder
from imggen.encode.pillow import WebpEncoder
from imggen.encode.pixels import PixelEncoder
from imggen.encode.png import PngEncoder
from imggen.encode.shared_arrays import SharedArrays
from imggen.plan import Scene


class Encoder(Protocol):
    """Draws and encodes the scenes of one library.

    Attributes
    ----------
    sprite_cache : the sprites that it draws; labels are made from the same
    """

    sprite_cache: SpriteCache

    def encode(self, scene: Scene) -> Encoded:
        """Return the file of `scene`; its pieces are valid until the next call."""


ENCODERS: dict[str, Callable[[Library, Output, SharedArrays | None], Encoder]] = {
    "png": PngEncoder,
    "jpeg": JpegEncoder,
    "webp": WebpEncoder,
    "pixels": PixelEncoder,
}


def make_encoder(library: Library, output: Output, shared: SharedArrays | None = None) -> Encoder:
    """Return an encoder for `output.encoding` that keeps what it prepares in `shared`."""
    return ENCODERS[output.encoding](library, output, shared)
