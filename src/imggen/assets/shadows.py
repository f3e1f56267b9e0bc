"""Lay out the shadows of sprites behind all sprites."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from imggen.assets.decode import Art
from imggen.assets.library import NO_SPRITE, Shadows, Variants
from imggen.assets.soften import cast_shadow
from imggen.config import Config, Layer


def add_shadows(
    config: Config, layers: Sequence[Variants], loose: list[Art], factor: float
) -> Shadows | None:
    """Add the shadows of all sprites, which are `loose`, to them; return where they are.

    `layers` are those of `config`; one px of its canvas is `factor` px of sprites. A sprite in
    parts has one, under the part furthest back.
    """
    if all(layer.shadow is None for layer in config.layer):
        return None
    first = len(loose)
    rows = np.full(first, NO_SPRITE, np.int32)
    offsets = np.zeros((first, 2))
    for layer, variants in zip(config.layer, layers, strict=True):
        if layer.shadow is None:
            continue
        for row in variants.sprites[variants.sprites != NO_SPRITE].tolist():
            parts = loose[row : row + variants.parts]
            under = row + furthest_back(layer)
            rows[under], offsets[under] = len(loose), np.array(layer.shadow.offset) * factor
            shadow = layer.shadow.blur * factor, layer.shadow.opacity
            loose.append(cast_shadow(parts, *shadow, config.canvas.mode))
    return Shadows(first, rows, offsets)


def furthest_back(layer: Layer) -> int:
    """Return the part of `layer` that is drawn first."""
    depths = list((layer.parts or {"": 0}).values())
    return depths.index(min(depths))
