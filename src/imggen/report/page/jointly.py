"""Find labels that two factors give away together, although neither does alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from imggen.report.page.association import SURE, Table, guesses, table_of
from imggen.report.page.columns import Scope
from imggen.report.page.declared import Declared
from imggen.report.page.factors import Factor, categorical

MOST_TRIPLES = 400
MOST_ROWS = 4000
MOST_CELLS = 400  # of two factors together
BY_ART = ("size", "cut", "depth")  # they follow from what is shown
GAIN = 0.2  # of the rows: by two factors, so many more are guessed right than by the better one


@dataclass(frozen=True)
class JointRule:
    """A label that two factors tell together.

    Attributes
    ----------
    label : what is given away
    both : the two factors as one, a level for each pair of theirs
    factors : these two
    table : (levels of the label, levels of both) int64, how often each combination occurs
    right : the share of rows that the best guess by both gets right
    right_alone : that by the better one of them alone
    why : settings that tie them; empty if none are known
    """

    label: Factor
    both: Factor
    factors: tuple[Factor, Factor]
    table: Table
    right: float
    right_alone: float
    why: tuple[str, ...]


def find_joint_rules(scope: Scope, declared: Declared) -> list[JointRule]:
    """Return the labels of `scope` that two factors give away together; of three factors, one.

    The share that both guess right exceeds that of the better one by SURE standard deviations or
    more: the difference of two shares of the same n rows has one of 1 / sqrt(n) at most.
    """
    rows = np.arange(min(MOST_ROWS, len(scope.image)))
    factors = [one.of(rows) for one in scope.factors if one.kind != "split"]
    best: dict[frozenset[str], JointRule] = {}
    for label, pair in triples(factors):
        found = joint_rule(label, pair, declared)
        key = frozenset(one.node.layer for one in (label, *pair))
        if found is not None and (key not in best or found.right > best[key].right):
            best[key] = found
    return sorted(best.values(), key=lambda one: one.right_alone - one.right)


def triples(factors: Sequence[Factor]) -> Iterator[tuple[Factor, tuple[Factor, Factor]]]:
    """Yield at most MOST_TRIPLES labels with two other factors; those of labels alone first."""
    labels = [one for one in factors if one.kind == "label" and one.node.aspect == ""]
    values = [one for one in factors if one.kind == "value" and one.node.aspect not in BY_ART]
    plain = [(one, pair) for one in labels for pair in combinations(labels, 2)]
    mixed = [(one, (a, b)) for one in labels for a in labels for b in values]
    found = [(one, pair) for one, pair in (*plain, *mixed) if one not in pair]
    yield from found[:MOST_TRIPLES]


def joint_rule(label: Factor, pair: tuple[Factor, Factor], declared: Declared) -> JointRule | None:
    """Return the rule by which two factors tell a label, if they tell much more than each alone."""
    first, second = pair
    if len(first.levels) * len(second.levels) > MOST_CELLS:
        return None
    known = (label.codes >= 0) & (first.codes >= 0) & (second.codes >= 0)
    count = int(known.sum())
    if count <= SURE**2:
        return None
    both = together(first, second)
    table = table_of(label, both, known)
    right = guesses(table) / count
    alone = [guesses(table_of(label, one, known)) / count for one in pair]
    frequent = np.bincount(label.codes[known]).max() / count
    better = max(*alone, float(frequent))
    if right - better < max(GAIN, SURE / np.sqrt(count)):
        return None
    why = [declared.why(label.node, one.node) for one in pair]
    settings = tuple(dict.fromkeys(one for path in why for one in path))
    return JointRule(label, both, pair, table, right, better, settings)


def together(first: Factor, second: Factor) -> Factor:
    """Return two factors as one, with a level for each pair of theirs."""
    levels = [f"{one}, {other}" for one in first.levels for other in second.levels]
    known = (first.codes >= 0) & (second.codes >= 0)
    codes = np.where(known, first.codes * len(second.levels) + second.codes, -1)
    return categorical(f"{first.name}, {second.name}", first.node, levels, codes)
