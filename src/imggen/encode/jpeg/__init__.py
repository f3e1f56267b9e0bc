"""JPEG, spliced at restart markers."""

from imggen.encode.jpeg.encoder import JpegEncoder

__all__ = ["JpegEncoder"]
