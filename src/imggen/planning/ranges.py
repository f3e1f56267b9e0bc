"""Ranges of positions in an order of images: what covers them, what is missing between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

Range = tuple[int, int]  # start and stop in the order


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


def missing(done: Sequence[Range], begin: int, end: int) -> Iterator[Range]:
    """Yield the ranges of positions `begin` to `end` that the sorted ranges `done` leave out."""
    position = begin
    for start, stop in [*done, (end, end)]:
        if position < min(start, end):
            yield position, min(start, end)
        position = max(position, stop)


def cut(start: int, stop: int, size: int) -> Iterator[Range]:
    """Yield `start` to `stop` in ranges of up to `size`."""
    yield from ((first, min(first + size, stop)) for first in range(start, stop, size))


def gather(ranges: Iterable[Range], most: int) -> Iterator[list[Range]]:
    """Yield `ranges` in groups of up to `most` positions, or of one that is larger."""
    group: list[Range] = []
    size = 0
    for start, stop in ranges:
        if group and size + stop - start > most:
            yield group
            group, size = [], 0
        group.append((start, stop))
        size += stop - start
    if group:
        yield group


def adjoined(ranges: Iterable[Range]) -> Iterator[Range]:
    """Yield `ranges` in their order; those that follow each other without a gap as one."""
    last: Range | None = None
    for start, stop in ranges:
        if last is not None and last[1] != start:
            yield last
            last = None
        last = (start if last is None else last[0]), stop
    if last is not None:
        yield last
