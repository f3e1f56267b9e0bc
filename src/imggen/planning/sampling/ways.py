"""Count the ways in which combinations can go on from their first layers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from imggen.planning.groups import Traits, group_columns
from imggen.planning.sampling.effects import effects_on
from imggen.planning.sampling.step import Step

MANY = 2**40  # ways; more are as good as endless


def ways_on(later: Sequence[Step], traits: Traits, drawn: Collection[int]) -> npt.NDArray[np.int64]:
    """Count the ways to draw `later` layers after each row of `traits`, of layers `drawn`: (rows,).

    Counts stop at MANY.
    """
    if not later:
        return np.ones(len(traits), np.int64)
    group, rows = group_columns(len(traits), effects_on(later, traits, drawn))
    step, *rest = later
    found = traits[rows]
    context, some = step.contexts(found)
    state, variant = np.nonzero(step.table(found[some])[context])
    longer = found[state]
    longer[:, step.depth] = variant
    ways = np.zeros(len(rows), np.int64)
    for_each = ways_on(rest, longer, {*drawn, step.depth})
    np.add.at(ways, state, for_each)
    return np.minimum(ways, MANY)[group]
