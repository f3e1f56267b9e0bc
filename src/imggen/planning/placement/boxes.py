"""The boxes that sprites of a layer may have, and those that they have in some images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config.plain import RESIZING
from imggen.errors import PlanError
from imggen.planning.groups import Traits
from imggen.planning.placement.columns import Varied
from imggen.planning.placement.looks import Looks, LookTable
from imggen.planning.placement.scaling import Ints, scaled_sizes, turned_sizes

MOST_PIXELS = 2**26  # of a sprite that is scaled or turned


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


def extreme_boxes(vary: Varied, variants: Variants) -> Boxes:
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
