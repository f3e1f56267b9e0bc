"""Put the shadows of sprites into scenes, and take them out again for labels.

A shadow is made of its sprite's silhouette when the art is loaded, and mirrored, scaled and turned
with it. It lies around the middle of the sprite's box, moved by its offset, which is scaled too,
but neither mirrored nor turned: light comes from one side.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.assets import NO_SPRITE, Library
from imggen.config.plain import FIELDS, NEUTRAL
from imggen.planning.placement.scaling import scaled_sizes, turned_sizes
from imggen.planning.scenes import Scene, Scenes

if TYPE_CHECKING:
    from imggen.planning.placement.looks import Floats

Ints = npt.NDArray[np.int64]

OWN_COLOURS = ("hue", "saturation", "brightness", "blend")  # of sprites; shadows are black
SCALE, ROTATE = FIELDS.index("scale"), FIELDS.index("rotate")


def with_shadows(scenes: Scenes, library: Library) -> Scenes:
    """Return `scenes` with each sprite's shadow, if it casts one, right under it."""
    shadows = library.shadows
    if shadows is None or not len(scenes.items):
        return scenes
    rows = shadows.rows[scenes.items[:, 0]]
    casts = rows != NO_SPRITE
    under = np.flatnonzero(casts)
    before = np.append(0, np.cumsum(casts))  # shadows before each sprite
    source = np.insert(np.arange(len(casts)), under, under)
    shadow_at = under + before[under]
    items = scenes.items[source]
    items[shadow_at, 0] = rows[under]
    looks = None if scenes.looks is None else scenes.looks[source]
    if looks is not None:
        for field in OWN_COLOURS:
            looks[shadow_at, FIELDS.index(field)] = NEUTRAL[field]
    items[shadow_at, 1:] = shadow_corners(
        library.sprites.table[:, 2:],
        scenes.items[under],
        rows[under],
        shadows.offsets[scenes.items[under, 0]],
        None if looks is None else looks[shadow_at],
    )
    return replace(
        scenes,
        items=items,
        looks=looks,
        slots=scenes.slots[source],
        bounds=scenes.bounds + before[scenes.bounds],
    )


def shadow_corners(
    sizes: Ints,
    items: Ints,
    rows: npt.NDArray[np.int32],
    offsets: npt.NDArray[np.float64],
    looks: Floats | None,
) -> Ints:
    """Return the top left corners of the shadows in `rows` (n,) of `items` (n, 3): (n, 2), px.

    `sizes` (sprites, 2) are those in the library, `offsets` and `looks` those of the items.
    """
    own, cast = sizes[items[:, 0]], sizes[rows]
    if looks is not None:
        scale, angle = looks[:, SCALE], looks[:, ROTATE]
        own, cast = (turned_sizes(scaled_sizes(one, scale), angle) for one in (own, cast))
        offsets = offsets * scale[:, None]
    corners: Ints = items[:, 1:] + np.floor((own - cast) / 2 + offsets + 0.5).astype(np.int64)
    return corners


def without_shadows(scene: Scene, library: Library) -> Scene:
    """Return `scene` as labels see it: its sprites alone."""
    if library.shadows is None:
        return scene
    own = scene.items[:, 0] < library.shadows.first
    if library.boxes is not None:
        own |= scene.items[:, 0] >= library.boxes.first
    return replace(
        scene,
        items=scene.items[own],
        looks=None if scene.looks is None else scene.looks[own],
        slots=None if scene.slots is None else scene.slots[own],
    )
