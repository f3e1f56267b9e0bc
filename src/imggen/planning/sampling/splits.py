"""Assign images to splits.

As a rule splits come first, and each has a distribution of its own. If the settings ask for it
(`scenes_first`), scenes are drawn as if there were no splits, and what they show decides. Or some
layers are drawn so, and decide, and the others are drawn as each split has them
(`decides_partly`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config import Dataset, Split
from imggen.config.image_name import SPLIT
from imggen.errors import PlanError
from imggen.planning.groups import Index, Traits, group_rows, members, number
from imggen.planning.matching import Mask
from imggen.planning.sampling.apportion import apportion, ranks
from imggen.planning.sampling.flow import NoTableError
from imggen.planning.sampling.held_out import HeldOut, permitted_splits
from imggen.planning.sampling.quota import largest_remainder
from imggen.planning.sampling.step import matches, upper_bounds
from imggen.planning.sampling.strata import split_strata
from imggen.planning.streams import as_units, random_units, random_words

Splits = npt.NDArray[np.unsignedinteger[Any]]  # (images,), place in the configuration
Shares = npt.NDArray[np.float64]  # (splits,), summing to 1


def assign_splits(
    seed: int, splits: Sequence[Split], scenes: int, part: slice = slice(None)
) -> Splits:
    """Assign each of `scenes`, or of a `part` of them, to a split, whatever it shows: (n,).

    By shares, each scene's split is drawn from a stream of its own; by counts, the splits follow
    one another.
    """
    shares = shares_of(splits)
    dtype = np.min_scalar_type(len(shares) - 1)
    start, stop, _ = part.indices(scenes)
    if splits[0].count is not None:
        ends = np.cumsum(np.round(shares * scenes).astype(np.int64))
        return np.searchsorted(ends, np.arange(start, stop), side="right").astype(dtype)
    units = random_units(seed, SPLIT, start, stop)
    bounds = upper_bounds(shares[None])[0]
    return np.searchsorted(bounds, units, side="right").astype(dtype)


def shares_of(splits: Sequence[Split]) -> Shares:
    """Return each split's share of all images: (splits,)."""
    sizes = np.array([split.share or split.count for split in splits], np.float64)
    shares: Shares = sizes / sizes.sum()
    return shares


def shuffled(seed: int, scenes: int) -> Index:
    """Return the numbers of `scenes` in an order that depends on the seed: (scenes,)."""
    return np.argsort(random_words(seed, SPLIT, 0, scenes), kind="stable")


@dataclass(frozen=True)
class TraitSplitter:
    """Assigns scenes to splits by what they show.

    Attributes
    ----------
    dataset : its `disjoint` and `stratify` say by what
    exhaustive : the scenes are all combinations, in order
    shares : (splits,) float64, of all scenes
    held_out : combinations that only some splits may show
    deciding : depths of layers that divide scenes into strata, besides those of `stratify`
    redrawn : depths of the layers that show other variants within a family
    names : of the splits
    """

    dataset: Dataset
    exhaustive: bool
    layers: Sequence[Variants]
    shares: Shares
    held_out: Sequence[HeldOut]
    deciding: tuple[int, ...] = ()
    redrawn: tuple[int, ...] = ()
    names: Sequence[str] = ()

    def split(self, traits: Traits) -> Splits:
        """Assign scenes that show `traits`, (scenes, layers), to splits: (scenes,).

        A combination that is held out goes to the splits that hold it. The shares are of the
        scenes that all splits may show, and of the others among the splits that may show them.

        Raises
        ------
        PlanError
            If no split may show a scene.
        """
        group, permitted = permitted_splits(self.held_out, len(self.shares), traits)
        splits = np.zeros(len(traits), np.min_scalar_type(len(self.shares) - 1))
        for rows, allowed in zip(members(group, len(permitted)), permitted, strict=True):
            own = np.where(allowed, self.shares, 0)
            if not own.any():
                raise PlanError(self.say_excluded(traits[rows][0]))
            splits[rows] = self.share_out(own / own.sum(), traits[rows])
        return splits

    def say_excluded(self, row: Traits) -> str:
        """Return the sentence on a scene, (layers,), that no split may show."""
        holding = dict.fromkeys(
            h.called for h in self.held_out if matches(h.variants, row[None])[0]
        )
        shown = ", ".join(f"{v.layer} {v.names[k]}" for v, k in zip(self.layers, row, strict=True))
        return (
            f"{shown}: {' and '.join(holding)} hold it out from each other, so "
            "that no split may show it; forbid the combination, or hold it out in one split."
        )

    def share_out(self, shares: Shares, traits: Traits) -> Index:
        """Assign scenes that show `traits`, (scenes, layers), by these shares: (scenes,)."""
        if self.dataset.disjoint == "combinations" and not self.exhaustive:
            bounds = upper_bounds(shares[None])[0]
            return np.searchsorted(bounds, self.combination_units(traits), side="right")
        stratum, _ = self.strata(traits)
        order = shuffled(self.dataset.seed, len(traits)) if self.exhaustive else slice(None)
        turn = np.empty(len(traits), np.intp)
        turn[order] = ranks(stratum[order])
        return apportion(shares, int(turn.max()) + 1)[turn]

    def strata(self, traits: Traits) -> tuple[Index, Index]:
        """Group scenes, (scenes, layers), by strata: the stratum of each, and a row of each."""
        stratified = self.dataset.stratify or ()
        classes = {
            depth: np.arange(len(layer.names))
            for depth, layer in enumerate(self.layers)
            if layer.layer in stratified or depth in self.deciding
        }
        return group_rows(traits, classes)

    def split_exactly(self, traits: Traits) -> Splits:
        """Assign scenes that show `traits`, (scenes, layers), to splits by shares: (scenes,).

        Each split has its share of all scenes, rounded, and of the scenes of each stratum that it
        may show.

        Raises
        ------
        PlanError
            If a scene can be in no split, or only in splits that have too few images.
        """
        sizes = largest_remainder(self.shares, len(traits))
        group, permitted = permitted_splits(self.held_out, len(self.shares), traits)
        excluded = np.flatnonzero(np.count_nonzero(permitted, axis=1)[group] == 0)
        if len(excluded):
            raise PlanError(self.say_excluded(traits[excluded[0]]))
        stratum, _ = self.strata(traits)
        cell, rows = number(
            stratum * len(permitted) + group, (int(stratum.max()) + 1) * len(permitted)
        )
        try:
            return split_strata(self.dataset.seed, cell, sizes, permitted[group[rows]])
        except NoTableError as error:
            needed = int(np.count_nonzero(error.rows[cell]))
            raise PlanError(self.say_too_few(needed, sizes, error.columns)) from None

    def say_too_few(self, needed: int, sizes: npt.NDArray[np.int64], splits: Mask) -> str:
        """Return the sentence on images that fit only into `splits`, which are too small."""
        names = [name for name, one in zip(self.names, splits, strict=True) if one]
        has = "has" if len(names) == 1 else "have"
        return (
            f"{needed:,} images can only be in {' and '.join(names)}, as no other split holds out "
            f"what they show, but {' and '.join(names)} {has} {int(sizes[splits].sum()):,} images; "
            "change the counts of the splits, or how likely what is held out is."
        )

    def combination_units(self, traits: Traits) -> npt.NDArray[np.float64]:
        """Return a random number in [0, 1) for each combination, (scenes, layers): (scenes,).

        Each variant stands for a random word, and the words are mixed (by the finaliser of
        SplitMix64), not only added: the split that "axe" makes of one background says nothing of
        another. Images of a family have the same number. Source: Steele, Lea, Flood, "Fast
        splittable pseudorandom number generators", OOPSLA 2014.
        """
        words = np.zeros(len(traits), np.uint64)
        for depth, layer in enumerate(self.layers):
            if depth not in self.redrawn:
                column = f"{SPLIT}/{layer.layer}"
                own = random_words(self.dataset.seed, column, 0, len(layer.names))
                words = mixed(words + own[traits[:, depth]])
        return as_units(words)


def mixed(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Make each bit of a word depend on all its bits."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        words = (words ^ (words >> np.uint64(shift))) * np.uint64(factor)
    return words ^ (words >> np.uint64(31))
