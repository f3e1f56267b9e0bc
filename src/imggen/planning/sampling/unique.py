"""Draw different combinations, one after the other without replacement.

Layer by layer, each prefix that is kept has a Gumbel variate perturbed by its log probability. Its
extensions get variates of their own, whose maximum is the prefix's, and as many of the largest are
kept as images are wanted. The combinations after the last layer, largest first, are an exact sample
without replacement, however many there are. Source: Kool, van Hoof, Welling, "Stochastic Beams and
Where to Find Them", ICML 2019, algorithm 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imggen.errors import PlanError
from imggen.planning.groups import Index, Traits
from imggen.planning.sampling.distribution import Distribution, index_dtype
from imggen.planning.streams import random_odds

Floats = npt.NDArray[np.float64]

CELLS_AT_ONCE = 2**20  # prefixes by variants: bounds the memory in use


def unique_traits(
    seed: int, count: int, distribution: Distribution, column: str = "unique"
) -> Traits:
    """Draw the traits of `count` images, no two alike: (count, layers) uint8 or uint16.

    There are fewer if `distribution` has fewer combinations. The names of the streams begin with
    `column`.
    """
    kept = count
    while True:
        traits, all_kept = best_combinations(seed, kept, distribution, column)
        if all_kept or len(traits) >= count:
            return traits[:count]
        kept *= 2  # some of these came to a dead end, and others might have taken their places


def checked_unique_traits(seed: int, count: int, distribution: Distribution) -> Traits:
    """Draw exactly `count` images, no two alike: (count, layers) uint8 or uint16.

    Raises
    ------
    PlanError
        If there are fewer combinations.
    """
    possible = distribution.count_combinations()
    if possible is not None:
        check_unique(count, possible, distribution)
    traits = unique_traits(seed, count, distribution)
    check_unique(count, len(traits), distribution)
    return traits


def check_unique(count: int, possible: int, distribution: Distribution) -> None:
    """Refuse more images, no two alike, than there are combinations."""
    if count > possible:
        ruled = " under the rules" if distribution.conditionals or distribution.forbidden else ""
        message = (
            f"dataset.count is {count:,} and dataset.unique is true, but the layers give "
            f"only {possible:,} different combinations{ruled}; lower the count or add variants."
        )
        raise PlanError(message)


def best_combinations(
    seed: int, count: int, distribution: Distribution, column: str
) -> tuple[Traits, bool]:
    """Find the first combinations, keeping `count` prefixes at each layer.

    Returns also True if all prefixes could be kept, so that there are no more.
    """
    layers = distribution.layers
    traits = np.zeros((1, len(layers)), index_dtype(layers))
    log_chances, perturbed, left_out = np.zeros(1), np.zeros(1), -np.inf
    for step in distribution.steps:
        context, rows = step.contexts(traits)
        chosen = np.flatnonzero(step.possible)
        with np.errstate(divide="ignore"):  # log 0 is less than all that can be chosen
            table = np.log(step.table(traits[rows])[:, chosen])
        alive = np.isin(context, np.flatnonzero((table > -np.inf).any(axis=1)))
        traits, context = traits[alive], context[alive]
        prefixes = Prefixes(log_chances[alive], perturbed[alive], context, table)
        places, perturbed = prefixes.best(seed, f"{column}/{layers[step.depth].layer}", count)
        if len(places) == count:
            left_out = max(left_out, perturbed[-1])  # no extension left out has a larger one
        parent, variant = np.divmod(places, len(chosen))
        log_chances = prefixes.log_chances[parent] + table[context[parent], variant]
        traits = traits[parent]
        traits[:, step.depth] = chosen[variant]
    return traits[perturbed >= left_out], left_out == -np.inf


@dataclass(frozen=True)
class Prefixes:
    """The first layers of combinations, and the chances of their next layer.

    Attributes
    ----------
    log_chances, perturbed : (prefixes,); `perturbed` is falling
    context : (prefixes,) row in `table`
    table : (contexts, variants) log probabilities of the next layer
    """

    log_chances: Floats
    perturbed: Floats
    context: Index
    table: Floats

    def best(self, seed: int, column: str, count: int) -> tuple[Index, Floats]:
        """Return the `count` best extensions: prefix * variants + variant, and variate.

        They come largest first; there may be fewer.
        """
        width = self.table.shape[1]
        rows = max(1, CELLS_AT_ONCE // width)
        places, values, least = np.zeros(0, np.intp), np.zeros(0), -np.inf
        for start in range(0, len(self.context), rows):
            if self.perturbed[start] <= least:
                break  # no extension is above its prefix
            children = self.extended(seed, column, start, start + rows).ravel()
            above = np.flatnonzero(children > least)
            places = np.concatenate([places, above + start * width])
            values = np.concatenate([values, children[above]])
            if len(values) > 2 * count:
                least = np.partition(values, -count)[-count]
                kept = values >= least
                places, values = places[kept], values[kept]
        order = largest(values, count)
        return places[order], values[order]

    def extended(self, seed: int, column: str, start: int, stop: int) -> Floats:
        """Draw variates of the extensions of prefixes `start` to `stop`: (prefixes, variants)."""
        chances = self.log_chances[start:stop, None] + self.table[self.context[start:stop]]
        first = start * self.table.shape[1]
        units = random_odds(seed, column, first, first + chances.size)
        gumbel = chances - np.log(-np.log(units.reshape(chances.shape)))
        return with_maximum(gumbel, self.perturbed[start:stop])


def largest(values: Floats, count: int) -> Index:
    """Return where the `count` largest of `values` are, largest first; of equal ones the first."""
    if count < len(values):
        least = np.partition(values, -count)[-count]
        places = np.flatnonzero(values >= least)
    else:
        places = np.arange(len(values))
    order = np.argsort(-values[places], kind="stable")[:count]
    result: Index = places[order]
    return result


def with_maximum(gumbel: Floats, maximum: Floats) -> Floats:
    """Condition each row of Gumbel variates on `maximum`, its largest (ibid., appendix B.3)."""
    largest = gumbel.max(axis=1, keepdims=True)
    with np.errstate(divide="ignore"):  # log 0, of the largest itself, gives the maximum
        gap = maximum[:, None] - gumbel + np.log1p(-np.exp(gumbel - largest))
    result: Floats = maximum[:, None] - np.maximum(gap, 0) - np.log1p(np.exp(-np.abs(gap)))
    return result
