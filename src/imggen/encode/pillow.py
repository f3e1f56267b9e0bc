"""Encode whole images with Pillow."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image

from imggen.draw import Painter
from imggen.encode.encoded import Encoded

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.encode.codec import CodecSettings
    from imggen.encode.shared_arrays import SharedArrays
    from imggen.planning import Scene


class PillowEncoder:
    """Encodes scenes with Pillow's `save`."""

    format: str

    def __init__(
        self,
        library: Library,
        output: CodecSettings,
        shared: SharedArrays | None = None,  # noqa: ARG002  # there is nothing to prepare
    ) -> None:
        self._painter = Painter(library)
        self.sprite_cache = self._painter.sprite_cache
        self._mode = library.mode
        self._size = library.size
        self._options: dict[str, Any] = {"quality": output.quality}

    def encode(self, scene: Scene) -> Encoded:
        """Return the file of `scene`, in one piece."""
        pixels = self._painter.paint(scene)
        image = Image.frombuffer(self._mode, self._size, pixels, "raw", self._mode, 0, 1)
        file = BytesIO()
        image.save(file, self.format, **self._options)
        return Encoded([file.getbuffer()])


class WebpEncoder(PillowEncoder):
    """Encodes lossy WebP."""

    format = "WEBP"
