"""PNG, spliced from bands."""

from imggen.encode.png.encoder import PngEncoder

__all__ = ["PngEncoder"]
