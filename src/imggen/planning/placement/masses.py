"""The probability of each whole px along an axis, where not all are alike likely."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt

from imggen.config.levels import DEVIATIONS, normal_mass
from imggen.config.positions import Positions
from imggen.planning.draws import Words
from imggen.planning.streams import as_units

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AxisMass:
    """The probabilities of positions along an axis.

    Attributes
    ----------
    positions : (n,) int64, rising, px: those that can be drawn
    chances : (n,) float64, summing to 1
    """

    positions: Ints
    chances: Floats

    @cached_property
    def bounds(self) -> Floats:
        """The sums of the chances before each position, and of all: (n + 1,)."""
        return np.append(0, np.cumsum(self.chances))

    @property
    def ends(self) -> tuple[int, int]:
        """The lowest and the highest position."""
        return int(self.positions[0]), int(self.positions[-1])

    def rows(self, lowest: Ints, highest: Ints) -> tuple[Ints, Ints]:
        """Return the first row at or above `lowest` (n,), and the last at or below `highest`."""
        first = np.searchsorted(self.positions, lowest, side="left")
        last = np.searchsorted(self.positions, highest, side="right") - 1
        return first, last

    def within(self, lowest: Ints, highest: Ints) -> tuple[Ints, Ints]:
        """Return the outermost positions from `lowest` to `highest` (n,); 1 and 0 if none."""
        first, last = self.rows(lowest, highest)
        none, most = first > last, len(self.positions) - 1
        low = np.where(none, 1, self.positions[np.minimum(first, most)])
        high = np.where(none, 0, self.positions[np.maximum(last, 0)])
        return low, high

    def total(self, lowest: Ints, highest: Ints) -> Floats:
        """Return the probability of the positions from `lowest` to `highest` (n,)."""
        first, last = self.rows(lowest, highest)
        sums: Floats = np.maximum(self.bounds[last + 1] - self.bounds[first], 0)
        return sums

    def pick(self, words: Words, lowest: Ints, highest: Ints) -> Ints:
        """Return the position for each of `words`, given that it is from `lowest` to `highest`."""
        first, last = self.rows(lowest, highest)
        last = np.maximum(first, last)  # one that has none is never drawn
        last = np.minimum(last, len(self.positions) - 1)
        first = np.minimum(first, last)
        below, above = self.bounds[first], self.bounds[last + 1]
        wanted = below + as_units(words) * (above - below)
        row = np.searchsorted(self.bounds, wanted, side="right") - 1
        picked: Ints = self.positions[np.clip(row, first, last)]
        return picked


def make_mass(positions: Positions, side: int) -> AxisMass | None:
    """Return how likely the positions along an axis of `side` px are; None if all are alike.

    Raises
    ------
    ValueError
        If there are none. The message says why.
    """
    if positions.values is not None:
        return listed_mass(positions, side)
    if positions.normal is not None:
        return normal_axis(positions, side)
    if positions.step is None or positions.range is None:
        return None
    lowest, highest = (exact(length, side) for length in positions.range)
    return AxisMass(*alike(stepped(lowest, highest, exact(positions.step, side))))


def exact(length: int | str, side: int) -> Fraction:
    """Convert px or a share of `side` like "50%" to px, not rounded."""
    return Fraction(length) if isinstance(length, int) else Fraction(length[:-1]) * side / 100


def alike(positions: Sequence[int]) -> tuple[Ints, Floats]:
    """Return the different positions, all alike likely."""
    different = np.unique(np.array(positions, np.int64))
    return different, np.full(len(different), 1 / len(different))


def stepped(lowest: Fraction, highest: Fraction, step: Fraction) -> list[int]:
    """Return the px from `lowest` in steps, to at most `highest`, rounded down."""
    if step < 1:
        raise ValueError(f"its step is {float(step):g} px; expected at least 1")
    return [math.floor(lowest + k * step) for k in range(int((highest - lowest) / step) + 1)]


def listed_mass(positions: Positions, side: int) -> AxisMass:
    """Return how likely listed positions are; those that are one px add up."""
    values = positions.values or ()
    px = np.array([math.floor(exact(value, side)) for value in values], np.int64)
    weights = np.array(positions.weights or [1.0] * len(px))
    different, row = np.unique(px, return_inverse=True)
    chances = np.bincount(row, weights)
    kept = chances > 0
    return AxisMass(different[kept], chances[kept] / chances.sum())


def normal_axis(positions: Positions, side: int) -> AxisMass:
    """Return how likely the px of a normal distribution are: by what rounds to each.

    With a step and no range, the mean is one of the positions.
    """
    mean, deviation = (exact(length, side) for length in positions.normal or (0, 1))
    step = Fraction(1) if positions.step is None else exact(positions.step, side)
    if positions.range is not None:
        lowest, highest = (exact(length, side) for length in positions.range)
    else:
        reach = DEVIATIONS * deviation
        lowest, highest = mean - reach, mean + reach
        if positions.step is not None:
            lowest = mean - int(reach / step) * step if step >= 1 else lowest
    if positions.step is None:
        px = list(range(math.ceil(lowest), math.floor(highest) + 1)) or [math.floor(mean)]
    else:
        px = stepped(lowest, highest, step)
    half, center = float(step) / 2, float(mean)
    masses = np.array([normal_mass(p - half - center, p + half - center, float(deviation))
                       for p in px])  # fmt: skip
    if not masses.any():
        raise ValueError("its normal distribution never reaches its range")
    kept = masses > 0
    return AxisMass(np.array(px, np.int64)[kept], masses[kept] / masses.sum())
