"""The strength of the association of two factors, corrected for chance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt

from imggen.report.page.factors import Factor, Floats

Table = npt.NDArray[np.int64]

SURE = 6.0  # standard deviations: 1 in 10^9, so no chance, however many pairs are looked at
FEW = 5  # rows: levels with fewer are counted together
LEAST_ROWS = 8  # of a class that a rule is looked for


@dataclass(frozen=True)
class ClassRule:
    """The best rule that tells one level of a factor from all others by another factor.

    Attributes
    ----------
    level : the number of the level
    accuracy : of the rule, where level and others are equally frequent, less what chance gives; 0.5
        is guessing
    sigmas : how far that is beyond chance, in standard deviations
    """

    level: int
    accuracy: float
    sigmas: float


@dataclass(frozen=True)
class Association:
    """The association of two factors.

    Attributes
    ----------
    first, second : the factors; a label comes first
    table : (levels of first, levels of second) int64, how often each combination occurs
    strength : Cramer's V with the bias correction of Bergsma (2013), 0 to 1
    eta : the correlation ratio, where `second` is a number; else None
    sigmas : how far chi-square is above what independence gives, in standard deviations
    information : mutual information, bits, less its bias (Miller and Madow, 1955)
    accuracy : of the best rule that guesses `first` from `second`
    baseline : of always guessing the most frequent level of `first`
    rules : the best rule for each level of `first` that is frequent enough
    splits : the strength in each split, by its name; 0 where it may be chance
    tables : the table of each split, by its name
    """

    first: Factor
    second: Factor
    table: Table
    strength: float
    eta: float | None
    sigmas: float
    information: float
    accuracy: float
    baseline: float
    rules: tuple[ClassRule, ...]
    splits: dict[str, float]
    tables: dict[str, Table]

    @property
    def is_sure(self) -> bool:
        """True if it is no chance."""
        return self.sigmas > SURE

    @property
    def best_rule(self) -> ClassRule | None:
        """The rule that gives a level away most, if one is no chance."""
        sure = [rule for rule in self.rules if rule.sigmas > SURE]
        return max(sure, key=lambda rule: rule.accuracy, default=None)

    @property
    def size(self) -> float:
        """The largest strength, 0 to 1: in all, in a split, or of one level of a label."""
        rule = self.best_rule if self.first.kind == "label" else None
        parts = [self.strength, *self.splits.values()] if self.is_sure else [0.0]
        return max(*parts, 0.0, 2 * rule.accuracy - 1 if rule else 0.0)


def associate(
    first: Factor, second: Factor, splits: Factor | None = None, *, rules: bool = True
) -> Association | None:
    """Return the association of two factors of the same rows; None if one does not vary there.

    With `splits`, it is looked at in each split, too: two splits can hide each other's.
    """
    known = (first.codes >= 0) & (second.codes >= 0)
    table = table_of(first, second, known)
    used = pooled(table)
    if min(used.shape) < 2:
        return None
    own: dict[str, float] = {}
    tables: dict[str, Table] = {}
    sigmas = sigmas_of(used)
    if splits is not None:
        for k, name in enumerate(splits.levels):
            tables[name] = table_of(first, second, known & (splits.codes == k))
            part = pooled(tables[name])
            if min(part.shape) >= 2:
                surely = sigmas_of(part)
                own[name] = corrected_v(part) if surely > SURE else 0.0
                sigmas = max(sigmas, surely)
    total = int(table.sum())
    return Association(
        first=first,
        second=second,
        table=table,
        strength=corrected_v(used),
        eta=correlation_ratio(first, second, known),
        sigmas=sigmas,
        information=information_of(used),
        accuracy=guesses(table) / total,
        baseline=float(table.sum(axis=1).max() / total),
        rules=tuple(class_rules(table)) if rules else (),
        splits=own,
        tables=tables,
    )


def table_of(first: Factor, second: Factor, rows: npt.NDArray[np.bool_]) -> Table:
    """Count each combination of levels in `rows`."""
    shape = len(first.levels), len(second.levels)
    flat = first.codes[rows] * shape[1] + second.codes[rows]
    table: Table = np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape)
    return table


def pooled(table: Table) -> Table:
    """Return `table` without levels that do not occur, and with rare ones counted together."""
    for _ in range(2):
        sums = table.sum(axis=1)
        rare = sums < FEW
        table = np.vstack([table[~rare], table[rare].sum(axis=0, keepdims=True)])
        table = table[table.sum(axis=1) > 0].T
    return table


def expected_of(table: Table) -> Floats:
    """Return the counts that independence gives."""
    sums: Floats = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True)
    return np.asarray(sums / table.sum(), np.float64)


def chi_square_of(table: Table) -> float:
    """Return Pearson's chi-square."""
    expected = expected_of(table)
    return float(((table - expected) ** 2 / expected).sum())


def corrected_v(table: Table) -> float:
    """Return Cramer's V with the bias correction of Bergsma (2013)."""
    total = int(table.sum())
    if total <= 1:
        return 0.0
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1)
    phi = max(0.0, chi_square_of(table) / total - freedom / (total - 1))
    sides = [length - (length - 1) ** 2 / (total - 1) for length in table.shape]
    return math.sqrt(min(1.0, float(phi) / max(float(min(sides)) - 1, 1e-9)))


def sigmas_of(table: Table) -> float:
    """Return how far chi-square is beyond chance, in standard deviations.

    It is the smaller of two figures: the normal deviate of Wilson and Hilferty (1931), and one by
    the exact mean and variance under all tables with these sums (Haldane, 1940), which is right
    where counts are small.
    """
    chi_square = chi_square_of(table)
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1)
    spread = 2 / (9 * freedom)
    normal = (math.cbrt(chi_square / freedom) - (1 - spread)) / math.sqrt(spread)
    mean, variance = exact_moments(table)
    exact = (chi_square - mean) / math.sqrt(variance) if variance > 0 else 0.0
    return float(min(normal, exact))


def exact_moments(table: Table) -> tuple[float, float]:
    """Return mean and variance of chi-square over all tables with the sums of this one.

    Source: Dawson, "A simplified expression for the variance of the chi-square function on a
    contingency table", Biometrika 41 (1954).
    """
    total = float(table.sum())
    if total <= 3:
        return 0.0, 0.0
    sides, spreads = [], []
    for axis in (0, 1):
        sums = table.sum(axis=axis)
        length = len(sums)
        sides.append((length - 1) * (total - length) / (total - 1))
        spreads.append((total * (1 / sums).sum() - length**2) / (total - 2))
    mean = total * (table.shape[0] - 1) * (table.shape[1] - 1) / (total - 1)
    clear = 2 * total / (total - 3) * (sides[0] - spreads[0]) * (sides[1] - spreads[1])
    return mean, float(clear + total**2 / (total - 1) * spreads[0] * spreads[1])


def information_of(table: Table) -> float:
    """Return the mutual information of a table, bits, less its bias."""
    total = int(table.sum())
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1)
    expected = expected_of(table)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(table > 0, table * np.log2(table / expected), 0)
    bias = freedom / (2 * total * math.log(2))
    return float(max(0.0, float(terms.sum()) / total - bias))


def correlation_ratio(first: Factor, second: Factor, known: npt.NDArray[np.bool_]) -> float | None:
    """Return eta of the number `second` by the levels of `first`, less its bias; None if none."""
    if second.values is None:
        return None
    codes, values = first.codes[known], second.values[known]
    counts = np.bincount(codes)
    groups, total = int((counts > 0).sum()), len(values)
    whole = float(((values - values.mean()) ** 2).sum())
    if groups < 2 or total <= groups or whole <= 0:
        return None
    means = np.bincount(codes, values) / np.maximum(counts, 1)
    within = float(((values - means[codes]) ** 2).sum())
    return math.sqrt(max(0.0, float(1 - within / (total - groups) * (total - 1) / whole)))


def class_rules(table: Table) -> list[ClassRule]:
    """Return the best rule for each level of the first factor that has LEAST_ROWS or more.

    The rule says "it is this level" of a level of the second factor that is more frequent there
    than elsewhere. If both are equally frequent, its accuracy is 0.5 + half of the total variation
    distance between them.
    """
    own = table.sum(axis=1)
    total = int(own.sum())
    rules = []
    for level in np.flatnonzero((own >= LEAST_ROWS) & (total - own >= LEAST_ROWS)).tolist():
        inside, outside = table[level], table.sum(axis=0) - table[level]
        distance = float(np.abs(inside / own[level] - outside / (total - own[level])).sum()) / 2
        share = (inside + outside) / total
        spread = np.sqrt(share * (1 - share) * (1 / own[level] + 1 / (total - own[level])))
        chance = math.sqrt(2 / math.pi) * float(spread.sum()) / 2
        both = pooled(np.stack([inside, outside]))
        sigmas = sigmas_of(both) if min(both.shape) >= 2 else 0.0
        rules.append(ClassRule(level, 0.5 + max(0.0, distance - chance) / 2, sigmas))
    return rules


def guesses(table: Table) -> float:
    """Return how many rows the best guess of the first factor from the second gets right.

    Each row is guessed from all others, so that rare levels are not learnt by heart: of the level
    of the second factor that it has, the most frequent level of the first, without itself.
    """
    order = np.sort(table, axis=0)
    top, next_top = order[-1], order[-2] if len(order) > 1 else np.zeros_like(order[-1])
    # Without one of the most frequent level, that level still leads, or ties with the next.
    right = np.where(top - 1 > next_top, top, np.where(top - 1 == next_top, top / 2, 0))
    return float(right.sum())


@dataclass(frozen=True)
class Transfer:
    """A rule that is learnt in one split and used in another.

    Attributes
    ----------
    learnt, used : the names of the splits
    right, right_there : the shares of the rows that it guesses right where it is learnt, and used
    """

    learnt: str
    used: str
    right: float
    right_there: float


def worst_transfer(tables: Mapping[str, Table]) -> Transfer | None:
    """Return the split whose best guesses of the first factor fail most in another one."""
    found = []
    for (learnt, own), (used, other) in permutations(tables.items(), 2):
        if not own.any() or not other.any():
            continue
        best = own.argmax(axis=0)
        there = float(other[best, np.arange(len(best))].sum() / other.sum())
        found.append(Transfer(learnt, used, guesses(own) / float(own.sum()), there))
    return max(found, key=lambda one: one.right - one.right_there, default=None)
