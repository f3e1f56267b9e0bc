"""The encoders, by format."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from imggen.encode.jpeg import JpegEncoder
from imggen.encode.pillow import WebpEncoder
from imggen.encode.pixels import PixelEncoder
from imggen.encode.png import PngEncoder
from imggen.encode.webp import LosslessWebpEncoder
from imggen.encode.whole import WholeJpegEncoder, WholeLosslessWebpEncoder, WholePngEncoder

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.draw.sprite_cache import SpriteCache
    from imggen.encode.codec import CodecSettings
    from imggen.encode.encoded import Encoded
    from imggen.encode.shared_arrays import SharedArrays
    from imggen.planning import Scene


class Encoder(Protocol):
    """Draws and encodes the scenes of one library.

    Attributes
    ----------
    sprite_cache : the sprites that it draws; labels are made from the same
    """

    sprite_cache: SpriteCache

    def encode(self, scene: Scene) -> Encoded:
        """Return the file of `scene`; its pieces are valid until the next call.

        Raises
        ------
        OSError
            If a codec library fails.
        """


ENCODERS: dict[str, Callable[[Library, CodecSettings, SharedArrays | None], Encoder]] = {
    "png": PngEncoder,
    "jpeg": JpegEncoder,
    "webp": WebpEncoder,
    "webp-lossless": LosslessWebpEncoder,
    "pixels": PixelEncoder,
}
# Of images that a camera takes.
WHOLE_ENCODERS = ENCODERS | {
    "png": WholePngEncoder,
    "jpeg": WholeJpegEncoder,
    "webp-lossless": WholeLosslessWebpEncoder,
}


def make_encoder(
    library: Library, output: CodecSettings, shared: SharedArrays | None = None
) -> Encoder:
    """Return an encoder for `output.encoding`.

    Parameters
    ----------
    shared : where it keeps what it prepares for all images; None to share with no other process
    """
    encoders = WHOLE_ENCODERS if library.has_camera else ENCODERS
    return encoders[output.encoding](library, output, shared)
