"""Fixed positions: on the canvas or relative to other layers, by anchor points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.planning.placement.spots import Chosen, Ints, LayerSpots, Spot

Positions = npt.NDArray[np.signedinteger[Any]]  # (images, layers at random, 2), see positions.py

# Each point in half widths and half heights of a box, from its top left corner.
POINTS = {
    "top-left": (0, 0), "top": (1, 0), "top-right": (2, 0),
    "left": (0, 1), "center": (1, 1), "right": (2, 1),
    "bottom-left": (0, 2), "bottom": (1, 2), "bottom-right": (2, 2),
}  # fmt: skip


def place_sprites(
    layers: Sequence[LayerSpots], sizes: Ints, chosen: Chosen, positions: Positions
) -> Ints:
    """Return the top left corners of all sprites: (scenes, layers, 2), x and y, px on the canvas.

    `sizes` is (scenes, layers, 2), `chosen` (scenes, layers), `positions` (scenes, layers at
    random, 2). A variant `none` has a box of 0 x 0 px at its anchor point.
    """
    corners = np.zeros_like(sizes)
    drawn = iter(positions.transpose(1, 0, 2))
    for depth, layer in enumerate(layers):
        if layer.at_random:
            corners[:, depth] = next(drawn)
            continue
        for number, spot in enumerate(layer.spots):
            rows = rows_of(layer, chosen[:, depth], number)
            corners[rows, depth] = fixed_corners(spot, sizes[rows], corners[rows], depth)
    return corners


def rows_of(
    layer: LayerSpots, chosen: npt.NDArray[np.unsignedinteger[Any]], number: int
) -> slice | npt.NDArray[np.intp]:
    """Select the images whose spot of `layer`, in `chosen`, has this number."""
    return slice(None) if len(layer.spots) == 1 else np.flatnonzero(chosen == number)


def fixed_corners(spot: Spot, sizes: Ints, corners: Ints, depth: int) -> Ints:
    """Return top left corners of the layer at `depth` at its fixed `spot`: (scenes, 2).

    `sizes` and `corners` are (scenes, layers, 2); corners of the layers below are known.
    """
    target = np.broadcast_to(np.array(spot.at), (len(sizes), 2))
    if spot.of is not None:
        box = sizes[:, spot.of]
        target = target + corners[:, spot.of] + point_of(spot.of_point, box)
        if isinstance(spot.otherwise, tuple):
            target = np.where(has_pixels(box)[:, None], target, spot.otherwise)
    return target - anchor_of(spot.anchor, sizes[:, depth])


def point_of(point: str, sizes: Ints) -> Ints:
    """Return a point of a box, from its top left corner; middles are rounded down."""
    return sizes * POINTS[point] >> 1


def anchor_of(anchor: str, sizes: Ints) -> Ints:
    """Return the anchor point of a box, from its top left corner; middles are rounded up.

    So the corner of an odd size is the floor of `at - size / 2`.
    """
    return (sizes * POINTS[anchor] + 1) >> 1


def has_pixels(sizes: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.bool_]:
    """Mark the boxes of (..., 2) that have pixels to draw: (...). A `none` has none."""
    result: npt.NDArray[np.bool_] = (sizes[..., 0] > 0) & (sizes[..., 1] > 0)
    return result
