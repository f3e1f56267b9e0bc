"""Families of values: image k of a family has the k-th value of a key of `[layer.vary]`."""

from __future__ import annotations

import numpy as np

from imggen.plan.families import distinct_rows, members
from imggen.plan.groups import Traits
from imggen.plan.placement.anchors import has_pixels
from imggen.plan.placement.looks import Looks, LookTable
from imggen.plan.sampling.families import SceneFamily
from imggen.plan.slots import Slots


def set_values(
    family: SceneFamily, slots: Slots, table: LookTable, traits: Traits, looks: Looks
) -> None:
    """Set the value in which members differ, in the `looks` of all images; 0 for a `none`."""
    if family.varied is None:
        return
    depth, field = family.varied
    for slot in slots.numbers(depth):
        column, levels = table.columns[slot, field], table.levels[slot, field]
        for level, own, shown in zip(
            distinct_rows(field, levels),
            members(looks, family.size),
            members(traits[:, slot], family.size),
            strict=True,
        ):
            own[:, column] = np.where(has_pixels(slots.layers[slot].sizes)[shown], level, 0)
