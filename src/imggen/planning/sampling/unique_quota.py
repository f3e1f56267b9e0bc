"""Draw exact counts without drawing a combination twice.

Exact counts are drawn as always. Where two images show the same, variants change places between
images until none do, which leaves all counts as they are. If combinations are too scarce for that,
the layers are filled one after the other, as a transport problem that gives no prefix more images
than there are ways to go on from it. For two layers this finds a solution if there is one. For
more, none is known that always does and is fast; few combinations are searched through.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from imggen.errors import PlanError
from imggen.planning.groups import Index, Traits, group_columns, group_rows
from imggen.planning.sampling.distribution import Distribution, index_dtype
from imggen.planning.sampling.exact_search import find_combinations
from imggen.planning.sampling.flow import NoTableError, fill_table
from imggen.planning.sampling.quota import largest_remainder, quota_traits
from imggen.planning.sampling.step import Step
from imggen.planning.sampling.unique import check_unique
from imggen.planning.sampling.ways import ways_on
from imggen.planning.streams import random_words

Ints = npt.NDArray[np.int64]

ROUNDS = 100  # of changing places
ATTEMPTS = 5  # to fill the layers, each in another order
MOST_SEARCHED = 48  # combinations


def unique_quota_traits(seed: int, count: int, distribution: Distribution) -> Traits:
    """Draw the traits of `count` images, no two alike, with exact counts: (count, layers).

    Raises
    ------
    PlanError
        If there are too few combinations, of all or of those with some variant, or if none with
        these counts were found.
    """
    possible = distribution.count_combinations()
    if possible is not None:
        check_unique(count, possible, distribution)
    traits = quota_traits(seed, count, distribution)
    if change_places(seed, distribution, traits):
        return traits
    for attempt in range(ATTEMPTS):
        filled = fill_layers(seed, count, distribution, attempt)
        if filled is not None:
            words = random_words(seed, f"unique/{attempt}", 0, count)
            return filled[np.argsort(words, kind="stable")]
    found = search(distribution, traits, possible)
    if found is None:
        raise PlanError(say_why(count, distribution, traits))
    return found[np.argsort(random_words(seed, "unique", 0, count), kind="stable")]


# --- change places --------------------------------------------------------------------------------


def change_places(seed: int, distribution: Distribution, traits: Traits) -> bool:
    """Exchange variants within columns of `traits` until no two rows are alike.

    Only rows that the rules treat alike exchange variants, so all counts stay. Returns False if
    some rows are still alike after many rounds.
    """
    repeats = find_repeats(distribution, traits)
    for number in range(ROUNDS):
        if not len(repeats):
            return True
        step = distribution.steps[number % len(distribution.steps)]
        words = random_words(seed, f"unique/places/{number}", 0, 2 * len(traits))
        before = traits[:, step.depth].copy()
        some = partners(repeats, words[: len(traits)])
        exchange(distribution, step, traits, some, words[len(traits) :])
        left = find_repeats(distribution, traits)
        if len(left) <= len(repeats):
            repeats = left
        else:
            traits[:, step.depth] = before
    return not len(repeats)


def find_repeats(distribution: Distribution, traits: Traits) -> Index:
    """Return the rows of `traits` that an earlier one is like."""
    apart = {d: np.arange(len(layer.names)) for d, layer in enumerate(distribution.layers)}
    _, first = group_rows(traits, apart)
    return np.setdiff1d(np.arange(len(traits)), first)


def partners(repeats: Index, words: npt.NDArray[np.uint64]) -> Index:
    """Return `repeats` and as many other rows at random, in rising order."""
    others = np.argsort(words, kind="stable")[: 2 * len(repeats)]
    return np.union1d(repeats, others)


def exchange(
    distribution: Distribution,
    step: Step,
    traits: Traits,
    rows: Index,
    words: npt.NDArray[np.uint64],
) -> None:
    """Shuffle the variants that some rows show in one layer, among rows that rules treat alike."""
    context, _ = step.contexts(traits[rows])
    shown = traits[rows, step.depth]
    later = [one.classes[step.depth] for one in distribution.steps if step.depth in one.classes]
    columns = [(context, int(context.max()) + 1)]
    columns += [(classes[shown], int(classes.max()) + 1) for classes in later]
    group, _ = group_columns(len(rows), columns)
    in_order = np.argsort(group, kind="stable")
    shuffled = np.lexsort([words[rows], group])
    traits[rows[in_order], step.depth] = shown[shuffled]


# --- fill layer by layer --------------------------------------------------------------------------


def fill_layers(seed: int, count: int, distribution: Distribution, attempt: int) -> Traits | None:
    """Give each layer its counts, so that all rows can still differ: (count, layers); or None."""
    layers = distribution.layers
    traits = np.zeros((1, len(layers)), index_dtype(layers))
    sizes = np.array([count])
    for k, step in enumerate(distribution.steps):
        order = np.argsort(random_words(seed, f"unique/fill/{attempt}/{k}", 0, len(sizes)))
        try:
            table = fill_step(step, distribution.steps[k + 1 :], traits[order], sizes[order])
        except NoTableError:
            return None
        row, variant = np.nonzero(table)
        traits, sizes = traits[order][row], table[row, variant]
        traits[:, step.depth] = variant
    return traits


def fill_step(step: Step, later: Sequence[Step], traits: Traits, sizes: Ints) -> Ints:
    """Divide the images of each prefix, `sizes` (n,), among the variants of a layer: (n, variants).

    Raises
    ------
    NoTableError
        If the counts leave some prefix more images than there are ways to go on.
    """
    context, rows = step.contexts(traits)
    chances = step.table(traits[rows])
    table = np.zeros((len(traits), chances.shape[1]), np.int64)
    owed = np.zeros(chances.shape[1])
    for number in range(len(rows)):
        own = np.flatnonzero(context == number)
        total = int(sizes[own].sum())
        counts = largest_remainder(chances[number], total, owed)
        owed += chances[number] * total - counts
        most = np.minimum(ways_after(step, later, traits[own]), sizes[own, None])
        most[:, chances[number] == 0] = 0
        shares = sizes[own, None] * counts // max(1, total)
        table[own] = fill_table(sizes[own], counts, most, np.minimum(shares, most))
    return table


def ways_after(step: Step, later: Sequence[Step], traits: Traits) -> Ints:
    """Count the ways to go on from each prefix and each variant of `step`: (n, variants)."""
    width = len(step.probabilities)
    longer = np.repeat(traits, width, axis=0)
    longer[:, step.depth] = np.tile(np.arange(width), len(traits))
    drawn = set(range(traits.shape[1])) - {one.depth for one in later}
    return ways_on(later, longer, drawn).reshape(len(traits), width)


# --- few combinations, and why there are none -----------------------------------------------------


def search(distribution: Distribution, traits: Traits, possible: int | None) -> Traits | None:
    """Go through the sets of few combinations for one with the counts that `traits` have."""
    ruled = distribution.conditionals or distribution.forbidden
    if ruled or possible is None or possible > MOST_SEARCHED:
        return None
    return find_combinations(distribution, traits)


def say_why(count: int, distribution: Distribution, traits: Traits) -> str:
    """Return the sentence on counts that cannot be met by different combinations."""
    for depth, layer in enumerate(distribution.layers):
        counts = np.bincount(traits[:, depth], minlength=len(layer.names))
        states = distribution.scenes_by_class({depth: np.arange(len(layer.names))})
        ways = dict(zip(states.traits[:, depth].tolist(), states.ways.tolist(), strict=True))
        for variant in np.flatnonzero(counts).tolist():
            if counts[variant] > ways.get(variant, 0):
                return (
                    f'dataset.unique is true and dataset.sampling is "quota", by which '
                    f"{counts[variant]:,} of {count:,} images show {layer.layer} "
                    f'"{layer.names[variant]}", but only {ways.get(variant, 0):,} different '
                    "combinations do; lower the count, or how likely it is."
                )
    return (
        f'dataset.unique is true and dataset.sampling is "quota", but no {count:,} different '
        "combinations with the exact counts of all layers were found; lower the count, or give "
        "layers with few variants more even probabilities."
    )
