"""Where each sprite goes: drawn and fixed positions, those relative to other layers, anchors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config import Layer
from imggen.plan.groups import Traits

Ints = npt.NDArray[np.int64]
Positions = npt.NDArray[np.signedinteger[Any]]  # (images, layers with ranges, 2), see positions.py

# Which half steps of a box a point lies at, from the top left: columns, rows.
POINTS = {
    "top-left": (0, 0), "top": (1, 0), "top-right": (2, 0),
    "left": (0, 1), "center": (1, 1), "right": (2, 1),
    "bottom-left": (0, 2), "bottom": (1, 2), "bottom-right": (2, 2),
}  # fmt: skip


def place_sprites(
    layers: Sequence[Layer], variants: Sequence[Variants], traits: Traits, positions: Positions
) -> Ints:
    """Top left corners of all sprites: (scenes, layers, 2), x and y, px on the canvas.

    `traits` is (scenes, layers); `positions` is (scenes, layers with ranges, 2). A variant `none`
    has a box of 0 x 0 px at its anchor point.
    """
    scenes = len(traits)
    corners = np.zeros((scenes, len(layers), 2), np.int64)
    sizes = np.zeros_like(corners)
    depth_of = {layer.name: depth for depth, layer in enumerate(layers)}
    drawn = iter(positions.transpose(1, 0, 2))
    for depth, layer in enumerate(layers):
        place = layer.place
        sizes[:, depth] = variants[depth].sizes[traits[:, depth]]
        if place.ranges:
            corners[:, depth] = next(drawn)
            continue
        if place.of is None:
            target = np.broadcast_to(np.array(place.at), (scenes, 2))
        else:
            other = depth_of[place.of]
            target = corners[:, other] + point_of(str(place.at), sizes[:, other])
        corners[:, depth] = target + place.offset - anchor_of(place.anchor, sizes[:, depth])
    return corners


def point_of(point: str, sizes: Ints) -> Ints:
    """The point of a box, from its top left corner; middles are rounded down."""
    return sizes * POINTS[point] // 2


def anchor_of(anchor: str, sizes: Ints) -> Ints:
    """How far the anchor point lies from the top left corner; middles are rounded up.

    So the corner of an odd size is the floor of `at - size / 2`.
    """
    return (sizes * POINTS[anchor] + 1) // 2


def has_pixels(variants: Variants) -> npt.NDArray[np.bool_]:
    """Which variants have a box to draw: (variants,). `none` has not."""
    result: npt.NDArray[np.bool_] = np.all(variants.sizes > 0, axis=1)
    return result


def chain_of(layers: Sequence[Layer], depth: int) -> list[int]:
    """The layer at `depth` and those its position depends on."""
    names = [layer.name for layer in layers]
    chain = [depth]
    while (of := layers[chain[-1]].place.of) is not None:
        chain.append(names.index(of))
    return chain
