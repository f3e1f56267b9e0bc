"""Check that this build of Pillow can write a format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import features

from imggen.errors import ConfigError

if TYPE_CHECKING:
    from imggen.config import Output

WEBP = "webp", "libwebp"  # which reads it too
NEEDED = {"jpeg": ("jpg", "libjpeg"), "webp": WEBP, "webp-lossless": WEBP}  # Pillow's name, library


def check_format(output: Output) -> None:
    """Refuse a format that this build of Pillow lacks.

    Raises
    ------
    ConfigError
        If Pillow was built without the library that the format needs.
    """
    feature, library = NEEDED.get(output.encoding, ("zlib", "zlib"))
    if not features.check(feature):
        message = (
            f'output.format is "{output.format}", which this Pillow was built without; use another '
            f"format, or install {library} with its headers and build Pillow again."
        )
        raise ConfigError(message)
