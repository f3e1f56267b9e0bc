"""Refuse the same scene in two splits, where `dataset.disjoint` asks for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.errors import PlanError
from imggen.planning.columns import layer_columns
from imggen.planning.groups import Index, Traits
from imggen.planning.sampling.splits import Splits


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


def sorted_images(
    keys: Sequence[npt.NDArray[Any]], images: Index, traits: Traits, splits: Splits
) -> SortedImages:
    """Sort `images`, whose `keys` tell apart what they show; all are (images,) or longer."""
    order = np.lexsort(keys[::-1])
    same = np.ones(len(order), bool)
    for key in keys:
        same[1:] &= key[order[1:]] == key[order[:-1]]
    same[:1] = False
    return SortedImages(images[order], traits[order], splits[order], same)


def shared_by_splits(digests: npt.NDArray[np.uint64], splits: Splits) -> npt.NDArray[np.uint64]:
    """Return the `digests` that images of several `splits` have; both are (images,)."""
    order = np.lexsort([splits, digests])
    digests, splits = digests[order], splits[order]
    shared = (digests[1:] == digests[:-1]) & (splits[1:] != splits[:-1])
    return np.unique(digests[1:][shared])


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
