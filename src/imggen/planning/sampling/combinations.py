"""Make every combination of variants once."""

from __future__ import annotations

import numpy as np

from imggen.planning.groups import Traits
from imggen.planning.sampling.distribution import Distribution, index_dtype
from imggen.planning.sampling.limits import check_combinations


def all_traits(distribution: Distribution) -> Traits:
    """Return every combination of variants that can occur, the first layer slowest.

    Raises
    ------
    PlanError
        If there are more than a plan holds.
    """
    possible = distribution.count_combinations()
    if possible is not None:
        check_combinations(possible)
    layers = distribution.layers
    traits = np.zeros((1, len(layers)), index_dtype(layers))
    for step in distribution.steps:
        context, rows = step.contexts(traits)
        can_follow = step.table(traits[rows]) > 0
        check_combinations(int(can_follow.sum(axis=1)[context].sum()))
        row, variant = np.nonzero(can_follow[context])
        traits = traits[row]
        traits[:, step.depth] = variant
    in_order = distribution.order == tuple(range(len(layers)))
    return traits if in_order else traits[np.lexsort(traits.T[::-1])]
