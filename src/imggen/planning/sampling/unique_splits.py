"""Draw different combinations for all splits together: no two images of the dataset are alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from imggen.assets import Variants
from imggen.config import Split
from imggen.errors import PlanError
from imggen.planning.groups import Index, Traits, group_rows
from imggen.planning.matching import Mask
from imggen.planning.sampling.distribution import Distribution, index_dtype
from imggen.planning.sampling.per_split import group_alike
from imggen.planning.sampling.splits import Splits, shuffled
from imggen.planning.sampling.unique import unique_traits


def draw_unique_splits(
    seed: int, splits: Sequence[Split], distributions: Sequence[Distribution], assigned: Splits
) -> Traits:
    """Draw the traits of scenes that are `assigned` to splits, no two alike: (scenes, layers).

    Splits with equal settings are drawn as one. The others are drawn one after the other,
    beginning with the one that has the fewest combinations to choose from.

    Raises
    ------
    PlanError
        If a split has fewer combinations left than scenes.
    """
    layers = distributions[0].layers
    traits = np.zeros((len(assigned), len(layers)), index_dtype(layers))
    taken = traits[:0]
    alike = group_alike(splits)
    for places in sorted(alike, key=lambda places: possible_count(distributions[places[0]])):
        scenes = np.flatnonzero(np.isin(assigned, places))
        if not len(scenes):
            continue
        names = [splits[place].name for place in places]
        column = "unique" if len(alike) == 1 else f"unique/{names[0]}"
        fresh = draw_others(seed, column, len(scenes), distributions[places[0]], taken)
        check_enough(names, len(scenes), len(fresh), others=len(alike) > 1)
        traits[scenes] = fresh[order_draws(seed, splits, assigned[scenes])]
        taken = np.concatenate([taken, traits[scenes]])
    return traits


def possible_count(distribution: Distribution) -> float:
    """Count the combinations that can occur; infinity if that is unknown."""
    count = distribution.count_combinations()
    return np.inf if count is None else count


def draw_others(
    seed: int, column: str, count: int, distribution: Distribution, taken: Traits
) -> Traits:
    """Draw at least `count` different combinations that are not `taken`, if there are as many."""
    drawn = unique_traits(seed, count + len(taken), distribution, column)
    return drawn[~is_in(drawn, taken, distribution.layers)]


def order_draws(seed: int, splits: Sequence[Split], assigned: Splits) -> Index:
    """Choose which of as many draws each scene gets: (scenes,).

    Later draws are rarer. By shares, the splits are mixed already; splits by counts, which lie
    behind one another, take turns in an order that depends on the seed.
    """
    if splits[0].count is None:
        return np.arange(len(assigned))
    return np.argsort(assigned[shuffled(seed, len(assigned))], kind="stable")


def is_in(some: Traits, others: Traits, layers: Sequence[Variants]) -> Mask:
    """Mark rows of `some` that are among `others`: (rows,)."""
    apart: dict[int, Index] = {d: np.arange(len(v.names)) for d, v in enumerate(layers)}
    number, rows = group_rows(np.concatenate([others, some]), apart)
    seen = np.zeros(len(rows), bool)
    seen[number[: len(others)]] = True
    return seen[number[len(others) :]]


def check_enough(names: Sequence[str], wanted: int, found: int, *, others: bool) -> None:
    """Refuse splits that want more different combinations than have been `found` for them."""
    if found < wanted:
        left = "other splits leave only" if others else "there are only"
        message = (
            f"dataset.unique is true, and {' and '.join(f'split.{name}' for name in names)} "
            f"{'needs' if len(names) == 1 else 'need'} {wanted:,} different combinations, but "
            f"{left} {found:,}; lower the count or add variants."
        )
        raise PlanError(message)
