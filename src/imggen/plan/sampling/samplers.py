"""Which variant of each layer every image shows."""

from __future__ import annotations

import numpy as np

from imggen.config import Dataset
from imggen.errors import PlanError
from imggen.plan.groups import Traits
from imggen.plan.sampling.distribution import Distribution, index_dtype
from imggen.plan.sampling.quota import quota_traits
from imggen.plan.sampling.unique import unique_traits

MOST_IMAGES = 10**9  # what a plan of a few bytes an image holds in memory


def draw_traits(dataset: Dataset, distribution: Distribution) -> Traits:
    """The traits of all images of `dataset`: (images, layers) uint8 or uint16.

    Raises
    ------
    PlanError
        If `unique` asks for more images than there are combinations, or there are too many.
    """
    check_count(dataset, distribution)
    if dataset.sampling == "all":
        return all_traits(distribution)
    if dataset.sampling == "quota":
        return quota_traits(dataset.seed, dataset.count, distribution)
    if dataset.unique:
        traits = unique_traits(dataset.seed, dataset.count, distribution)
        check_unique(dataset, distribution, len(traits))
        return traits
    return distribution.draw(dataset.seed, 0, dataset.count)


def check_count(dataset: Dataset, distribution: Distribution) -> None:
    """Refuse more images than there are combinations, or than a plan holds."""
    if dataset.sampling != "all":
        check_most(dataset)
    possible = distribution.count_combinations()
    if possible is None:
        return
    if dataset.sampling == "all":
        check_all(possible)
    elif dataset.unique:
        check_unique(dataset, distribution, possible)


def check_all(possible: int) -> None:
    """Refuse more combinations than a plan holds."""
    if possible > MOST_IMAGES:
        message = (
            f"the layers give {possible:,} combinations; expected at most {MOST_IMAGES:,} for all "
            "of them. Give a count instead."
        )
        raise PlanError(message)


def check_unique(dataset: Dataset, distribution: Distribution, possible: int) -> None:
    """Refuse more images, no two alike, than there are combinations."""
    if dataset.count > possible:
        ruled = " under the rules" if distribution.conditionals or distribution.forbidden else ""
        message = (
            f"dataset.count is {dataset.count:,} and dataset.unique is true, but the layers give "
            f"only {possible:,} different combinations{ruled}; lower the count or add variants."
        )
        raise PlanError(message)


def check_most(dataset: Dataset) -> None:
    """Refuse more images than a plan holds."""
    if dataset.count > MOST_IMAGES:
        message = (
            f"dataset.count is {dataset.count:,}; expected at most {MOST_IMAGES:,}. "
            "Make several datasets, each with its own seed."
        )
        raise PlanError(message)


def all_traits(distribution: Distribution) -> Traits:
    """Every combination of variants that can occur, the first layer slowest."""
    layers = distribution.layers
    traits = np.zeros((1, len(layers)), index_dtype(layers))
    for step in distribution.steps:
        context, rows = step.contexts(traits)
        possible = step.given(traits[rows]) > 0
        check_all(int(possible.sum(axis=1)[context].sum()))
        row, variant = np.nonzero(possible[context])
        traits = traits[row]
        traits[:, step.depth] = variant
    in_order = distribution.order == tuple(range(len(layers)))
    return traits if in_order else traits[np.lexsort(traits.T[::-1])]
