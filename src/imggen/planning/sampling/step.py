"""Draw one layer's variant, given the layers drawn before it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from imggen.planning.groups import Index, Traits, classes_of, group_rows, members
from imggen.planning.matching import Mask

Chances = npt.NDArray[np.float64]  # (variants,), summing to 1
Table = npt.NDArray[np.float64]  # (contexts, variants)
Masks = Mapping[int, Mask]  # which variants, by the layer's depth

PAIR = 2  # layers
FEWEST_ALIKE = 16  # rows of one context on average, for grouping to pay
CELLS_AT_ONCE = 2**20  # rows by variants: bounds the memory in use


@dataclass(frozen=True)
class Conditional:
    """The probabilities of a layer where other layers show certain variants.

    Attributes
    ----------
    called : what declares it, like "rule.2"
    when : which variants of which layers, by depth; it holds where all of them match
    depth : of the layer whose probabilities they are
    probabilities : (variants,) float64, summing to 1
    """

    called: str
    when: Masks
    depth: int
    probabilities: Chances


@dataclass(frozen=True)
class Forbidden:
    """Combinations that cannot occur: all their variants are among `variants`, by depth."""

    called: str
    variants: Masks


@dataclass(frozen=True)
class Different:
    """Layers with instances, by depth, of which an image shows each name at most once.

    It holds where images show certain variants of other layers: `when`, by depth.
    """

    called: str
    when: Masks
    depths: tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """The draw of the layer at `depth`.

    Its probabilities are its own or those of the last conditional that matches, without the
    variants that would complete a forbidden combination.

    Attributes
    ----------
    probabilities : (variants,) float64, its own
    conditionals : of this layer, the last that matches counts
    forbidden : combinations of this layer and others, all drawn before it
    """

    depth: int
    probabilities: Chances
    conditionals: tuple[Conditional, ...]
    forbidden: tuple[Forbidden, ...]

    @cached_property
    def classes(self) -> dict[int, Index]:
        """Return the classes of earlier variants that this draw tells apart, by depth."""
        masks: dict[int, list[Mask]] = {}
        for depth, mask in self.depends_on():
            masks.setdefault(depth, []).append(mask)
        return {depth: classes_of(m, len(m[0])) for depth, m in sorted(masks.items())}

    @cached_property
    def pairwise(self) -> dict[int, Mask]:
        """Return what variants of earlier layers forbid this one, by depth: (theirs, own)."""
        tables: dict[int, Mask] = {}
        for forbidden in self.forbidden:
            if len(forbidden.variants) == PAIR:
                ((depth, mask),) = others(forbidden.variants, self.depth).items()
                taken = mask[:, None] & forbidden.variants[self.depth]
                tables[depth] = tables[depth] | taken if depth in tables else taken
        return tables

    @cached_property
    def tied(self) -> tuple[Forbidden, ...]:
        """Return the forbidden combinations that are not `pairwise`."""
        return tuple(one for one in self.forbidden if len(one.variants) != PAIR)

    @property
    def possible(self) -> Mask:
        """Mark the variants that the layer can show under some conditional or none: (variants,)."""
        possible: Mask = self.probabilities > 0
        for conditional in self.conditionals:
            possible = possible | (conditional.probabilities > 0)
        return possible

    def within(self, depths: Collection[int]) -> Step:
        """Return a draw of all possible variants that heeds only rules among layers at `depths`."""
        alike = self.possible / np.count_nonzero(self.possible)
        among = tuple(one for one in self.forbidden if one.variants.keys() <= set(depths))
        return Step(self.depth, alike, (), among)

    def depends_on(self) -> Iterator[tuple[int, Mask]]:
        """Yield each condition on an earlier layer: its depth, and the variants that meet it."""
        for conditional in self.conditionals:
            yield from conditional.when.items()
        for forbidden in self.forbidden:
            yield from others(forbidden.variants, self.depth).items()

    def contexts(self, traits: Traits) -> tuple[Index, Index]:
        """Group rows by context: rows of one context have the same probabilities.

        Returns the context of each row of `traits`, and a row of each context.
        """
        return group_rows(traits, self.classes)

    def invert(self, units: npt.NDArray[np.float64], traits: Traits) -> tuple[Index, Mask]:
        """Return the variants that `units`, (rows,) in [0, 1), stand for, given `traits`: (rows,).

        Returns also a mask of rows that have lost all variants; their variants mean nothing.
        """
        context, rows = self.contexts(traits)
        if len(rows) * FEWEST_ALIKE > len(units):
            return self.invert_each(units, traits)
        table = self.table(traits[rows])
        column = np.empty(len(units), np.intp)
        for bounds, images in zip(upper_bounds(table), members(context, len(rows)), strict=True):
            column[images] = np.searchsorted(bounds, units[images], side="right")
        return column, (~table.any(axis=1)).reshape(-1)[context]

    def invert_each(self, units: npt.NDArray[np.float64], traits: Traits) -> tuple[Index, Mask]:
        """Do the same, faster if few rows have a context in common."""
        column, dead = np.empty(len(units), np.intp), np.empty(len(units), bool)
        at_once = max(1, CELLS_AT_ONCE // len(self.probabilities))
        for start in range(0, len(units), at_once):
            part = slice(start, start + at_once)
            table = self.table(traits[part])
            column[part] = (upper_bounds(table) <= units[part, None]).sum(axis=1)
            dead[part] = ~table.any(axis=1)
        return column, dead

    def table(self, traits: Traits) -> Table:
        """Return the probabilities of each variant, given each row of `traits`: (rows, variants).

        A row of zeros has lost all its variants.
        """
        table = np.tile(self.probabilities, (len(traits), 1))
        for conditional in self.conditionals:
            table[matches(conditional.when, traits)] = conditional.probabilities
        return self.without_forbidden(table, traits)

    def without_forbidden(self, table: Table, traits: Traits) -> Table:
        """Remove from `table` what completes a forbidden combination; rows sum to 1 again."""
        lost = np.zeros(table.shape, bool)
        for depth, taken in self.pairwise.items():
            lost |= taken[traits[:, depth]]
        for forbidden in self.tied:
            when = others(forbidden.variants, self.depth)
            lost[matches(when, traits)] |= forbidden.variants[self.depth]
        return without(lost, table)


def without(lost: Mask, table: Table) -> Table:
    """Remove `lost` variants from `table`, both (rows, variants); rows sum to 1 again, or are 0."""
    lost = lost & (table > 0)
    changed = lost.any(axis=1)  # other rows stay as declared, to the last bit
    kept = np.where(lost[changed], 0, table[changed])
    totals = kept.sum(axis=1, keepdims=True)
    table[changed] = np.divide(kept, totals, out=np.zeros_like(kept), where=totals > 0)
    return table


def upper_bounds(table: Table) -> Table:
    """Return the upper end in [0, 1] of each variant's part, in each row of `table`."""
    bounds = np.cumsum(table, axis=1)
    last = table.shape[1] - 1 - np.argmax(table[:, ::-1] > 0, axis=1)
    # Rounding must not leave a gap above, nor draw what has probability 0.
    bounds[np.arange(table.shape[1]) >= last[:, None]] = 1
    return bounds


def others(variants: Masks, depth: int) -> dict[int, Mask]:
    """Return `variants` of all layers except the one at `depth`."""
    return {d: mask for d, mask in variants.items() if d != depth}


def matches(when: Masks, traits: Traits) -> Mask:
    """Mark rows of `traits` that show, in each layer of `when`, one of its variants: (rows,)."""
    found = np.ones(len(traits), bool)
    for depth, mask in when.items():
        found &= mask[traits[:, depth]]
    return found
