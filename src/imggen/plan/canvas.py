"""Refusing places that leave the canvas, whatever would be drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from imggen.assets import NO_SPRITE, Library, Variants
from imggen.config import Layer
from imggen.errors import PlanError
from imggen.plan.groups import Traits
from imggen.plan.placement import (
    Ints,
    Positions,
    anchor_of,
    chain_of,
    has_pixels,
    place_sprites,
    point_of,
)
from imggen.plan.positions import AXES, corner_ends, placed_at_random


def check_on_canvas(layers: Sequence[Layer], library: Library) -> None:
    """Refuse a sprite that could lie wholly outside the canvas, or that cannot be kept inside.

    Raises
    ------
    PlanError
        Naming the layer, the variant and where it would be.
    """
    for depth in placed_at_random(layers):
        check_inside(layers[depth], library.layers[depth], library.size)
    for depth in range(len(layers)):
        check_layer(layers, library, *extremes(layers, library, depth), depth)


def check_inside(layer: Layer, variants: Variants, size: tuple[int, int]) -> None:
    """Refuse the first variant that no position of the layer's ranges keeps on the canvas."""
    lowest, highest = corner_ends(layer, variants, size)
    drawn = (variants.probabilities > 0) & has_pixels(variants)
    lost = np.argwhere(drawn[:, None] & (lowest > highest))
    if not layer.place.inside or not len(lost):
        return
    variant, axis = lost[0].tolist()
    box = variants.sizes[variant].astype(np.int64)
    called = (
        f'layer.{layer.name}.place.inside is true, but "{variants.names[variant]}" '
        f"({box[0]}x{box[1]} px)"
    )
    canvas = f"the canvas of {size[0]}x{size[1]} px"
    if (box > size).any():
        raise PlanError(f"{called} is larger than {canvas}; make it smaller or set inside = false.")
    first = (anchor_of(layer.place.anchor, box) - layer.place.offset)[axis]
    range_ = (layer.place.ranges or ())[axis]
    message = (
        f"{called} is on {canvas} only with {AXES[axis]} from {first} to "
        f"{first + size[axis] - box[axis]}, and {AXES[axis]} is {list(range_)}; "
        "change it or set inside = false."
    )
    raise PlanError(message)


def extremes(layers: Sequence[Layer], library: Library, depth: int) -> tuple[Traits, Positions]:
    """What puts an edge of the layer at `depth` furthest out: four scenes' traits and positions.

    An edge's position is a sum of one term for each layer it depends on, so the largest and the
    smallest of each term make the largest and the smallest of all combinations.
    """
    placed = placed_at_random(layers)
    traits = np.zeros((4, len(layers)), np.uint32)
    positions = np.zeros((4, len(placed), len(AXES)), np.int64)
    chain = chain_of(layers, depth)
    for d, next_up in zip(chain, [None, *chain], strict=False):
        variants = library.layers[d]
        choices = np.flatnonzero(variants.probabilities)
        if next_up is None:  # a variant without a sprite lies nowhere
            seen = has_pixels(variants)[choices]
            choices = choices[seen] if seen.any() else choices
        sizes = variants.sizes[choices].astype(np.int64)
        ends = ends_of(layers[d], library, d)[:, choices]
        near = ends + (0 if next_up is None else point_of(str(layers[next_up].place.at), sizes))
        far = near + (sizes if next_up is None else 0)
        end, choice = np.divmod(furthest(near, far), len(choices))
        traits[:, d] = choices[choice]
        if d in placed:
            positions[:, placed.index(d)] = ends[end, choice]
    return traits, positions


def ends_of(layer: Layer, library: Library, depth: int) -> Ints:
    """The lowest and the highest corner of each variant, from where the layer is put."""
    variants = library.layers[depth]
    if layer.place.ranges:
        return corner_ends(layer, variants, library.size)
    fixed = -anchor_of(layer.place.anchor, variants.sizes.astype(np.int64))
    return np.stack([fixed, fixed])


def furthest(near: Ints, far: Ints) -> Ints:
    """Where in (2, choices) the near edge is furthest right and down, the far one left and up."""
    return np.array(
        [
            near[..., 0].argmax(),
            near[..., 1].argmax(),
            far[..., 0].argmin(),
            far[..., 1].argmin(),
        ]
    )


def check_layer(
    layers: Sequence[Layer], library: Library, traits: Traits, positions: Positions, depth: int
) -> None:
    """Refuse the first of some scenes that puts the layer at `depth` outside the canvas."""
    variants = library.layers[depth]
    column = traits[:, depth]
    corner = place_sprites(layers, library.layers, traits, positions)[:, depth]
    size = variants.sizes[column]
    drawn = (variants.sprites[column] != NO_SPRITE) & has_pixels(variants)[column]
    outside = drawn & ((corner + size <= 0) | (corner >= library.size)).any(axis=1)
    if outside.any():
        scene = int(np.argmax(outside))
        x, y = corner[scene].tolist()
        width, height = size[scene].tolist()
        root = layers[chain_of(layers, depth)[-1]]
        message = (
            f"layer.{layers[depth].name}.place {'can put' if root.place.ranges else 'puts'} "
            f'"{variants.names[column[scene]]}" ({width}x{height} px) at x = {x}, y = {y}, wholly '
            f"outside the canvas of {library.size[0]}x{library.size[1]} px; "
            f"{way_out(layers[depth], root)}."
        )
        raise PlanError(message)


def way_out(layer: Layer, root: Layer) -> str:
    """What to do where `layer`, whose position starts from that of `root`, is off the canvas."""
    if layer.place.ranges:
        return "narrow x and y, or set inside = true"
    if root.place.ranges:
        return f"narrow x and y of layer.{root.name}.place, or move it"
    return "move it"
