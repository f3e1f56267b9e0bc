"""Lay out the shadows of sprites behind all sprites."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from imggen.assets.decode import Art
from imggen.assets.library import NO_SPRITE, Ints, Shadows, Variants
from imggen.assets.soften import cast_shadow
from imggen.config import Config, Layer
from imggen.config.vary_when import Variation


def add_shadows(
    config: Config,
    layers: Sequence[Variants],
    loose: list[Art],
    feathers: Ints | None,
    factor: float,
) -> Shadows | None:
    """Add the shadows of all sprites, which are `loose`, to them; return where they are.

    `layers` are those of `config`, and `feathers` the rows of sprites with each soft edge; one px
    of its canvas is `factor` px of sprites. A sprite in parts has one shadow, under the part
    furthest back; there is one for each blur.
    """
    if all(layer.shadow is None for layer in config.layer):
        return None
    first = len(loose)
    varied = [config.variation_of(layer) for layer in config.layer]
    most = max(len(one.levels("shadow_blur")) for one in varied)
    shadows = Shadows(
        first,
        np.full((first, most), NO_SPRITE, np.int32),
        np.zeros((first, 2)),
        np.zeros(first, bool),
        factor,
    )
    for layer, vary, variants in zip(config.layer, varied, layers, strict=True):
        if layer.shadow is None:
            continue
        for row in variants.sprites[variants.sprites != NO_SPRITE].tolist():
            own = [row] if feathers is None else np.unique(feathers[row]).tolist()
            for version in own:
                cast_all(layer, vary, version, variants.parts, loose, shadows, config.canvas.mode)
    return shadows


def cast_all(
    layer: Layer,
    vary: Variation,
    row: int,
    parts: int,
    loose: list[Art],
    shadows: Shadows,
    mode: str,
) -> None:
    """Add the shadows of the sprite in `row`, one for each blur, to those that are `loose`."""
    under = row + furthest_back(layer)
    opacities = vary.levels("shadow_opacity")
    shadows.fades[under] = len(opacities) > 1
    opacity = 1.0 if shadows.fades[under] else opacities[0]
    offset = vary.levels("shadow_x")[0], vary.levels("shadow_y")[0]
    shadows.offsets[under] = np.array(offset) * shadows.factor
    for place, blur in enumerate(vary.levels("shadow_blur")):
        shadows.rows[under, place] = len(loose)
        loose.append(cast_shadow(loose[row : row + parts], blur * shadows.factor, opacity, mode))


def furthest_back(layer: Layer) -> int:
    """Return the part of `layer` that is drawn first."""
    depths = list((layer.parts or {"": 0}).values())
    return depths.index(min(depths))
