"""Random positions: the range of each variant, and where in it each image has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Library, Variants
from imggen.config import Layer
from imggen.plan.groups import Traits
from imggen.plan.placement import Ints, Positions, anchor_of, chain_of, has_pixels
from imggen.plan.streams import random_integers

AXES = ("x", "y")


def draw_positions(
    seed: int, layers: Sequence[Layer], library: Library, traits: Traits
) -> Positions:
    """Top left corners of the sprites of layers with ranges: (images, such layers, 2), x and y.

    `traits` is (images, layers), from image 0 on. A position that moves nothing is 0, 0, so that
    scenes that look the same are the same.
    """
    placed = placed_at_random(layers)
    ends = [corner_ends(layers[d], library.layers[d], library.size) for d in placed]
    positions = np.zeros((len(traits), len(placed), len(AXES)), smallest_dtype(ends))
    for k, depth in enumerate(placed):
        variant = traits[:, depth]
        lowest, highest = ends[k]
        spans = np.maximum(highest - lowest + 1, 1).astype(np.uint64)  # 1: of what is never drawn
        for axis, name in enumerate(AXES):
            column = f"{layers[depth].name}.{name}"
            steps = random_integers(seed, column, 0, len(traits), spans[variant, axis])
            positions[:, k, axis] = lowest[variant, axis] + steps.astype(np.int64)
        positions[~moves_something(layers, library.layers, traits, depth), k] = 0
    return positions


def placed_at_random(layers: Sequence[Layer]) -> list[int]:
    """The depths of the layers that have ranges."""
    return [depth for depth, layer in enumerate(layers) if layer.place.ranges]


def corner_ends(layer: Layer, variants: Variants, size: tuple[int, int]) -> Ints:
    """The lowest and the highest top left corner of each variant: (2, variants, 2), x and y.

    With `inside`, a sprite's are those that keep it on the canvas of `size`. There may be none:
    then the lowest is above the highest.
    """
    sizes = variants.sizes.astype(np.int64)
    ranges = np.array(layer.place.ranges, np.int64)  # x and y, lowest and highest
    ends: Ints = ranges.T[:, None] + layer.place.offset - anchor_of(layer.place.anchor, sizes)
    if layer.place.inside:
        seen = has_pixels(variants)
        ends[0, seen] = np.maximum(ends[0, seen], 0)
        ends[1, seen] = np.minimum(ends[1, seen], size - sizes[seen])
    return ends


def smallest_dtype(ends: Sequence[Ints]) -> np.dtype[np.signedinteger[Any]]:
    """A type for all positions between `ends`. Few bytes to keep, and two are faster to sort."""
    limits = np.iinfo(np.int16)
    fit = all(limits.min <= end.min() and end.max() <= limits.max for end in ends)
    return np.dtype(np.int16 if fit else np.int32)


def moves_something(
    layers: Sequence[Layer], variants: Sequence[Variants], traits: Traits, depth: int
) -> npt.NDArray[np.bool_]:
    """Whether something is drawn where the layer at `depth` is, or relative to it: (images,)."""
    moved = [d for d in range(depth, len(layers)) if chain_of(layers, d)[-1] == depth]
    drawn = [has_pixels(variants[d])[traits[:, d]] for d in moved]
    result: npt.NDArray[np.bool_] = np.logical_or.reduce(drawn)
    return result
