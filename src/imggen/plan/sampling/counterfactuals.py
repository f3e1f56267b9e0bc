"""Draw counterfactuals: the same scene with another variant of one layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config import Dataset
from imggen.errors import PlanError
from imggen.plan.groups import Traits
from imggen.plan.sampling.distribution import Distribution
from imggen.plan.sampling.splits import Splits
from imggen.plan.sampling.step import upper_bounds
from imggen.plan.slots import none_of
from imggen.plan.streams import random_units

NO_INSTANCES: Mapping[int, Traits] = {}
CELLS_AT_ONCE = 2**20  # scenes by variants: bounds the memory in use


def change_traits(
    dataset: Dataset,
    distributions: Sequence[Distribution],
    traits: Traits,
    splits: Splits,
    instances: Mapping[int, Traits] = NO_INSTANCES,
    start: int = 0,
) -> Traits:
    """Draw the traits of the second image of each pair from `start` on: (pairs, layers).

    `traits` are those of the first. The paired layer's variant is drawn from all others, given the
    rest of the scene, in the distribution of its split. `instances` are what layers with several
    show, (pairs, instances) by depth.

    Raises
    ------
    PlanError
        If all else leaves only one variant.
    """
    depth = paired_depth(dataset, distributions[0].layers)
    units = random_units(dataset.seed, f"pair/{dataset.pair}", start, start + len(traits))
    changed = traits.copy()
    width = len(distributions[0].layers[depth].names)
    at_once = max(1, CELLS_AT_ONCE // width)
    for place, distribution in enumerate(distributions):
        scenes = np.flatnonzero(splits == place)
        for rows in np.split(scenes, range(at_once, len(scenes), at_once)):
            shown = {d: own[rows] for d, own in instances.items()}
            others = chances_of_others(distribution, depth, traits[rows], shown)
            changed[rows, depth] = (upper_bounds(others) <= units[rows, None]).sum(axis=1)
    return changed


def paired_depth(dataset: Dataset, layers: Sequence[Variants]) -> int:
    """Return the depth of the layer that differs within a pair."""
    return [layer.layer for layer in layers].index(dataset.pair or "")


def chances_of_others(
    distribution: Distribution,
    depth: int,
    traits: Traits,
    instances: Mapping[int, Traits] = NO_INSTANCES,
) -> npt.NDArray[np.float64]:
    """Return each variant's chance, given the other layers and that it is not the one shown.

    `traits` is (scenes, layers); returns (scenes, variants), each row summing to 1.
    """
    chances = np.ones((len(traits), len(distribution.layers[depth].names)))
    for step in distribution.steps:
        if step.depth == depth:
            context, rows = step.contexts(traits)
            chances *= step.table(traits[rows])[context]
        elif depth in step.classes:
            for variant in range(chances.shape[1]):
                instead = with_variant(traits, depth, variant)
                context, rows = step.contexts(instead)
                table = step.table(instead[rows])
                if step.depth not in instances:
                    chances[:, variant] *= table[context, instead[:, step.depth]]
                    continue
                none = none_of(distribution.layers[step.depth])
                for shown in instances[step.depth].T:
                    chances[:, variant] *= np.where(shown == none, 1, table[context, shown])
    chances[np.arange(len(traits)), traits[:, depth]] = 0
    totals = chances.sum(axis=1, keepdims=True)
    if not totals.all():
        raise PlanError(say_no_other(distribution, depth, traits[np.argmin(totals)]))
    chances /= totals
    return chances


def with_variant(traits: Traits, depth: int, variant: int) -> Traits:
    """Return `traits` with that variant of the layer at `depth` in all rows."""
    instead = traits.copy()
    instead[:, depth] = variant
    return instead


def say_no_other(distribution: Distribution, depth: int, row: Traits) -> str:
    """Return the sentence on a scene, (layers,), that has no counterfactual."""
    layers = distribution.layers
    name, variant = layers[depth].layer, layers[depth].names[row[depth]]
    rest = " and ".join(
        f'{layers[d].layer} is "{layers[d].names[row[d]]}"' for d in tied_to(distribution, depth)
    )
    where = f" where {rest}" if rest else ""
    return (
        f'dataset.pair is "{name}", but "{variant}" is the only variant of it that can be drawn'
        f"{where}; expected at least two. Change its probabilities or the rules, or pair another "
        "layer."
    )


def tied_to(distribution: Distribution, depth: int) -> list[int]:
    """Return the depths of the layers that the chances of the one at `depth` may depend on."""
    tied: set[int] = set()
    for step in distribution.steps:
        if depth == step.depth or depth in step.classes:
            tied |= {step.depth, *step.classes}
    return sorted(tied - {depth})
