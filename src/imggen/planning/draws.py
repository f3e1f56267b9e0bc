"""Sources of the words that values are drawn from: a column of words for each value.

Which one there is says `dataset.sampling`. In all of them, a word depends on the seed, the column's
name and the image's index only; in Latin hypercubes also on the number of images.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from imggen.planning.permutation import permute
from imggen.planning.sobol import sobol_words
from imggen.planning.streams import random_words, scale_words

if TYPE_CHECKING:  # workers do without it
    from imggen.config import Dataset

Words = npt.NDArray[np.uint64]

WORD_BITS = 64


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


@dataclass(frozen=True)
class SobolDraws:
    """The points of a scrambled Sobol sequence for each sprite, one dimension for each value."""

    seed: int

    def words(self, column: str, start: int, stop: int) -> Words:
        """Return a value of the points `start` to `stop` of a sprite: (stop - start,)."""
        stream, _, value = column.rpartition(".")
        return sobol_words(self.seed, stream, value, start, stop)


@dataclass(frozen=True)
class LatinDraws:
    """A Latin hypercube: of `count` equal parts of [0, 1), each column has a number in each."""

    seed: int
    count: int

    def words(self, column: str, start: int, stop: int) -> Words:
        """Return random words in the parts that a permutation gives images: (stop - start,)."""
        numbers = np.arange(start, stop, dtype=np.uint64)
        part = permute(self.seed, column, self.count, numbers)
        width, rest = divmod(2**WORD_BITS, self.count)
        if self.count == 1:
            return random_words(self.seed, column, start, stop)
        count = np.uint64(self.count)
        first = part * np.uint64(width) + (part * np.uint64(rest) + count - np.uint64(1)) // count
        below = scale_words(
            random_words(self.seed, column, start, stop), np.array([width], np.uint64)
        )
        return first + below


def make_draws(dataset: Dataset, scenes: int) -> Draws:
    """Return the source of the words of `scenes` scenes, as `dataset.sampling` asks."""
    if dataset.sampling == "sobol":
        return SobolDraws(dataset.seed)
    if dataset.sampling == "latin":
        return LatinDraws(dataset.seed, scenes)
    return RandomDraws(dataset.seed)
