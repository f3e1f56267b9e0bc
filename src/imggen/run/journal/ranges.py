"""Ranges of positions in the plan's order, as the journal lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

Range = tuple[int, int]  # start and stop


def covers(ranges: Iterable[Range], bounds: Range) -> bool:
    """Return True if one of `ranges` contains all of `bounds`."""
    return any(start <= bounds[0] and bounds[1] <= stop for start, stop in ranges)


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Return `ranges`, sorted, with adjacent and overlapping ones merged."""
    result: list[Range] = []
    for start, stop in sorted(ranges):
        if result and start <= result[-1][1]:
            result[-1] = result[-1][0], max(stop, result[-1][1])
        else:
            result.append((start, stop))
    return result


def without_overlaps(ranges: Iterable[Range]) -> list[Range]:
    """Return the sorted `ranges` without those that overlap an earlier one."""
    result: list[Range] = []
    for start, stop in ranges:
        if not result or start >= result[-1][1]:
            result.append((start, stop))
    return result


def marked(marks: npt.NDArray[np.bool_], start: int) -> Iterator[Range]:
    """Yield the ranges of positions that are True in `marks` (n,), which begins at `start`."""
    edges = np.flatnonzero(np.diff(marks, prepend=False, append=False)) + start
    yield from ((first, stop) for first, stop in edges.reshape(-1, 2).tolist())
