"""Which split every image is in.

As a rule that is decided first, and each split has a distribution of its own. Where the settings
ask for it (`Dataset.scenes_first`), images are drawn as without splits, and what they show decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config import Config
from imggen.config.image_name import SPLIT
from imggen.errors import PlanError
from imggen.plan.groups import Index, Traits, group_rows, members
from imggen.plan.held_out import HeldOut, permitted_splits
from imggen.plan.seats import ranks, seats
from imggen.plan.step import matches, upper_bounds
from imggen.plan.streams import as_units, random_units, random_words

Splits = npt.NDArray[np.unsignedinteger[Any]]  # (images,), place in the configuration
Shares = npt.NDArray[np.float64]  # (splits,), summing to 1


def split_scenes(config: Config, scenes: int) -> Splits:
    """The split of each of `scenes`, whatever they show: (scenes,).

    By shares, each scene's is drawn from a stream of its own; by counts, the splits lie behind one
    another.
    """
    shares = shares_of(config)
    dtype = np.min_scalar_type(len(shares) - 1)
    if config.split[0].count is not None:
        counts = np.round(shares * scenes).astype(np.intp)
        return np.repeat(np.arange(len(shares), dtype=dtype), counts)
    units = random_units(config.dataset.seed, SPLIT, 0, scenes)
    bounds = upper_bounds(shares[None])[0]
    return np.searchsorted(bounds, units, side="right").astype(dtype)


def shares_of(config: Config) -> Shares:
    """The part of all images that each split gets."""
    sizes = np.array([split.share or split.count for split in config.split], np.float64)
    shares: Shares = sizes / sizes.sum()
    return shares


def shuffled(config: Config, scenes: int) -> Index:
    """The places of `scenes` in an order that depends on the seed."""
    return np.argsort(random_words(config.dataset.seed, SPLIT, 0, scenes), kind="stable")


def split_by_traits(
    config: Config, layers: Sequence[Variants], held_out: Sequence[HeldOut], traits: Traits
) -> Splits:
    """The split of each scene by what it shows, (scenes, layers): (scenes,).

    What is held out goes to the splits that hold it. The shares are of the scenes that all splits
    may show, and of the others among the splits that may show them.
    """
    shares = shares_of(config)
    group, permitted = permitted_splits(held_out, len(shares), traits)
    splits = np.zeros(len(traits), np.min_scalar_type(len(shares) - 1))
    for rows, allowed in zip(members(group, len(permitted)), permitted, strict=True):
        own = np.where(allowed, shares, 0)
        check_home(layers, held_out, traits[rows][0], own)
        splits[rows] = share_out(config, layers, own / own.sum(), traits[rows])
    return splits


def check_home(
    layers: Sequence[Variants], held_out: Sequence[HeldOut], row: Traits, shares: Shares
) -> None:
    """Refuse a scene, (layers,), that no split may show, so that all `shares` of it are 0."""
    if shares.any():
        return
    holding = dict.fromkeys(h.called for h in held_out if matches(h.variants, row[None])[0])
    shown = ", ".join(f"{v.layer} {v.names[k]}" for v, k in zip(layers, row, strict=True))
    message = (
        f"{shown}: {' and '.join(holding)} hold it out from each other, so "
        "that no split may show it; forbid the combination, or hold it out in one split."
    )
    raise PlanError(message)


def share_out(config: Config, layers: Sequence[Variants], shares: Shares, traits: Traits) -> Index:
    """The splits of scenes that show `traits`, (scenes, layers), by these shares: (scenes,)."""
    dataset = config.dataset
    if dataset.disjoint == "combinations" and dataset.sampling != "all":
        units = combination_units(config, layers, traits)
        return np.searchsorted(upper_bounds(shares[None])[0], units, side="right")
    depths = [d for d, v in enumerate(layers) if v.layer in (dataset.stratify or ())]
    stratum, _ = group_rows(traits, {d: np.arange(len(layers[d].names)) for d in depths})
    order = shuffled(config, len(traits)) if dataset.sampling == "all" else slice(None)
    turn = np.empty(len(traits), np.intp)
    turn[order] = ranks(stratum[order])
    return seats(shares, int(turn.max()) + 1)[turn]


def combination_units(
    config: Config, layers: Sequence[Variants], traits: Traits
) -> npt.NDArray[np.float64]:
    """A random number in [0, 1) for each combination of variants, (scenes, layers): (scenes,).

    Each variant stands for a random word, and they are mixed (by the finaliser of SplitMix64), not
    only added: which split "axe" makes of one background says nothing of another. Images of a pair
    have the same number. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number
    generators", OOPSLA 2014.
    """
    words = np.zeros(len(traits), np.uint64)
    for depth, variants in enumerate(layers):
        if variants.layer != config.dataset.pair:
            column = f"{SPLIT}/{variants.layer}"
            own = random_words(config.dataset.seed, column, 0, len(variants.names))
            words = mixed(words + own[traits[:, depth]])
    return as_units(words)


def mixed(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """`words` with each bit depending on all bits of the same word."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        words = (words ^ (words >> np.uint64(shift))) * np.uint64(factor)
    return words ^ (words >> np.uint64(31))
