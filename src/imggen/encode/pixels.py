"""Return pixels as they are, for arrays of images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imggen.draw import Painter
from imggen.encode.encoded import Encoded

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.encode.codec import CodecSettings
    from imggen.encode.shared_arrays import SharedArrays
    from imggen.planning import Scene


class PixelEncoder:
    """Paints scenes; a file is the rows of its pixels, from the top."""

    def __init__(
        self,
        library: Library,
        output: CodecSettings,  # noqa: ARG002  # there is nothing to choose
        shared: SharedArrays | None = None,  # noqa: ARG002  # there is nothing to prepare
    ) -> None:
        self._painter = Painter(library)
        self.sprite_cache = self._painter.sprite_cache

    def encode(self, scene: Scene) -> Encoded:
        """Return the pixels of `scene`, valid until the next call."""
        return Encoded([memoryview(self._painter.paint(scene)).cast("B")])
