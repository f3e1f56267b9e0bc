"""Pixels as they are, for arrays of images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imggen.draw import Painter
from imggen.encode.parts import WHOLE

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.encode.codec import CodecSettings
    from imggen.encode.shared import SharedArrays
    from imggen.plan import Scene


class PixelEncoder:
    """Paints scenes; the file of one would be its rows, from the top."""

    parts = WHOLE

    def __init__(
        self,
        library: Library,
        output: CodecSettings,  # noqa: ARG002  # nothing to choose
        shared: SharedArrays | None = None,  # noqa: ARG002  # nothing to prepare
    ) -> None:
        self._painter = Painter(library)
        self.wardrobe = self._painter.wardrobe

    def encode(self, scene: Scene) -> list[memoryview]:
        """The pixels of `scene`, valid until the next call."""
        return [memoryview(self._painter.paint(scene)).cast("B")]
