"""Compare how often each value of `vary` is asked for and planned, where not all are alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.config.plain import BLENDS, BOX
from imggen.planning.matching import Mask
from imggen.planning.placement.anchors import has_pixels
from imggen.planning.placement.columns import Chances, LookCase, LookColumn
from imggen.planning.sampling.frequencies import Frequencies, say_when

if TYPE_CHECKING:
    from imggen.planning.plan import Plan

MOST_VALUES = 12  # of a column; finer ones tell people little


def value_frequencies(columns: Sequence[LookColumn], plan: Plan) -> Iterator[Frequencies]:
    """Yield those of each case of the columns that are weighted or depend on what is shown.

    Of a layer with instances, the first is counted; of views, the first.
    """
    if plan.config.view:
        plan = plan.take(np.arange(0, plan.count, plan.family))
    for k, column in enumerate(columns):
        stated = len(column.cases) > 1 or column.cases[-1].chances is not None
        first = not plan.library.layers[column.slot].instance
        if (
            stated
            and first
            and column.field not in ("flip", BOX)
            and len(column.levels) <= MOST_VALUES
        ):
            yield from column_frequencies(column, plan, plan.looks[:, k].astype(np.intp))


def column_frequencies(
    column: LookColumn, plan: Plan, rows: npt.NDArray[np.intp]
) -> Iterator[Frequencies]:
    """Yield those of each case of a column, of whose levels images show `rows` (images,)."""
    layer = plan.library.layers[column.slot]
    left: Mask = has_pixels(layer.sizes)[plan.traits[:, column.slot]]
    for case in column.cases:
        own = left & case.holds(plan.traits, plan.splits)
        left = left & ~own
        chances = chances_of(case, len(column.levels))
        if case.called and np.array_equal(chances, chances_of(column.cases[-1], len(chances))):
            continue  # it is about other values
        if not case.called and len(column.cases) > 1 and not own.any():
            continue  # other cases are about all images
        for split, images in images_of_splits(case, plan):
            yield Frequencies(
                called=declared(case, layer.layer, column.field),
                layer=f"{layer.layer} {column.field}",
                where=say_when(plan.library.layers, case.when or {}),
                variants=tuple(say_level(column.field, level) for level in column.levels),
                asked=chances,
                exact=chances,
                planned=np.bincount(rows[own & images], minlength=len(column.levels)),
                split=split,
            )


def declared(case: LookCase, layer: str, field: str) -> str:
    """Return the name of what says how likely the values of a case are."""
    if case.called and not case.called.startswith("vary_when."):
        return case.called
    return f"layer.{layer}.{case.called or f'vary.{field}'}"


def images_of_splits(case: LookCase, plan: Plan) -> Iterator[tuple[str, Mask]]:
    """Yield the name and the images of each split that a case is about; "" if there are none."""
    if not plan.config.split or plan.config.dataset.scenes_first is not None:
        yield "", np.ones(len(plan.traits), bool)
        return
    for place, split in enumerate(plan.config.split):
        if case.split in (None, place):
            yield split.name, plan.splits == place


def chances_of(case: LookCase, levels: int) -> Chances:
    """Return how likely each of all levels is in a case: (levels,)."""
    own = np.full(len(case.rows), 1 / len(case.rows)) if case.chances is None else case.chances
    found: Chances = np.bincount(case.rows, own, minlength=levels).astype(np.float64)
    return found


def say_level(field: str, level: float) -> str:
    """Return a value for people to read."""
    return BLENDS[int(level)] if field == "blend" else f"{level:g}"
