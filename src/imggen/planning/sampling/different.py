"""Layers with instances of which an image shows each name at most once (`all_different`).

Their instances are drawn one after the other, layer by layer. Each has the probabilities that its
layer has in that image, without the names that earlier instances show, as a layer has without what
rules forbid beside the layers before it.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.errors import PlanError
from imggen.planning.groups import Index, Traits, classes_of, group_columns
from imggen.planning.matching import Mask
from imggen.planning.sampling.distribution import Distribution
from imggen.planning.sampling.effects import columns_of
from imggen.planning.sampling.step import Different, Table, matches, without
from imggen.planning.slots import none_of


@dataclass(frozen=True)
class ShownNames:
    """The names that instances in some images show so far, by one rule.

    Attributes
    ----------
    columns : by the depth of a layer, the column of each of its variants: (variants,)
    holds : the images in which the rule holds: (images,)
    shown : (images, names) bool
    """

    columns: Mapping[int, Index]
    holds: Mask
    shown: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, layers: Sequence[Variants], rule: Different, drawn: Traits) -> ShownNames:
        """Start with none, for images whose layers are `drawn`: (images, layers)."""
        names = sorted({name for depth in rule.depths for name in layers[depth].names})
        place = {name: k for k, name in enumerate(names)}
        columns = {d: np.array([place[name] for name in layers[d].names]) for d in rule.depths}
        return cls(columns, matches(rule.when, drawn), np.zeros((len(drawn), len(names)), bool))

    def lost(self, depth: int, rows: Index) -> Mask:
        """Mark the variants of the layer at `depth` that some images show: (rows, variants)."""
        found: Mask = self.shown[rows[:, None], self.columns[depth]]
        return found

    def add(self, depth: int, rows: Index, variants: Index) -> None:
        """Note that images in `rows` show `variants`, one each: both (rows,)."""
        held = self.holds[rows]
        self.shown[rows[held], self.columns[depth][variants[held]]] = True


class Remaining:
    """The variants that are left to the next instances in some images.

    Parameters
    ----------
    drawn : (images, layers), the other layers and the numbers of instances
    """

    def __init__(self, distribution: Distribution, drawn: Traits) -> None:
        layers = distribution.layers
        self.distribution = distribution
        self.drawn = drawn
        self.rules = [ShownNames.of(layers, rule, drawn) for rule in distribution.different]

    def lost(self, depth: int, rows: Index) -> Mask:
        """Mark the variants of the layer at `depth` that are not left: (rows, variants)."""
        lost = np.zeros((len(rows), len(self.distribution.layers[depth].names)), bool)
        for rule in self.rules:
            if depth in rule.columns:
                lost |= rule.lost(depth, rows)
        return lost

    def table(self, depth: int, rows: Index) -> Table:
        """Return the probabilities of the next instance of a layer: (rows, variants)."""
        step, drawn = self.distribution.step_of(depth), self.drawn[rows]
        context, first = step.contexts(drawn)
        return without(self.lost(depth, rows), step.table(drawn[first])[context])

    def contexts(self, depth: int, rows: Index) -> tuple[Index, Index]:
        """Group `rows` by probabilities: return the group of each, and a place of each group."""
        context, first = self.distribution.step_of(depth).contexts(self.drawn[rows])
        lost = columns_of(np.packbits(self.lost(depth, rows), axis=1))
        return group_columns(len(rows), [(context, len(first)), *lost])

    def add(self, depth: int, rows: Index, variants: Index) -> None:
        """Note what the next instance of a layer shows in the images in `rows`: (rows,)."""
        for rule in self.rules:
            if depth in rule.columns:
                rule.add(depth, rows, variants)


def instance_chances(
    distribution: Distribution, drawn: Traits, instances: Mapping[int, Traits]
) -> npt.NDArray[np.float64]:
    """Return how likely instances show what they do, given `drawn` (images, layers): (images,).

    `instances` is (images, instances) by depth.
    """
    remaining = Remaining(distribution, drawn)
    chances = np.ones(len(drawn))
    for depth in distribution.apart:
        none = none_of(distribution.layers[depth])
        for column in instances[depth].T:
            rows = np.flatnonzero(column != none)
            chances[rows] *= remaining.table(depth, rows)[np.arange(len(rows)), column[rows]]
            remaining.add(depth, rows, column[rows])
    return chances


# --- are there enough names? ----------------------------------------------------------------------


class NameChoice(NamedTuple):
    """The most instances of the layer at `depth` in an image, and the names they may show."""

    depth: int
    most: int
    names: frozenset[str]


def check_different(distribution: Distribution) -> None:
    """Refuse rules by which an image may show more instances than are left names.

    Raises
    ------
    PlanError
        Naming the rule, the layer, and what the image shows.
    """
    if not distribution.different:
        return
    classes = told_apart(distribution)
    for row in distribution.possible_scenes(classes).traits:
        choices = [choice_in(distribution, depth, row) for depth in distribution.apart]
        for place, choice in enumerate(choices):
            rules = [rule for rule in holding(distribution, row) if choice.depth in rule.depths]
            rivals = {depth for rule in rules for depth in rule.depths}
            others = [other for other in choices[:place] if other.depth in rivals]
            left = len(choice.names) - most_covered(choice.names, others)
            if rules and choice.most > left:
                raise PlanError(say_too_few(distribution, rules[-1], choice, others, row, classes))


def told_apart(distribution: Distribution) -> dict[int, Index]:
    """Class the variants on which numbers, probabilities and rules of instances depend."""
    masks: dict[int, list[Mask]] = {}
    depths = [*distribution.apart, *map(distribution.number_of, distribution.apart)]
    needs: Iterable[tuple[int, Mask]] = itertools.chain(
        *(distribution.step_of(depth).depends_on() for depth in depths),
        *(rule.when.items() for rule in distribution.different),
    )
    for depth, mask in needs:
        masks.setdefault(depth, []).append(mask)
    return {depth: classes_of(own, len(own[0])) for depth, own in sorted(masks.items())}


def holding(distribution: Distribution, row: Traits) -> Iterator[Different]:
    """Yield the rules that hold in a scene, (layers,)."""
    return (rule for rule in distribution.different if matches(rule.when, row[None])[0])


def choice_in(distribution: Distribution, depth: int, row: Traits) -> NameChoice:
    """Return what instances of the layer at `depth` there may be in a scene, (layers,)."""
    own, numbers = (
        np.flatnonzero(distribution.step_of(d).table(row[None])[0])
        for d in (depth, distribution.number_of(depth))
    )
    names = distribution.layers[depth].names
    return NameChoice(depth, int(numbers[-1]), frozenset(names[k] for k in own))


def most_covered(names: Collection[str], others: Sequence[NameChoice]) -> int:
    """Return how many of `names` different instances of `others` can show at once.

    That is the size of a largest matching. Source: Ore, "Graphs and matching theorems", Duke
    Mathematical Journal, 1955.
    """
    covered = len(names)
    for size in range(len(others) + 1):
        for full in itertools.combinations(others, size):
            free = frozenset().union(*(one.names for one in others if one not in full))
            covered = min(covered, sum(one.most for one in full) + len(free & set(names)))
    return covered


def say_too_few(
    distribution: Distribution,
    rule: Different,
    choice: NameChoice,
    others: Sequence[NameChoice],
    row: Traits,
    when: Collection[int],
) -> str:
    """Return the sentence on a scene, (layers,), with more instances than there are names."""
    layers = distribution.layers
    shown = [f'{layers[d].layer} is "{layers[d].names[row[d]]}"' for d in when]
    where = f" where {' and '.join(shown)}" if shown else ""
    left = len(choice.names) - most_covered(choice.names, others)
    beside = " and ".join(f"{one.most:,} of {layers[one.depth].layer}" for one in others)
    taken = f", as {beside} may take the others" if others else ""
    return (
        f"{rule.called}.all_different needs {choice.most:,} variants of "
        f"{layers[choice.depth].layer} for as many instances in an image, but only {left:,} can be "
        f"drawn{where}{taken}; show fewer instances, or let more variants be drawn."
    )
