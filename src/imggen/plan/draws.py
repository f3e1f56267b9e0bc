"""Sources of the random words that values are drawn from: a column of words for each value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from imggen.plan.streams import random_words

Words = npt.NDArray[np.uint64]


class Draws(Protocol):
    """A source of words; a word stands for a number in [0, 1), 2**64 times as large."""

    def words(self, column: str, start: int, stop: int) -> Words:
        """Return the words of images `start` to `stop` for the column of this name."""
        ...


@dataclass(frozen=True)
class RandomDraws:
    """Words that depend on nothing but the seed, the column's name and the image's index."""

    seed: int

    def words(self, column: str, start: int, stop: int) -> Words:
        """Return random words: (stop - start,)."""
        return random_words(self.seed, column, start, stop)
