"""Totals over all segments of a dataset, gathered one segment after the other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from imggen.planning.plan import Plan
from imggen.planning.scene_keys import hash_scenes

MOST_DIGESTS = 2**20  # more distinct scenes than that are estimated, to about 0.1 %
LAST_DIGEST = 2**64 - 1


@dataclass
class Totals:
    """The totals of the segments so far.

    The distinct scenes of several segments are counted by digests of 64 bits. Only the smallest
    digests are kept; how close together these are tells how many there are. Source: Bar-Yossef
    and others, "Counting Distinct Elements in a Data Stream", RANDOM 2002.

    Attributes
    ----------
    images : the number of images
    crowded, dropped : as in `Plan`
    """

    images: int = 0
    crowded: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    _single: int | None = None
    _digests: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))

    def add(self, plan: Plan, *, alone: bool = False) -> None:
        """Add a segment; with `alone`, it is the only one, and no digests are needed."""
        self.images += plan.count
        for total, own in ((self.crowded, plan.crowded), (self.dropped, plan.dropped)):
            total.update(dict.fromkeys(own, 0))
            total.update(own)
        if alone:
            self._single = plan.distinct
        else:
            digests = hash_scenes(plan.keys)
            if len(self._digests) == MOST_DIGESTS:
                digests = digests[digests < self._digests[-1]]
            self._digests = different(np.concatenate([self._digests, digests]))[:MOST_DIGESTS]

    @property
    def distinct(self) -> int:
        """The number of distinct scenes; an estimate if there are more than MOST_DIGESTS."""
        if self._single is not None:
            return self._single
        if len(self._digests) < MOST_DIGESTS:
            return len(self._digests)
        estimate = (MOST_DIGESTS - 1) * LAST_DIGEST // int(self._digests[-1])
        return min(estimate, self.images)


def different(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Sort `numbers` in place, and return the different ones.

    NumPy's own `unique` hashes them, which is slower.
    """
    numbers.sort()
    differs = np.ones(len(numbers), bool)
    differs[1:] = numbers[1:] != numbers[:-1]
    result: npt.NDArray[np.uint64] = numbers[differs]
    return result
