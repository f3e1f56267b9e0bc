"""Families of images: the members of each scene, one after the other; pairs have two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from imggen.config.plain import FAMILY_COLUMN, MEMBER_COLUMN, PAIR_COLUMN, VIEW

if TYPE_CHECKING:
    from imggen.config import Config

FULL_TURN = 360  # degrees
ANGLES = ("rotate", "hue")

Row = TypeVar("Row", bound=np.generic)


def members(rows: npt.NDArray[Row], size: int) -> list[npt.NDArray[Row]]:
    """Split the rows of all images into those of first members, of second members, ..."""
    return [rows[member::size] for member in range(size)]


def interleave(parts: Sequence[npt.NDArray[Row]]) -> npt.NDArray[Row]:
    """Join the rows of first members, of second members, ... in turn."""
    if len(parts) == 1:
        return parts[0]
    return np.stack(parts, axis=1).reshape(len(parts) * len(parts[0]), *parts[0].shape[1:])


def for_each_member(
    size: int, draw: Callable[..., npt.NDArray[Row]], *rows: npt.NDArray[Any]
) -> npt.NDArray[Row]:
    """Draw for the first members of all scenes, then likewise for the others, given their `rows`.

    Members of a family share the random numbers of their scene.
    """
    parts = zip(*(members(one, size) for one in rows), strict=True)
    return interleave([draw(*own) for own in parts])


def distinct_rows(field: str, levels: Sequence[float] | npt.NDArray[np.float64]) -> list[int]:
    """Return the first row of each of `levels` that looks different, such as 0 of 0 and 360 hue."""
    seen = np.mod(levels, FULL_TURN) if field in ANGLES else np.asarray(levels)
    return sorted(np.unique(seen, return_index=True)[1].tolist())


def family_columns(
    config: Config, size: int, images: npt.NDArray[np.int64]
) -> Iterator[tuple[str, npt.NDArray[np.int64], tuple[str, ...] | None]]:
    """Yield columns that say which family `images` (n,) are of, and which member each is.

    They are numbers, and the texts that these stand for, if any.
    """
    if config.dataset.pair is not None:
        yield PAIR_COLUMN, images // size, None
    elif config.dataset.family is not None:
        yield FAMILY_COLUMN, images // size, None
        yield MEMBER_COLUMN, images % size, None
    elif config.view:
        yield FAMILY_COLUMN, images // size, None
        yield VIEW, images % size, tuple(view.name for view in config.view)
