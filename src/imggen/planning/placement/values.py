"""Values in which images of a scene differ: of families, and those that views set."""

from __future__ import annotations

import numpy as np

from imggen.assets import Variants
from imggen.config import Config
from imggen.config.plain import BOX
from imggen.config.views import colours_of
from imggen.planning.families import distinct_rows, members
from imggen.planning.groups import Traits
from imggen.planning.placement.anchors import has_pixels
from imggen.planning.placement.columns import same_looking
from imggen.planning.placement.looks import Looks, LookTable
from imggen.planning.sampling.families import SceneFamily
from imggen.planning.slots import Slots


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


def set_family(
    family: SceneFamily, slots: Slots, table: LookTable, traits: Traits, looks: Looks
) -> None:
    """Set the value in which members of a family differ."""
    if family.varied is None:
        return
    depth, field = family.varied
    for slot in slots.numbers(depth):
        for row, own, shown in zip(
            distinct_rows(field, table.levels[slot, field]),
            members(looks, family.size),
            members(traits, family.size),
            strict=True,
        ):
            set_row(slots.layers[slot], table, (slot, field), row, shown, own)


def set_value(
    layer: Variants,
    table: LookTable,
    drawn: tuple[int, str],
    value: float,
    traits: Traits,
    looks: Looks,
) -> None:
    """Set one value of the sprites in a slot, `drawn` its number and the field."""
    if drawn not in table.columns:
        return  # all images have this value
    levels = table.levels[drawn].tolist()
    row = int(same_looking(drawn[1], levels)[levels.index(value)])
    set_row(layer, table, drawn, row, traits, looks)


def set_row(
    layer: Variants,
    table: LookTable,
    drawn: tuple[int, str],
    row: int,
    traits: Traits,
    looks: Looks,
) -> None:
    """Set one row of levels, in images of `traits` and `looks`; 0 for a `none`."""
    seen = has_pixels(layer.sizes)[traits[:, drawn[0]]]
    looks[:, table.columns[drawn]] = np.where(seen, row, 0)
