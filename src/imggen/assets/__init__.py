"""Art, decoded, trimmed and fitted once, as a few large read-only arrays that all workers share."""

from typing import TYPE_CHECKING

from imggen.lazy import lazy_names

if TYPE_CHECKING:
    from imggen.assets.library import CHANNELS, NO_SPRITE, Library, Sprites, Variants
    from imggen.assets.load import load_assets

__all__ = ["CHANNELS", "NO_SPRITE", "Library", "Sprites", "Variants", "load_assets"]

__getattr__ = lazy_names(
    __name__,
    {
        "CHANNELS": "library",
        "Library": "library",
        "NO_SPRITE": "library",
        "Sprites": "library",
        "Variants": "library",
        "load_assets": "load",
    },
)
