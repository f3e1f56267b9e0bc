"""Sizes of the boxes of sprites, once scaled and turned, computed without any pixel.

Workers make sprites of exactly these sizes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config.vary import Vary
from imggen.errors import PlanError
from imggen.plan.groups import Traits
from imggen.plan.placement.looks import RESIZING, Looks, LookTable

Ints = npt.NDArray[np.int64]
Size = tuple[int, int]
Numbers = npt.NDArray[np.number[Any]] | float

MOST_PIXELS = 2**26  # of a sprite that is scaled or turned
SLACK = 1e-6  # px cut off a box, so that the last bit of a cosine does not make it larger


def sizes_of(table: LookTable, variants: Sequence[Variants], traits: Traits, looks: Looks) -> Ints:
    """Return width and height of all sprites of some images: (images, layers, 2), px.

    `traits` is (images, layers), `looks` (images, drawn columns).
    """
    sizes = np.empty((*traits.shape, 2), np.int64)
    for depth, layer in enumerate(variants):
        own = layer.sizes[traits[:, depth]].astype(np.int64)
        if table.resized[depth]:
            scale, angle = (table.values(looks, depth, field) for field in RESIZING)
            own = turned_sizes(scaled_sizes(own, scale), angle)
        sizes[:, depth] = own
    return sizes


@dataclass(frozen=True)
class Boxes:
    """Boxes that variants of a layer may have.

    Attributes
    ----------
    variants : (boxes,) int64, the variant of each
    sizes : (boxes, 2) int64, width and height, px
    """

    variants: Ints
    sizes: Ints

    def of(self, group: npt.NDArray[np.intp]) -> Boxes:
        """Return the boxes of the variants in `group`."""
        rows = np.isin(self.variants, group)
        return Boxes(self.variants[rows], self.sizes[rows])


def extreme_boxes(vary: Vary, variants: Variants) -> Boxes:
    """Return the smallest and the largest box of each variant at each angle.

    Raises
    ------
    PlanError
        If that is too large: names the layer, the variant and its size.
    """
    scales = vary.levels("scale")
    ends = sorted({min(scales), max(scales)})
    axes = np.arange(len(variants.names)), ends, vary.levels("rotate")
    variant, scale, angle = (axis.ravel() for axis in np.meshgrid(*axes, indexing="ij"))
    sizes = turned_sizes(scaled_sizes(variants.sizes[variant].astype(np.int64), scale), angle)
    largest = int(sizes.prod(axis=1).argmax())
    if not vary.is_plain and sizes[largest].prod() > MOST_PIXELS:
        width, height = sizes[largest].tolist()
        message = (
            f'layer.{variants.layer}.vary makes "{variants.names[variant[largest]]}" up to '
            f"{width}x{height} px; expected at most {MOST_PIXELS // 10**6} million pixels. "
            "Scale it less."
        )
        raise PlanError(message)
    return Boxes(variant, sizes)


def scaled_sizes(sizes: Ints, scale: Numbers) -> Ints:
    """Scale `sizes` (.., 2) by `scale` (..) and round, px; what has pixels keeps at least 1."""
    scaled = np.floor(sizes * np.asarray(scale)[..., None] + 0.5).astype(np.int64)
    result: Ints = np.maximum(scaled, np.minimum(sizes, 1))
    return result


def turned_sizes(sizes: Ints, angle: Numbers) -> Ints:
    """Return the boxes around boxes of `sizes` (.., 2), turned by `angle` (..) degrees."""
    angle = np.asarray(angle, np.float64)
    radians = np.radians(angle)
    cosine, sine = np.abs(np.cos(radians)), np.abs(np.sin(radians))
    width, height = sizes[..., 0], sizes[..., 1]
    turned = np.stack([width * cosine + height * sine, width * sine + height * cosine], axis=-1)
    result: Ints = np.ceil(turned - SLACK).astype(np.int64)
    return result


def scaled_size(size: Size, scale: float) -> Size:
    """Scale one size (width, height), as `scaled_sizes` does."""
    width, height = (max(math.floor(side * scale + 0.5), min(side, 1)) for side in size)
    return width, height


def turned_size(size: Size, angle: float) -> Size:
    """Return the box around a box of `size`, as `turned_sizes` does."""
    cosine, sine = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
    width, height = size[0] * cosine + size[1] * sine, size[0] * sine + size[1] * cosine
    return math.ceil(width - SLACK), math.ceil(height - SLACK)
