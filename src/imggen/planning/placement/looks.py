"""Draw how each image scales, turns, mirrors, colours and blends its sprites.

A *look* is one value of each of FIELDS. Fields with more than one value are drawn: the plan keeps
rows of their lists of values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config.plain import BOX, EDGES, FIELDS, NEUTRAL, RESIZING, VARIED
from imggen.planning.draws import Draws, Words
from imggen.planning.groups import Index, Traits
from imggen.planning.placement.anchors import has_pixels
from imggen.planning.placement.columns import LookCase, LookColumn, Varied
from imggen.planning.sampling.splits import Splits
from imggen.planning.streams import as_units, scale_words

Looks = npt.NDArray[np.unsignedinteger[Any]]  # (images, drawn columns), rows of levels
Floats = npt.NDArray[np.float64]


def drawn_columns(vary: Sequence[Varied]) -> list[tuple[int, str]]:
    """Return depth and field of each value that is drawn per image."""
    return [(depth, field) for depth, one in enumerate(vary) for field in one.drawn]


def draw_looks(
    draws: Draws,
    columns: Sequence[LookColumn],
    variants: Sequence[Variants],
    traits: Traits,
    splits: Splits | None = None,
    start: int = 0,
) -> Looks:
    """Draw rows of the levels of all columns: (images, columns) uint8 or uint16.

    `traits` is (images, slots), `splits` (images,), from scene `start` on. All rows of a `none` are
    0, so that images that look the same are the same scene.
    """
    most = max((len(column.levels) for column in columns), default=1)
    looks = np.zeros((len(traits), len(columns)), np.min_scalar_type(most - 1))
    for k, column in enumerate(columns):
        layer = variants[column.slot]
        words = draws.words(f"{layer.stream}.{column.field}", start, start + len(traits))
        rows = draw_rows(words, column, traits, splits)
        looks[:, k] = np.where(has_pixels(layer.sizes)[traits[:, column.slot]], rows, 0)
    return looks


def draw_rows(words: Words, column: LookColumn, traits: Traits, splits: Splits | None) -> Index:
    """Return the rows of the levels of `column` that `words` (images,) stand for: (images,)."""
    if len(column.cases) == 1:
        return invert(words, column.cases[0], column.field)
    rows = np.zeros(len(words), np.intp)
    left = np.ones(len(words), bool)
    for case in column.cases:
        own = left & case.holds(traits, splits)
        rows[own] = invert(words[own], case, column.field)
        left &= ~own
    return rows


def invert(words: Words, case: LookCase, field: str) -> Index:
    """Return the rows of levels that `words` (n,) stand for, in one case: (n,)."""
    if case.chances is None:
        drawn = scale_words(words, np.array([len(case.rows)], np.uint64))
        rows: Index = case.rows[drawn.astype(np.intp)]
        return rows
    units = as_units(words)
    if field == "flip":
        flipped: Index = case.rows[(units < case.chances[-1]).astype(np.intp)]
        return flipped
    bounds = np.cumsum(case.chances)[:-1]  # the last one has all that is left
    found: Index = case.rows[np.searchsorted(bounds, units, side="right")]
    return found


@dataclass(frozen=True)
class LookTable:
    """The values that rows of looks stand for.

    Attributes
    ----------
    levels : of each drawn column, in their order: depth, field and (levels,) float64
    fixed : (layers, VARIED) float64, the values that are not drawn
    resized : whether sprites of each layer may have another size than in their files
    is_plain : whether all sprites are as in the library
    """

    levels: dict[tuple[int, str], Floats]
    fixed: Floats
    resized: tuple[bool, ...]
    is_plain: bool

    @classmethod
    def of(cls, vary: Sequence[Varied]) -> LookTable:
        """Return the table of layers with these variations."""
        return cls(
            levels={
                (d, field): np.array(vary[d].levels(field)) for d, field in drawn_columns(vary)
            },
            fixed=np.array([[one.levels(field)[0] for field in VARIED] for one in vary]),
            resized=tuple(
                any(set(one.levels(field)) != {NEUTRAL[field]} for field in RESIZING)
                for one in vary
            ),
            is_plain=all(one.levels(f) == (NEUTRAL[f],) for one in vary for f in FIELDS),
        )

    @cached_property
    def columns(self) -> dict[tuple[int, str], int]:
        """Return the column of looks that each drawn field of a layer has."""
        return {drawn: column for column, drawn in enumerate(self.levels)}

    def values(self, looks: Looks, depth: int, field: str) -> Floats:
        """Return the value of `field` of the layer at `depth` in each image: (images,)."""
        column = self.columns.get((depth, field))
        if column is not None:
            return self.levels[depth, field][looks[:, column]]
        return np.broadcast_to(self.fixed[depth, VARIED.index(field)], len(looks))

    def boxes(self, looks: Looks) -> npt.NDArray[np.int64]:
        """Return which colour the box of each layer has, from 1 on, or 0: (images, layers)."""
        return self.rows(looks, BOX).astype(np.int64)

    def whole(self, looks: Looks) -> Floats | None:
        """Return all values: (images, layers, FIELDS); None if sprites are as in the library."""
        return None if self.is_plain else self._values(looks, FIELDS)

    def edges(self, looks: Looks) -> Floats | None:
        """Return the values of feathers and shadows: (images, layers, EDGES); None if none vary."""
        varies = any(field in EDGES for _, field in self.levels)
        return self._values(looks, EDGES) if varies else None

    def _values(self, looks: Looks, fields: Sequence[str]) -> Floats:
        """Return all values of some fields: (images, layers, fields)."""
        first = VARIED.index(fields[0])
        values = np.repeat(self.fixed[None, :, first : first + len(fields)], len(looks), axis=0)
        for column, ((depth, field), levels) in enumerate(self.levels.items()):
            if field in fields:
                values[:, depth, fields.index(field)] = levels[looks[:, column]]
        return values

    def rows(self, looks: Looks, field: str) -> Index:
        """Return the place of each layer's value of `field` in its levels: (images, layers)."""
        found = np.zeros((len(looks), len(self.fixed)), np.intp)
        for column, (depth, own) in enumerate(self.levels):
            if own == field:
                found[:, depth] = looks[:, column]
        return found
