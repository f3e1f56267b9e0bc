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
from imggen.config.plain import FIELDS, NEUTRAL
from imggen.config.vary import Vary
from imggen.plan.groups import Traits
from imggen.plan.placement.anchors import has_pixels
from imggen.plan.streams import random_units, random_words, scale_words

Looks = npt.NDArray[np.unsignedinteger[Any]]  # (images, drawn columns), rows of levels
Floats = npt.NDArray[np.float64]

AROUND = 360  # degrees of a full turn
ANGLES = ("rotate", "hue")
RESIZING = ("scale", "rotate")


def drawn_columns(vary: Sequence[Vary]) -> list[tuple[int, str]]:
    """Return depth and field of each value that is drawn per image."""
    return [(depth, field) for depth, one in enumerate(vary) for field in one.drawn]


def draw_looks(
    seed: int, vary: Sequence[Vary], variants: Sequence[Variants], traits: Traits, start: int = 0
) -> Looks:
    """Draw rows of the levels of all drawn columns: (images, columns) uint8 or uint16.

    `traits` is (images, layers), from scene `start` on. All rows of a `none` are 0, so that images
    that look the same are the same scene.
    """
    columns = drawn_columns(vary)
    most = max((len(vary[depth].levels(field)) for depth, field in columns), default=1)
    looks = np.zeros((len(traits), len(columns)), np.min_scalar_type(most - 1))
    for k, (depth, field) in enumerate(columns):
        name = f"{variants[depth].stream}.{field}"
        rows = draw_rows(seed, name, vary[depth], field, start, start + len(traits))
        looks[:, k] = np.where(has_pixels(variants[depth].sizes)[traits[:, depth]], rows, 0)
    return looks


def draw_rows(
    seed: int, name: str, vary: Vary, field: str, start: int, stop: int
) -> npt.NDArray[np.intp]:
    """Draw rows of the levels of `field`, from the stream `name`: (stop - start,)."""
    if field == "flip":
        return (random_units(seed, name, start, stop) < vary.flip).astype(np.intp)
    levels = vary.levels(field)
    words = random_words(seed, name, start, stop)
    drawn = scale_words(words, np.array([len(levels)], np.uint64))
    return same_looking(field, levels)[drawn]


def same_looking(field: str, levels: Sequence[float]) -> npt.NDArray[np.intp]:
    """Return the first row of `levels` equal to each: -180 and 180 degrees are one angle."""
    seen = np.mod(levels, AROUND) if field in ANGLES else np.asarray(levels)
    _, first, row = np.unique(seen, return_index=True, return_inverse=True)
    return first[row]


@dataclass(frozen=True)
class LookTable:
    """The values that rows of looks stand for.

    Attributes
    ----------
    levels : of each drawn column, in their order: depth, field and (levels,) float64
    fixed : (layers, FIELDS) float64, the values that are not drawn
    resized : whether sprites of each layer may have another size than in their files
    is_plain : whether all sprites are as in their files
    """

    levels: dict[tuple[int, str], Floats]
    fixed: Floats
    resized: tuple[bool, ...]
    is_plain: bool

    @classmethod
    def of(cls, vary: Sequence[Vary]) -> LookTable:
        """Return the table of layers with these variations."""
        return cls(
            levels={
                (d, field): np.array(vary[d].levels(field)) for d, field in drawn_columns(vary)
            },
            fixed=np.array([[one.levels(field)[0] for field in FIELDS] for one in vary]),
            resized=tuple(
                any(set(one.levels(field)) != {NEUTRAL[field]} for field in RESIZING)
                for one in vary
            ),
            is_plain=all(one.is_plain for one in vary),
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
        return np.broadcast_to(self.fixed[depth, FIELDS.index(field)], len(looks))

    def whole(self, looks: Looks) -> Floats | None:
        """Return all values: (images, layers, FIELDS); None if sprites are as in files."""
        if self.is_plain:
            return None
        values = np.repeat(self.fixed[None], len(looks), axis=0)
        for column, ((depth, field), levels) in enumerate(self.levels.items()):
            values[:, depth, FIELDS.index(field)] = levels[looks[:, column]]
        return values
