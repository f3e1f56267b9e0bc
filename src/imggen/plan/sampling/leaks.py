"""Refuse the same scene in two splits, where `dataset.disjoint` asks for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.errors import PlanError
from imggen.plan.columns import layer_columns
from imggen.plan.groups import Index, Traits
from imggen.plan.sampling.splits import Splits


@dataclass(frozen=True)
class SortedImages:
    """All images, in an order in which those that show the same are neighbours.

    Attributes
    ----------
    images : (images,), their numbers
    traits, splits : (images, layers) and (images,)
    same : (images,) bool, shows the same as the one before
    """

    images: Index
    traits: Traits
    splits: Splits
    same: npt.NDArray[np.bool_]

    def find_leaks(self) -> Index:
        """Return where an image and the next show the same in different splits: (leaks,)."""
        return np.flatnonzero(self.same[1:] & (self.splits[1:] != self.splits[:-1]))


def check_disjoint(
    disjoint: str, splits: Sequence[str], layers: Sequence[Variants], images: SortedImages
) -> None:
    """Refuse splits, given by name, that have a scene or a combination in common.

    Raises
    ------
    PlanError
        Naming two images of different splits that show the same.
    """
    leaks = images.find_leaks()
    if not len(leaks):
        return
    raise PlanError(say_leak(disjoint, splits, layers, images, leaks))


def say_leak(
    disjoint: str,
    splits: Sequence[str],
    layers: Sequence[Variants],
    images: SortedImages,
    leaks: Index,
) -> str:
    """Return the sentence on the first of `leaks`, and the number of the others."""
    first = int(leaks[0])
    one, other = (
        f"image {images.images[k]} of {splits[images.splits[k]]}" for k in (first, first + 1)
    )
    row = images.traits[first]
    shown = ", ".join(f"{column.layer} {column.shown(row)}" for column in layer_columns(layers))
    more = len(np.unique(np.cumsum(~images.same)[leaks])) - 1
    among = f", and so do images of {more:,} other scene{'s' * (more > 1)}" if more else ""
    return (
        f'dataset.disjoint is "{disjoint}", but {one} and {other} show the same '
        f"({shown}){among}; "
        'give disjoint = "combinations" or unique = true, or make scenes differ more.'
    )
