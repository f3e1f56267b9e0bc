"""What every scene shows and which split it is in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from imggen.assets import Variants
from imggen.config import Config
from imggen.errors import PlanError
from imggen.plan.distribution import Distribution, index_dtype
from imggen.plan.groups import Index, Traits, group_rows
from imggen.plan.held_out import HeldOut, homeless
from imggen.plan.matching import Mask
from imggen.plan.rules import make_distribution
from imggen.plan.splits import Splits, shuffled, split_by_traits, split_scenes
from imggen.plan.traits import check_most, draw_traits
from imggen.plan.unique import unique_traits

Distributions = tuple[Distribution, ...]  # one per split; one in all where there are none


def make_distributions(
    config: Config, layers: Sequence[Variants], held_out: Sequence[HeldOut]
) -> Distributions:
    """The distribution of each split; the same for all where what is shown decides the split.

    Raises
    ------
    PlanError
        As `make_distribution`, and if a split holds out what it never shows.
    """
    if not config.split:
        return (make_distribution(config, layers),)
    if config.scenes_first:
        shared = make_distribution(config, layers, None, tuple(homeless(held_out)))
        distributions = (shared,) * len(config.split)
    else:
        distributions = tuple(
            make_distribution(
                config, layers, split, [h.forbidden for h in held_out if not h.holders[place]]
            )
            for place, split in enumerate(config.split)
        )
    for held in held_out:
        held.check_possible(distributions[held.split])
    return distributions


def draw_scenes(
    config: Config, distributions: Distributions, held_out: Sequence[HeldOut], scenes: int
) -> tuple[Traits, Splits]:
    """The traits (scenes, layers) and the splits (scenes,) of so many scenes.

    Sampling "all" makes as many as there are.

    Raises
    ------
    PlanError
        If there are not enough different combinations, or too many images.
    """
    dataset = config.dataset.model_copy(update={"count": scenes})
    if not config.split:
        traits = draw_traits(dataset, distributions[0])
        return traits, np.zeros(len(traits), np.uint8)
    if config.scenes_first:
        traits = draw_traits(dataset, distributions[0])
        if config.split[0].count is not None:
            return traits, split_scenes(config, len(traits))
        return traits, split_by_traits(config, distributions[0].layers, held_out, traits)
    check_most(dataset)
    splits = split_scenes(config, scenes)
    draw = draw_unique if dataset.unique else draw_random
    return draw(config, distributions, splits), splits


def draw_random(config: Config, distributions: Distributions, splits: Splits) -> Traits:
    """The traits of scenes of `splits`, each drawn for itself: (scenes, layers)."""
    traits = np.zeros((len(splits), len(config.layer)), index_dtype(distributions[0].layers))
    for place, distribution in enumerate(distributions):
        scenes = np.flatnonzero(splits == place)
        traits[scenes] = distribution.draw_some(config.dataset.seed, scenes)
    return traits


def draw_unique(config: Config, distributions: Distributions, splits: Splits) -> Traits:
    """The traits of scenes of `splits`, no two alike: (scenes, layers).

    Splits with equal settings are drawn as one, the others one after the other, beginning with
    that which has the fewest combinations to choose from.
    """
    traits = np.zeros((len(splits), len(config.layer)), index_dtype(distributions[0].layers))
    taken = traits[:0]
    alike = group_alike(config)
    counts = [distribution.count_combinations() for distribution in distributions]
    possible = [np.inf if count is None else count for count in counts]
    for places in sorted(alike, key=lambda places: possible[places[0]]):
        scenes = np.flatnonzero(np.isin(splits, places))
        if not len(scenes):
            continue
        distribution = distributions[places[0]]
        most = len(scenes) + len(taken)
        names = [config.split[place].name for place in places]
        column = "unique" if len(alike) == 1 else f"unique/{names[0]}"
        drawn = unique_traits(config.dataset.seed, most, distribution, column)
        fresh = drawn[~is_in(drawn, taken, distribution.layers)]
        check_enough(names, len(scenes), len(fresh), others=len(alike) > 1)
        traits[scenes] = fresh[deal(config, splits[scenes])]
        taken = np.concatenate([taken, traits[scenes]])
    return traits


def deal(config: Config, splits: Splits) -> Index:
    """Which of as many draws each scene of these `splits` gets: (scenes,).

    Draws become rarer one after the other. By shares, the splits are mixed already; those by
    counts, which lie behind one another, take turns in an order that depends on the seed.
    """
    if config.split[0].count is None:
        return np.arange(len(splits))
    return np.argsort(splits[shuffled(config, len(splits))], kind="stable")


def group_alike(config: Config) -> list[list[int]]:
    """The places of splits, those that have one distribution together."""
    alike: dict[str, list[int]] = {}
    for place, split in enumerate(config.split):
        own = split.model_dump_json(exclude={"name", "share", "count"})
        alike.setdefault(own, []).append(place)
    return list(alike.values())


def is_in(some: Traits, others: Traits, layers: Sequence[Variants]) -> Mask:
    """Which rows of `some` are among `others`: (rows,)."""
    apart: dict[int, Index] = {d: np.arange(len(v.names)) for d, v in enumerate(layers)}
    number, rows = group_rows(np.concatenate([others, some]), apart)
    seen = np.zeros(len(rows), bool)
    seen[number[: len(others)]] = True
    return seen[number[len(others) :]]


def check_enough(names: Sequence[str], wanted: int, found: int, *, others: bool) -> None:
    """Refuse splits that want more different combinations than have been `found` for them."""
    if found < wanted:
        left = "that the splits drawn before leave" if others else "that there are"
        message = (
            f"dataset.unique is true, and {' and '.join(f'split.{name}' for name in names)} "
            f"{'needs' if len(names) == 1 else 'need'} {wanted:,} different combinations of the "
            f"{found:,} {left}; lower the count or add variants."
        )
        raise PlanError(message)
