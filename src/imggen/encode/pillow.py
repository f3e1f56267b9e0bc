"""Formats that Pillow encodes."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image

from imggen.draw import Painter
from imggen.encode.parts import WHOLE

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.encode.codec import CodecSettings
    from imggen.encode.shared import SharedArrays
    from imggen.plan import Scene


class PillowEncoder:
    """Paints a scene and hands it to Pillow's `save`."""

    parts = WHOLE
    format: str

    def __init__(
        self,
        library: Library,
        output: CodecSettings,
        shared: SharedArrays | None = None,  # noqa: ARG002  # nothing here is worth it
    ) -> None:
        self._painter = Painter(library)
        self.wardrobe = self._painter.wardrobe
        self._mode = library.mode
        self._size = library.size
        self._options: dict[str, Any] = {"quality": output.quality}

    def encode(self, scene: Scene) -> list[memoryview]:
        """The file of `scene`, in one piece."""
        pixels = self._painter.paint(scene)
        image = Image.frombuffer(self._mode, self._size, pixels, "raw", self._mode, 0, 1)
        file = BytesIO()
        image.save(file, self.format, **self._options)
        return [file.getbuffer()]


class WebpEncoder(PillowEncoder):
    """Lossy WebP."""

    format = "WEBP"
