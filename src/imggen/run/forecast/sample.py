"""The facts of a dataset before it is made: exact, or from its first segment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from imggen.planning.sampling.frequencies import Frequencies, find_frequencies, find_warnings
from imggen.planning.sampling.splits import shares_of
from imggen.planning.scene_keys import starts_scene
from imggen.planning.value_frequencies import value_frequencies

if TYPE_CHECKING:
    from imggen.planning import Plan, Segments
    from imggen.planning.sampling.distribution import Distribution


@dataclass(frozen=True)
class Sampled:
    """The expected totals of a dataset: exact if it is one segment, else from the first one."""

    segments: Segments

    @cached_property
    def plan(self) -> Plan:
        """The plan of the first segment."""
        return self.segments[0]

    @property
    def exact(self) -> bool:
        """True if the first segment is all there is."""
        return len(self.segments) <= 1

    @property
    def factor(self) -> float:
        """The number of images there are for each that was looked at."""
        return self.segments.count / max(1, self.plan.count)

    @cached_property
    def distinct(self) -> int:
        """The number of distinct scenes."""
        if self.exact:
            return self.plan.distinct
        starts = np.flatnonzero(starts_scene(self.plan.keys, self.plan.order))
        return expected_distinct(np.diff(starts, append=self.plan.count), self.segments.count)

    def scaled(self, counts: dict[str, int]) -> dict[str, int]:
        """Return `counts` of images of the plan as those of all images."""
        return {name: round(count * self.factor) for name, count in counts.items()}

    def splits(self) -> dict[str, int]:
        """Return how many images each split has."""
        splits, count = self.segments.config.split, self.segments.count
        if not splits:
            return {}
        if self.exact or not self.segments.maker.source.alone or splits[0].count is not None:
            sizes = self.segments.split_counts.sum(axis=0).tolist()
        elif self.segments.config.dataset.scenes_first is None:
            sizes = np.rint(shares_of(splits) * count).astype(np.int64).tolist()
        else:
            found = np.bincount(self.plan.splits, minlength=len(splits))
            sizes = np.rint(found * self.factor).astype(np.int64).tolist()
        return {split.name: size for split, size in zip(splits, sizes, strict=True)}

    def frequencies(self) -> tuple[list[Frequencies], list[str]]:
        """Return how often variants come, and sentences on what is unusual there."""
        found: list[Frequencies] = []
        warnings: list[str] = []
        for distribution, counted in self.counted():
            own = counted if self.counts_all else [self.expected(one) for one in counted]
            found += own
            warnings += find_warnings(self.segments.config.dataset, distribution, own)
        return [*found, *self.values()], warnings

    def values(self) -> Iterator[Frequencies]:
        """Yield how often values of `vary` come, where not all are alike."""
        if not self.counts_all or self.exact:
            for one in value_frequencies(self.segments.maker.columns, self.plan):
                yield replace(one, planned=np.rint(one.planned * self.factor).astype(np.int64))

    @property
    def counts_all(self) -> bool:
        """True if frequencies are counted over all images: the first ones of a grid are alike."""
        return self.exact or self.segments.maker.source.exhaustive

    def counted(self) -> list[tuple[Distribution, list[Frequencies]]]:
        """Return the distribution and the frequencies of each split, of all images or a segment."""
        found: dict[str, tuple[Distribution, list[Frequencies]]] = {}
        for plan in self.segments if self.counts_all else [self.plan]:
            for split, distribution, traits in plan.parts():
                own = find_frequencies(distribution, traits, split, self.segments.slots)
                if split in found:
                    pairs = zip(found[split][1], own, strict=True)
                    own = [replace(a, planned=a.planned + b.planned) for a, b in pairs]
                found[split] = distribution, own
        return list(found.values())

    def expected(self, one: Frequencies) -> Frequencies:
        """Return `one`, of images of the plan, with what is expected of all images."""
        drawn = self.segments.maker.source.alone and self.segments.family == 1
        total = float(one.planned.sum())
        counts = total * one.exact if drawn and one.exact.any() else one.planned
        return replace(one, planned=np.rint(counts * self.factor).astype(np.int64))

    def notes(self) -> Iterator[str]:
        """Yield a sentence on what is not exact."""
        if not self.exact:
            yield (
                f"counts are expected from the first {self.plan.count:,} of "
                f"{self.segments.count:,} images."
            )


def expected_distinct(repeats: np.ndarray[tuple[int], np.dtype[np.int64]], count: int) -> int:
    """Return how many distinct scenes `count` images have, of some with so many `repeats` of each.

    Source: Chao and others, "Rarefaction and extrapolation with Hill numbers", Ecological
    Monographs 2014, equations 9 and A7.
    """
    found, images = len(repeats), int(repeats.sum())
    once, twice = (Counter(np.minimum(repeats, 3).tolist())[k] for k in (1, 2))
    unseen = once**2 / (2 * twice) if twice else once * (once - 1) / 2
    if not unseen:
        return found
    seen = 1 - once / (images * unseen + once)
    return min(count, round(found + unseen * (1 - seen ** (count - images))))
