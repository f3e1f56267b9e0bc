"""The values of a number that images draw, and how likely each is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from imggen.config.amount import Amount

EPSILON = 1e-9  # so that 0.6 / 0.1 is 6 steps, whatever its last bit says
DECIMALS = 9  # of a level, so that 0.7 + 0.1 is 0.8
DEVIATIONS = 3  # standard deviations to either side of a mean, where no range is given
FINEST_FACTOR = 1.01  # of a logarithmic range that gives none


class Levels(NamedTuple):
    """The values of an amount, and how likely each is: summing to 1, or None if all are alike."""

    values: tuple[float, ...]
    chances: tuple[float, ...] | None = None


@lru_cache(maxsize=1024)
def find_levels(amount: Amount, coarsest: float, limits: tuple[float, float]) -> Levels:
    """Return the levels of `amount`; cached, as every scene that is planned alone needs them."""
    if amount.normal is not None:
        return normal_levels(*amount.normal, amount, coarsest, limits)
    if amount.log is not None:
        return Levels(log_levels(*amount.log, amount.factor))
    if amount.range is not None:
        return Levels(levels_between(*amount.range, amount.step, coarsest))
    return likely(amount.values or (), amount.weights)


def likely(values: tuple[float, ...], weights: Sequence[float] | None) -> Levels:
    """Return the listed values that can be drawn, and how likely each is."""
    if weights is None or len(weights) != len(values) or not any(weights):
        return Levels(values)
    kept = [(value, weight) for value, weight in zip(values, weights, strict=True) if weight]
    total = math.fsum(weights)
    return Levels(tuple(value for value, _ in kept), tuple(weight / total for _, weight in kept))


def levels_between(
    lowest: float, highest: float, step: float | None, coarsest: float
) -> tuple[float, ...]:
    """Return the levels of a range."""
    if step is not None:
        steps = math.floor((highest - lowest) / step * (1 + EPSILON))
    else:
        steps = math.ceil((highest - lowest) / coarsest * (1 - EPSILON))
        step = (highest - lowest) / max(steps, 1)
    return tuple(round(lowest + k * step, DECIMALS) for k in range(steps + 1))


def log_levels(lowest: float, highest: float, factor: float | None) -> tuple[float, ...]:
    """Return the levels of a range in the logarithm, from `lowest`, each `factor` times the last.

    Without a factor, they have both ends and factors of at most FINEST_FACTOR between them.
    """
    length = math.log(highest / lowest)
    if factor is not None:
        steps, step = math.floor(length / math.log(factor) * (1 + EPSILON)), math.log(factor)
    else:
        steps = math.ceil(length / math.log(FINEST_FACTOR) * (1 - EPSILON))
        step = length / max(steps, 1)
    return tuple(round(lowest * math.exp(k * step), DECIMALS) for k in range(steps + 1))


def normal_levels(
    mean: float,
    deviation: float,
    amount: Amount,
    coarsest: float,
    limits: tuple[float, float],
) -> Levels:
    """Return the levels of a normal distribution that is cut off, and how likely each is.

    Without a range but with a step, the mean is one of them. A level stands for all numbers up to
    half a step from it.
    """
    lowest, highest = normal_ends(mean, deviation, amount.range, limits)
    if amount.range is None and amount.step is not None:
        lowest = mean - math.floor((mean - lowest) / amount.step * (1 + EPSILON)) * amount.step
    values = levels_between(lowest, highest, amount.step, coarsest)
    return Levels(values, normal_chances(values, mean, deviation))


def normal_ends(
    mean: float,
    deviation: float,
    ends: tuple[float, float] | None,
    limits: tuple[float, float],
) -> tuple[float, float]:
    """Return where a normal distribution is cut off."""
    if ends is not None:
        return ends
    reach = DEVIATIONS * deviation
    return max(mean - reach, limits[0]), min(mean + reach, limits[1])


def normal_chances(
    values: Sequence[float], mean: float, deviation: float
) -> tuple[float, ...] | None:
    """Return how likely evenly spaced `values` are; None if there is one, or all are too far out.

    Each has the integral of the density over the numbers up to half a step from it.
    """
    if len(values) == 1:
        return None
    half = (values[-1] - values[0]) / (len(values) - 1) / 2
    masses = [normal_mass(v - half - mean, v + half - mean, deviation) for v in values]
    total = math.fsum(masses)
    return tuple(mass / total for mass in masses) if total > 0 else None


def normal_mass(start: float, stop: float, deviation: float) -> float:
    """Return the integral of a normal density, exact in the tails too; ends from the mean."""
    if start > 0:
        start, stop = -stop, -start  # where the error function keeps its digits
    scale = deviation * math.sqrt(2)
    return (math.erfc(-stop / scale) - math.erfc(-start / scale)) / 2
