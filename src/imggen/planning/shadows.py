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
from imggen.assets.library import Shadows
from imggen.config.plain import EDGES, FIELDS, NEUTRAL
from imggen.planning.placement.scaling import scaled_sizes, turned_sizes
from imggen.planning.scenes import Scene, Scenes

if TYPE_CHECKING:
    from imggen.planning.placement.looks import Floats

Ints = npt.NDArray[np.int64]

OWN_COLOURS = ("hue", "saturation", "brightness", "blend")  # of sprites; shadows are black
SCALE, ROTATE = FIELDS.index("scale"), FIELDS.index("rotate")
OFFSET = [EDGES.index("shadow_x"), EDGES.index("shadow_y")]


def with_shadows(scenes: Scenes, library: Library, blurs: npt.NDArray[np.intp]) -> Scenes:
    """Return `scenes` with each sprite's shadow, if it casts one, right under it.

    `blurs` (sprites,) are the places of their values of shadow_blur among those of the layer.
    """
    shadows = library.shadows
    if shadows is None or not len(scenes.items):
        return scenes
    rows = shadows.rows[scenes.items[:, 0], blurs]
    casts = rows != NO_SPRITE
    under = np.flatnonzero(casts)
    before = np.append(0, np.cumsum(casts))  # shadows before each sprite
    source = np.insert(np.arange(len(casts)), under, under)
    shadow_at = under + before[under]
    items = scenes.items[source]
    items[shadow_at, 0] = rows[under]
    edges = None if scenes.edges is None else scenes.edges[source]
    looks = looks_with_shadows(scenes, shadows, source, shadow_at)
    items[shadow_at, 1:] = shadow_corners(
        library.sprites.table[:, 2:],
        scenes.items[under],
        rows[under],
        shadows.offsets[scenes.items[under, 0]]
        if edges is None
        else edges[shadow_at][:, OFFSET] * shadows.factor,
        None if looks is None else looks[shadow_at],
    )
    return replace(
        scenes,
        items=items,
        looks=looks,
        edges=edges,
        slots=scenes.slots[source],
        bounds=scenes.bounds + before[scenes.bounds],
    )


def looks_with_shadows(
    scenes: Scenes,
    shadows: Shadows,
    source: npt.NDArray[np.intp],
    shadow_at: npt.NDArray[np.intp],
) -> Floats | None:
    """Return the looks of all sprites and shadows, (n, FIELDS); None if all are as in the library.

    Each is, or is cast by, the sprite `source` (n,) of `scenes`; shadows are at `shadow_at`.
    """
    fades = shadows.fades[scenes.items[source[shadow_at], 0]]
    if scenes.looks is None and not fades.any():
        return None
    whole = np.tile(list(NEUTRAL.values()), (len(scenes.items), 1))
    looks = (whole if scenes.looks is None else scenes.looks)[source]
    for field in OWN_COLOURS:
        looks[shadow_at, FIELDS.index(field)] = NEUTRAL[field]
    if scenes.edges is not None:
        opacity = scenes.edges[source[shadow_at], EDGES.index("shadow_opacity")]
        looks[shadow_at, FIELDS.index("opacity")] *= np.where(fades, opacity, 1)
    return looks


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
    rows = (scene.first + np.flatnonzero(own)).tolist()
    return replace(
        scene,
        orders=None if scene.orders is None else scene.orders.take(rows),
        first=0,
        items=scene.items[own],
        looks=None if scene.looks is None else scene.looks[own],
        edges=None if scene.edges is None else scene.edges[own],
        slots=None if scene.slots is None else scene.slots[own],
    )
