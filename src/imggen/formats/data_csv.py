"""The article's table: one row per image, one column per layer, then the image's name.

Between them, a layer that may be at random places has two more columns: where its sprite is; and
each value of [layer.vary] and [camera] that images draw has one. Then come, if there are any, the
image's split and the number of its pair or family.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from imggen.config.image_name import SPLIT
from imggen.config.plain import AXES, BLENDS, BOX
from imggen.planning.families import family_columns
from imggen.planning.placement.anchors import has_pixels
from imggen.planning.placement.positions import placed_at_random
from imggen.store.files import open_atomic

if TYPE_CHECKING:
    from imggen.planning import Plan
    from imggen.planning.names import Namer

ROWS_AT_ONCE = 10_000  # so that memory does not grow with the count


def write_table(path: Path, plans: Iterable[Plan], namer: Namer) -> None:
    """Write the table of the images of `plans`, one after the other, as CSV, whole or not at all.

    Row i is image i: the variant of each layer, x and y of the top left corner (px, empty where
    there is no sprite) of each at random places, its split and its family if there are any, then
    its name without extension. A layer with instances has one column, which says how many there
    are.
    """
    with open_atomic(path) as file:
        header = True
        for plan in plans:
            for start in range(0, plan.count, ROWS_AT_ONCE):
                rows = make_rows(plan, namer, start, min(start + ROWS_AT_ONCE, plan.count))
                text = rows.to_csv(index=False, header=header, lineterminator="\n")
                file.write(text.encode())
                header = False


def make_rows(plan: Plan, namer: Namer, start: int, stop: int) -> pd.DataFrame:
    """Return the rows of the table of the images in rows `start` to `stop` of `plan`."""
    traits = plan.traits[start:stop]
    columns: dict[str, object] = {
        one.layer: one.rows(traits)
        if one.counted
        else pd.Series(one.names)[one.rows(traits)].to_numpy()
        for one in plan.columns
    }
    positions = plan.drawn_positions(start, stop)
    for k, depth in enumerate(placed_at_random(plan.spots)):
        variants = plan.library.layers[depth]
        if variants.instance is not None:
            continue
        drawn = has_pixels(variants.sizes)[traits[:, depth]]
        for axis, corners in zip(AXES, positions[:, k].T, strict=True):
            whole = pd.Series(corners, dtype="Int64")  # whole numbers even where some are missing
            columns[f"{variants.layer} {axis}"] = whole.where(drawn)
    columns |= look_columns(plan, start, stop)
    if plan.cameras is not None:
        columns |= plan.cameras.take(slice(start, stop)).columns(plan.cameras.levels)
    images, splits = plan.start + np.arange(start, stop), plan.splits[start:stop]
    if plan.config.split:
        columns[SPLIT] = pd.Series(namer.splits)[splits].to_numpy()
    for name, rows, texts in family_columns(plan.config, plan.family, images):
        columns[name] = rows if texts is None else pd.Series(texts)[rows].to_numpy()
    names = list(namer.names(images, traits, splits))
    return pd.DataFrame({**columns, plan.config.dataset.image_column: names})


def look_columns(plan: Plan, start: int, stop: int) -> dict[str, pd.Series[Any]]:
    """Return the values that images `start` to `stop` draw, empty where nothing is seen.

    Those of `flip` are whole numbers, those of `blend` texts, and all others floats, even where
    they are whole: 2.0 degrees, so that readers find the same type whatever is drawn.
    """
    columns = {}
    looks = plan.looks[start:stop]
    for depth, field in plan.look_table.levels:
        variants = plan.library.layers[depth]
        if variants.instance is not None or field == BOX:
            continue
        values: pd.Series[Any] = pd.Series(plan.look_table.values(looks, depth, field))
        if field == "blend":
            values = values.map(lambda row: BLENDS[int(row)])
        elif field == "flip":
            values = values.astype("Int64")
        drawn = has_pixels(variants.sizes)[plan.traits[start:stop, depth]]
        columns[f"{variants.layer} {field}"] = values.where(drawn)
    return columns
