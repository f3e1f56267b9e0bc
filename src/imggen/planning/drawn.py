"""The values that images draw for themselves, by column, as the rows of shards have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.config.plain import AXES, BOX, CAMERA
from imggen.planning.placement.anchors import has_pixels
from imggen.planning.placement.positions import placed_at_random

if TYPE_CHECKING:
    from imggen.planning.plan import Plan
    from imggen.planning.segments import Segments

Floats = npt.NDArray[np.float64]


class DrawnColumn(NamedTuple):
    """A value that images draw.

    Attributes
    ----------
    name : as in data.csv, "object scale" or "camera blur"; of an instance, "object/0 scale"
    field : "x" or "y", a key of `vary`, or one of `[camera]`
    slot : the column of traits that it is of; None: the whole image
    counted : whether that is one of several instances
    """

    name: str
    field: str
    slot: int | None = None
    counted: bool = False


def drawn_columns(plan: Plan | Segments) -> tuple[DrawnColumn, ...]:
    """Return the columns of all values that images draw, in the order of data.csv."""
    layers = plan.library.layers
    fields = [(slot, axis) for slot in placed_at_random(plan.spots) for axis in AXES]
    fields += [(slot, field) for slot, field in plan.look_table.levels if field != BOX]
    camera = plan.config.camera
    return (
        *(
            DrawnColumn(
                f"{layers[slot].stream} {field}", field, slot, layers[slot].instance is not None
            )
            for slot, field in fields
        ),
        *(DrawnColumn(f"{CAMERA} {field}", field) for field in (camera.drawn if camera else ())),
    )


def drawn_values(plan: Plan) -> Floats:
    """Return the values of all images: (images, columns); NaN where a layer shows nothing."""
    columns = drawn_columns(plan)
    values = np.full((plan.count, len(columns)), np.nan)
    corners = plan.drawn_positions(0, plan.count)
    places = {slot: k for k, slot in enumerate(placed_at_random(plan.spots))}
    shots = {} if plan.cameras is None else plan.cameras.columns(plan.cameras.levels)
    for k, column in enumerate(columns):
        if column.slot is None:
            values[:, k] = shots[column.name]
            continue
        if column.field in AXES:
            own = corners[:, places[column.slot], AXES.index(column.field)].astype(np.float64)
        else:
            own = plan.look_table.values(plan.looks, column.slot, column.field)
        seen = has_pixels(plan.library.layers[column.slot].sizes)[plan.traits[:, column.slot]]
        values[:, k] = np.where(seen, own, np.nan)
    return values
