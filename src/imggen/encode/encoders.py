"""The encoders, by format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from imggen.encode.jpeg import JpegEncoder
from imggen.encode.pillow import WebpEncoder
from imggen.encode.pixels import PixelEncoder
from imggen.encode.png import PngEncoder

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.draw.wardrobe import Wardrobe
    from imggen.encode.codec import CodecSettings
    from imggen.encode.parts import Parts
    from imggen.encode.shared import SharedArrays
    from imggen.plan import Scene


class Encoder(Protocol):
    """Draws a scene and encodes it; `parts` tells how the parts of the latest image came about."""

    parts: Parts
    wardrobe: Wardrobe  # of the sprites it draws

    def encode(self, scene: Scene) -> Sequence[bytes | memoryview]:
        """The file of `scene`, in pieces; they are valid until the next call."""


ENCODERS: dict[str, Callable[[Library, CodecSettings, SharedArrays | None], Encoder]] = {
    "png": PngEncoder,
    "jpeg": JpegEncoder,
    "webp": WebpEncoder,
    "pixels": PixelEncoder,
}


def make_encoder(
    library: Library, output: CodecSettings, shared: SharedArrays | None = None
) -> Encoder:
    """What encodes as `output` says, and keeps what it prepares in `shared`."""
    return ENCODERS[output.encoding](library, output, shared)
