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
from imggen.plan.step import Forbidden
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
        As `make_distribution`, and if a split holds out what it never shows, or what others hold
        out leaves layers without their counts.
    """
    if not config.split:
        return (make_distribution(config, layers),)
    if config.dataset.scenes_first:
        forbidden = tuple(homeless(held_out))
        check_counts(config, layers, forbidden)
        shared = make_distribution(config, layers, None, forbidden)
        distributions = (shared,) * len(config.split)
    else:
        distributions = split_distributions(config, layers, held_out)
    for held in held_out:
        held.check_possible(distributions[held.split])
    return distributions


def check_counts(
    config: Config, layers: Sequence[Variants], forbidden: Sequence[Forbidden]
) -> None:
    """Refuse what splits hold out from each other where that keeps layers from having counts."""
    for one in forbidden:
        counted = all(config.layer[depth].counts is not None for depth in one.variants)
        if counted and all(
            (layers[depth].probabilities[mask] > 0).any() for depth, mask in one.variants.items()
        ):
            names = " and ".join(layers[depth].layer for depth in sorted(one.variants))
            message = (
                f"{one.called} rule out combinations of {names}, which all have counts; expected a "
                "layer without counts, which can give way."
            )
            raise PlanError(message)


def split_distributions(
    config: Config, layers: Sequence[Variants], held_out: Sequence[HeldOut]
) -> Distributions:
    """The distribution of each split; one object for splits of equal settings without rules."""
    made: dict[int, Distribution] = {}
    for places in group_alike(config):
        for place in places:
            split = config.split[place]
            if place == places[0] or split.rule or split.correlate:  # which are called after it
                forbidden = [held.forbidden for held in held_out if not held.holders[place]]
                made[place] = make_distribution(config, layers, split, forbidden)
            else:
                made[place] = made[places[0]]
    return tuple(made[place] for place in range(len(config.split)))


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
    if config.dataset.scenes_first:
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
