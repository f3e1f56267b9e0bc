"""PNG, spliced from pieces."""

from imggen.encode.png.encoder import PngEncoder

__all__ = ["PngEncoder"]
