"""The pixels of scenes."""

from imggen.draw.painter import Painter

__all__ = ["Painter"]
