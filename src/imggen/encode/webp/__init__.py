"""Lossless WebP, spliced from a background that is prepared once."""

from imggen.encode.webp.encoder import LosslessWebpEncoder

__all__ = ["LosslessWebpEncoder"]
