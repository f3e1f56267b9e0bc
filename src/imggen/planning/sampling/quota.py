"""Draw exact counts: each variant as often as its probability says, rounded, in shuffled order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.errors import PlanError
from imggen.planning.groups import Index, Traits, members
from imggen.planning.sampling.distribution import Distribution, index_dtype
from imggen.planning.sampling.step import Chances, Step, Table
from imggen.planning.sampling.walk import say_dead_end
from imggen.planning.streams import ends_of, random_words

Ints = npt.NDArray[np.int64]


def quota_traits(seed: int, count: int, distribution: Distribution) -> Traits:
    """Draw the traits of `count` images: (count, layers) uint8 or uint16.

    Each group of images that rules tell apart has exact counts of its own.

    Raises
    ------
    PlanError
        If an image leaves a layer no variant, which some may where not all can be known.
    """
    layers = distribution.layers
    traits = np.zeros((count, len(layers)), index_dtype(layers))
    draw_quota_steps(seed, layers, distribution.steps, traits, np.arange(count))
    return traits


def draw_quota_steps(
    seed: int, layers: Sequence[Variants], steps: Sequence[Step], traits: Traits, images: Index
) -> None:
    """Draw the layers of `steps` for `images` (n,), rising, into `traits` (n, layers).

    Raises
    ------
    PlanError
        As `quota_traits`.
    """
    for step in steps:
        words = random_words(seed, layers[step.depth].stream, *ends_of(images))
        shuffled = np.argsort(words[images - images[:1]], kind="stable")
        traits[:, step.depth] = quota_column(layers, step, traits, shuffled)


def quota_column(layers: Sequence[Variants], step: Step, traits: Traits, shuffled: Index) -> Index:
    """Draw the variants of one layer, given `traits`: (images,), in the order `shuffled`.

    Later groups make up for what rounding gives a group too much or too little of a variant.
    """
    context, rows = step.contexts(traits)
    table = step.table(traits[rows])
    dead = np.flatnonzero(~table.any(axis=1))
    if len(dead):
        raise PlanError(
            'dataset.sampling is "quota", which draws no image again, and '
            f"{say_dead_end(layers, step, traits[rows[dead[0]]])}"
        )
    return deal(context, table, shuffled, np.zeros(table.shape[1]))


def deal(context: Index, table: Table, shuffled: Index, owed: Chances) -> Index:
    """Give each image a variant, in the order `shuffled`: (images,).

    Each group of images has the shares of its row of `table`, (contexts, variants). What is `owed`
    to variants from before, (variants,), is made up for, and becomes what is owed after.
    """
    groups = [shuffled[places] for places in members(context[shuffled], len(table))]
    _, first = np.unique(context[shuffled], return_index=True)
    column = np.empty(len(context), np.intp)
    for k in np.argsort(first).tolist():
        images = groups[k]
        counts = largest_remainder(table[k], len(images), owed)
        owed += table[k] * len(images) - counts
        column[images] = np.repeat(np.arange(len(counts)), counts)
    return column


def largest_remainder(probabilities: Chances, count: int, owed: Chances | float = 0.0) -> Ints:
    """Split `count` by `probabilities` in whole numbers (Hamilton's method).

    The first wins ties. What is `owed` to a variant from before counts with its remainder, but each
    gets its share rounded up or down.
    """
    exact = probabilities * count
    counts = np.floor(exact + 1e-9).astype(np.int64)  # so that 0.3 * 10 is 3, whatever its last bit
    short = count - int(counts.sum())
    remainder = np.round(exact - counts, 9)
    claims = np.where(remainder > 0, remainder + np.round(owed, 9), -np.inf)
    counts[np.argsort(-claims, kind="stable")[:short]] += 1
    return counts
