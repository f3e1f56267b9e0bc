"""Values in which images of a scene differ: of families, and those that views set."""

from __future__ import annotations

import numpy as np

from imggen.assets import Variants
from imggen.config import Config
from imggen.config.plain import BOX
from imggen.config.views import colours_of
from imggen.plan.families import distinct_rows, members
from imggen.plan.groups import Traits
from imggen.plan.placement.anchors import has_pixels
from imggen.plan.placement.columns import same_looking
from imggen.plan.placement.looks import Looks, LookTable
from imggen.plan.sampling.families import SceneFamily
from imggen.plan.slots import Slots


def set_values(
    config: Config,
    family: SceneFamily,
    slots: Slots,
    table: LookTable,
    traits: Traits,
    looks: Looks,
) -> None:
    """Set the values in which images of a scene differ, in the `looks` of all images."""
    set_family(family, slots, table, traits, looks)
    depths = {layer.layer: depth for depth, layer in enumerate(slots.declared)}
    colours = colours_of(config.view)
    for view, shown, own in zip(
        config.view, members(traits, family.size), members(looks, family.size), strict=False
    ):
        given = [(name, *one) for name in view.vary or {} for one in view.fixed(name)]
        given += [(name, BOX, 1 + colours.index(one)) for name, one in (view.box or {}).items()]
        for name, field, value in given:
            for slot in slots.numbers(depths[name]):
                set_value(slots.layers[slot], table, (slot, field), value, shown, own)


def set_value(
    layer: Variants,
    table: LookTable,
    drawn: tuple[int, str],
    value: float,
    traits: Traits,
    looks: Looks,
) -> None:
    """Set one value of the sprites in a slot, `drawn` its number and the field; 0 for a `none`."""
    if drawn not in table.columns:
        return  # all images have this value
    levels = table.levels[drawn]
    row = same_looking(drawn[1], levels.tolist())[levels.tolist().index(value)]
    seen = has_pixels(layer.sizes)[traits[:, drawn[0]]]
    looks[:, table.columns[drawn]] = np.where(seen, row, 0)


def set_family(
    family: SceneFamily, slots: Slots, table: LookTable, traits: Traits, looks: Looks
) -> None:
    """Set the value in which members of a family differ, in the same way."""
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
