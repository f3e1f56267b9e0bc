"""The columns of looks: which values each field of a slot may have, and how likely they are.

How likely they are may depend on what an image shows and on its split: each column has cases, and
the first that holds for an image counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.config.vary import Vary
from imggen.config.vary_when import Variation
from imggen.planning.matching import Mask

if TYPE_CHECKING:
    from imggen.planning.groups import Index, Traits
    from imggen.planning.sampling.splits import Splits

Varied = Vary | Variation
Chances = npt.NDArray[np.float64]

AROUND = 360  # degrees of a full turn
ANGLES = ("rotate", "hue")


@dataclass(frozen=True)
class LookCase:
    """The probabilities of the levels of a column in some images.

    Attributes
    ----------
    rows : (n,) rows of the levels that can be drawn
    chances : (n,) summing to 1; None if all are alike
    when : which variants of which slots; it holds where all of them match
    split : the split that it is about; None: all of them
    called : what declares it, "correlate.1", or "vary_when.1" of its layer; empty: its `vary`
    """

    rows: Index
    chances: Chances | None = None
    when: Mapping[int, Mask] | None = None
    split: int | None = None
    called: str = ""

    def holds(self, traits: Traits, splits: Splits | None) -> Mask:
        """Mark the images of (images, slots) that it is about: (images,)."""
        found = np.ones(len(traits), bool)
        for slot, mask in (self.when or {}).items():
            found &= mask[traits[:, slot]]
        if self.split is not None and splits is not None:
            found &= splits == self.split
        return found


@dataclass(frozen=True)
class LookColumn:
    """A value that images draw: `field` of the sprites in a slot.

    Attributes
    ----------
    levels : the values that it may have
    cases : how likely they are; the first that holds counts, and the last always does
    """

    slot: int
    field: str
    levels: tuple[float, ...]
    cases: tuple[LookCase, ...]


def make_columns(
    varied: Sequence[Varied], conditions: Mapping[int, Sequence[Mapping[int, Mask]]] | None = None
) -> tuple[LookColumn, ...]:
    """Return the columns of slots that vary like this, in their order.

    `conditions` are those of the special variations of some slots, one for each.
    """
    return tuple(
        make_column(slot, field, one, (conditions or {}).get(slot, ()))
        for slot, one in enumerate(varied)
        for field in one.drawn
    )


def make_column(
    slot: int, field: str, varied: Varied, conditions: Sequence[Mapping[int, Mask]]
) -> LookColumn:
    """Return the column of one field of a slot."""
    levels = varied.levels(field)
    alike = same_looking(field, levels)
    own, special = (varied.own, varied.special) if isinstance(varied, Variation) else (varied, ())
    pairs = zip(special, conditions, strict=True)
    cases = [
        replace(make_case(field, one, levels, alike), when=when, called=f"vary_when.{number}")
        for number, (one, when) in enumerate(pairs, 1)
    ]
    return LookColumn(slot, field, levels, (*cases, make_case(field, own, levels, alike)))


def make_case(field: str, vary: Vary, levels: Sequence[float], alike: Index) -> LookCase:
    """Return the case of the images that vary like `vary`."""
    values, chances = vary.distribution(field)
    place = {value: row for row, value in reversed(list(enumerate(levels)))}
    rows = np.arange(len(levels)) if values == levels else np.array([place[v] for v in values])
    return LookCase(alike[rows], None if chances is None else np.array(chances))


def same_looking(field: str, levels: Sequence[float]) -> Index:
    """Return the first row of `levels` equal to each: -180 and 180 degrees are one angle."""
    seen = np.mod(levels, AROUND) if field in ANGLES else np.asarray(levels)
    _, first, row = np.unique(seen, return_index=True, return_inverse=True)
    found: Index = first[row]
    return found
