"""A scene's pixels on a canvas."""

from imggen.draw.painter import Painter

__all__ = ["Painter"]
