"""Where each sprite goes: anchors, fixed positions, and positions relative to other layers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from imggen.assets import NO_SPRITE, Library, Variants
from imggen.config import Layer
from imggen.errors import PlanError
from imggen.plan.traits import Traits

Ints = npt.NDArray[np.int64]

# Which half steps of a box a point lies at, from the top left: columns, rows.
POINTS = {
    "top-left": (0, 0), "top": (1, 0), "top-right": (2, 0),
    "left": (0, 1), "center": (1, 1), "right": (2, 1),
    "bottom-left": (0, 2), "bottom": (1, 2), "bottom-right": (2, 2),
}  # fmt: skip


def place_sprites(layers: Sequence[Layer], variants: Sequence[Variants], traits: Traits) -> Ints:
    """Top left corners of all sprites: (scenes, layers, 2), x and y, px on the canvas.

    `traits` is (scenes, layers). A variant `none` has a box of 0 x 0 px at its anchor point.
    """
    scenes = len(traits)
    corners = np.zeros((scenes, len(layers), 2), np.int64)
    sizes = np.zeros_like(corners)
    depth_of = {layer.name: depth for depth, layer in enumerate(layers)}
    for depth, layer in enumerate(layers):
        place = layer.place
        sizes[:, depth] = variants[depth].sizes[traits[:, depth]]
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


def check_on_canvas(layers: Sequence[Layer], library: Library) -> None:
    """Refuse a sprite that would lie wholly outside the canvas.

    Raises
    ------
    PlanError
        Naming the layer, the variant and where it would be.
    """
    for depth in range(len(layers)):
        check_layer(layers, library, extremes(layers, library.layers, depth), depth)


def extremes(layers: Sequence[Layer], variants: Sequence[Variants], depth: int) -> Traits:
    """The traits that put an edge of the layer at `depth` furthest out: (4, layers).

    An edge's position is a sum of one term for each layer it depends on, so the largest and the
    smallest of each term make the largest and the smallest of all combinations.
    """
    traits = np.zeros((4, len(layers)), np.uint32)
    chain = chain_of(layers, depth)
    for d, placed in zip(chain, [None, *chain], strict=False):
        choices = np.flatnonzero(variants[d].probabilities)
        if placed is None:  # a variant without a sprite lies nowhere
            seen = (variants[d].sizes[choices] > 0).all(axis=1)
            choices = choices[seen] if seen.any() else choices
        sizes = variants[d].sizes[choices].astype(np.int64)
        near = -anchor_of(layers[d].place.anchor, sizes)
        near += 0 if placed is None else point_of(str(layers[placed].place.at), sizes)
        far = near + sizes if placed is None else near
        picks = [near[:, 0].argmax(), near[:, 1].argmax(), far[:, 0].argmin(), far[:, 1].argmin()]
        traits[:, d] = choices[picks]
    return traits


def chain_of(layers: Sequence[Layer], depth: int) -> list[int]:
    """The layer at `depth` and those its position depends on."""
    names = [layer.name for layer in layers]
    chain = [depth]
    while (of := layers[chain[-1]].place.of) is not None:
        chain.append(names.index(of))
    return chain


def check_layer(layers: Sequence[Layer], library: Library, traits: Traits, depth: int) -> None:
    """Refuse the first of `traits` that puts the layer at `depth` outside the canvas."""
    variants = library.layers[depth]
    column = traits[:, depth]
    corner = place_sprites(layers, library.layers, traits)[:, depth]
    size = variants.sizes[column]
    drawn = (variants.sprites[column] != NO_SPRITE) & (size > 0).all(axis=1)
    outside = drawn & ((corner + size <= 0) | (corner >= library.size)).any(axis=1)
    if outside.any():
        scene = int(np.argmax(outside))
        x, y = corner[scene].tolist()
        width, height = size[scene].tolist()
        message = (
            f'layer.{layers[depth].name}.place puts "{variants.names[column[scene]]}" '
            f"({width}x{height} px) at x = {x}, y = {y}, wholly outside the canvas of "
            f"{library.size[0]}x{library.size[1]} px; move it."
        )
        raise PlanError(message)
