"""Group images that the rules treat alike, so that work is done once for each group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from imggen.planning.matching import Mask

Traits = npt.NDArray[np.unsignedinteger[Any]]  # (images, layers), variant of each layer
Index = npt.NDArray[np.intp]
Column = tuple[Index, int]  # a number for each row, and a bound above them all

WIDEST = 2**62  # groups that a code of 64 bits can number
NARROW = 2**16  # fewer numbers than that are counted, not sorted


def classes_of(masks: Sequence[Mask], count: int) -> Index:
    """Number `count` variants by class: variants in the same `masks` share one."""
    if not masks:
        return np.zeros(count, np.intp)
    return np.unique(np.stack(masks), axis=1, return_inverse=True)[1].reshape(-1)


def group_rows(traits: Traits, classes: Mapping[int, Index]) -> tuple[Index, Index]:
    """Group the rows of `traits` by the class of the variant in each column of `classes`.

    Returns the group of each row, numbered in the order of their classes, and a row of each group.
    """
    columns = (
        (class_of_variant[traits[:, depth]], int(class_of_variant.max()) + 1)
        for depth, class_of_variant in classes.items()
    )
    return group_columns(len(traits), columns)


def group_columns(count: int, columns: Iterable[Column]) -> tuple[Index, Index]:
    """Group `count` rows by all `columns`; the same for rows that are numbered alike in each."""
    code = np.zeros(count, np.intp)
    groups = 1
    for column, width in columns:
        if groups * width > WIDEST:
            code, rows = number(code, groups)
            groups = len(rows)
        code = code * width + column
        groups *= width
    return number(code, groups)


def number(code: Index, limit: int) -> tuple[Index, Index]:
    """Number the different values of `code`, each below `limit`, from 0 and without gaps.

    Returns the number of each place, and a place of each number.
    """
    if limit > max(NARROW, len(code)):
        _, places, numbers = np.unique(code, return_index=True, return_inverse=True)
        return numbers, places
    occurs = np.zeros(limit, bool)
    occurs[code] = True
    numbers = (np.cumsum(occurs) - 1)[code]
    places = np.empty(np.count_nonzero(occurs), np.intp)
    places[numbers[::-1]] = np.arange(len(code) - 1, -1, -1)
    return numbers, places


def members(group: Index, count: int) -> Iterator[Index | slice]:
    """Yield the rows of each of `count` groups, in rising order."""
    if count == 1:
        yield slice(None)
        return
    small = group.astype(np.min_scalar_type(count - 1))  # small numbers sort several times as fast
    order = np.argsort(small, kind="stable")
    ends = np.cumsum(np.bincount(group, minlength=count))
    for start, end in zip([0, *ends.tolist()], ends.tolist(), strict=False):
        yield order[start:end]
