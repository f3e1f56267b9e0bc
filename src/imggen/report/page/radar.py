"""The shortcut radar: every pair of factors, by how much one tells of the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from imggen.report.page.association import Association, associate
from imggen.report.page.columns import Scope
from imggen.report.page.declared import ART, CLASS, SPLIT, Declared
from imggen.report.page.factors import Factor, Ints

MOST_PAIRS = 4000
MOST_CELLS = 60_000  # of a table
NATURAL = (".place.of", ".avoid")  # settings that tie places to each other
NAMED = 0.3  # an association of that size or more is a shortcut


@dataclass(frozen=True)
class FactorPair:
    """Two factors of the same rows, how they hang together, and why.

    Attributes
    ----------
    scope : the rows
    why : the settings from which it follows; empty if none are known
    """

    scope: Scope
    found: Association
    why: tuple[str, ...]

    @property
    def is_shortcut(self) -> bool:
        """True if one of the factors is a label or the split, and the other gives it away.

        That sprites of other sizes, or beside others, are elsewhere is in the nature of things.
        """
        first, second = self.found.first, self.found.second
        if first.kind == "value" or self.found.size < NAMED:
            return False
        natural = any(one.startswith(ART) or one.endswith(NATURAL) for one in self.why)
        if first.node == CLASS and second.node.aspect == "depth":
            return False  # layers lie behind each other
        return not natural or second.node.aspect == "cut"


@dataclass(frozen=True)
class Radar:
    """All pairs that hang together, strongest first.

    Attributes
    ----------
    looked_at : the number of pairs that were compared
    left_out : the number of pairs that were not, as there are too many
    """

    pairs: list[FactorPair]
    looked_at: int
    left_out: int
    rules: list[BestRule] = field(default_factory=list)


@dataclass(frozen=True)
class BestRule:
    """The one factor that gives a level of a label away most."""

    label: Factor
    level: int
    accuracy: float
    pair: FactorPair


def make_radar(scopes: Sequence[Scope], declared: Declared) -> Radar:
    """Compare all pairs of factors."""
    pairs: list[FactorPair] = []
    best: dict[tuple[str, int], BestRule] = {}
    looked_at = left_out = 0
    for scope in scopes:
        for first, second in pairs_of(scope):
            if looked_at == MOST_PAIRS or len(first.levels) * len(second.levels) > MOST_CELLS:
                left_out += 1
                continue
            looked_at += 1
            splits = None if SPLIT in (first.node, second.node) else scope.splits
            found = associate(first, second, splits)
            if found is None:
                continue
            pair = FactorPair(scope, found, declared.why(first.node, second.node))
            note_rules(pair, best)
            if found.size > 0:
                pairs.append(pair)
    pairs.sort(key=lambda pair: -pair.found.size)
    return Radar(pairs, looked_at, left_out, sorted(best.values(), key=lambda one: -one.accuracy))


def pairs_of(scope: Scope) -> Iterator[tuple[Factor, Factor]]:
    """Yield the pairs of factors to compare, labels first in each and among them."""
    order = {"label": 0, "split": 1, "value": 2}
    factors = sorted(scope.factors, key=lambda one: order[one.kind])
    for first, second in combinations(factors, 2):
        # Values of all layers together differ from layer to layer, and so hang together.
        if not is_trivial(first, second) and (first.node.layer or first.node in (CLASS, SPLIT)):
            yield first, second


def is_trivial(first: Factor, second: Factor) -> bool:
    """Return True for two names of one thing: a variant and its folder, size and scale."""
    if first.node.layer != second.node.layer or not first.node.layer:
        return {first.node.aspect, second.node.aspect} in TRIVIAL and not first.node.layer
    return {first.node.aspect, second.node.aspect} in TRIVIAL


TRIVIAL = (
    {"", "group"}, {"size", "scale"}, {"size", "rotate"}, {"cut", "x"}, {"cut", "y"},
    {"cut", "size"}, {"cut", "scale"}, {"number", "depth"}, {"depth", "y"},
)  # fmt: skip


def note_rules(pair: FactorPair, best: dict[tuple[str, int], BestRule]) -> None:
    """Keep the rules of a pair that are better than those known so far."""
    first, second = pair.found.first, pair.found.second
    if first.kind != "label" or second.node.aspect in ("size", "cut", "number"):
        return
    if first.node == CLASS and second.node.aspect == "depth":
        return  # layers lie behind each other
    for rule in pair.found.rules:
        key = (first.name, rule.level)
        if key not in best or rule.accuracy > best[key].accuracy:
            best[key] = BestRule(first, rule.level, rule.accuracy, pair)


def own_rows(pair: FactorPair, level: int) -> Ints:
    """Return the rows of the sample that have a level of the first factor of a pair."""
    rows: Ints = pair.scope.image[pair.found.first.codes == level]
    return rows
