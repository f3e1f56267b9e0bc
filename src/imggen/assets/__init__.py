"""Art, decoded, trimmed and fitted once, as a few large read-only arrays that all workers share."""

from imggen.assets.library import CHANNELS, NO_SPRITE, Library, Sprites, Variants, load_assets

__all__ = ["CHANNELS", "NO_SPRITE", "Library", "Sprites", "Variants", "load_assets"]
