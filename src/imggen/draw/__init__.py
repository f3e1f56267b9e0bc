"""A scene's pixels on a canvas."""

from imggen.draw.canvas import Painter

__all__ = ["Painter"]
