"""The records of images in the order of their indices, read from a journal as they are needed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from imggen.containers.record import ChunkRecord
    from imggen.planning.order import ImageOrder
    from imggen.planning.ranges import Range

Files = npt.NDArray[np.void]


class ImageRecords:
    """The records of all images of a run that is done.

    Parameters
    ----------
    ranges : of all records, sorted
    read : returns the record of one of them
    kind : the type of the record of an image
    """

    def __init__(
        self,
        order: ImageOrder,
        ranges: Sequence[Range],
        read: Callable[[Range], ChunkRecord],
        kind: np.dtype[np.void],
    ) -> None:
        self._order = order
        self._ranges = ranges
        self._starts = [start for start, _ in ranges]
        self._read = read
        self._kind = kind
        self._kept: tuple[int, Files] | None = None  # the number of a segment, and its records

    def __call__(self, start: int, stop: int) -> Files:
        """Return the records of images `start` to `stop`: (n,)."""
        size = self._order.segments.size
        numbers = range(start // size, -(-stop // size))
        if len(numbers) == 1:
            return self._part(start, stop, numbers[0])
        # Copies, as a part of a segment would keep all of it while the next one is read.
        return np.concatenate([self._part(start, stop, number).copy() for number in numbers])

    def segment(self, number: int) -> Files:
        """Return the records of the images of a segment: (n,); the latest segment is kept."""
        kept = self._kept
        if kept is None or kept[0] != number:
            kept = self._kept = None  # before the next are read: those of many labels are large
            kept = self._kept = number, self._read_segment(number)
        return kept[1]

    def _part(self, start: int, stop: int, number: int) -> Files:
        """Return the records of those of images `start` to `stop` that a segment has."""
        first = number * self._order.segments.size
        return self.segment(number)[max(start - first, 0) : stop - first]

    def _read_segment(self, number: int) -> Files:
        start, stop = self._order.segments.bounds(number)
        files = np.zeros(stop - start, self._kind)
        for span in self._order.spans_of(number):
            for place, images in self.at(span.start, span.start + len(span.rows)):
                files[span.rows[place : place + len(images)]] = images
        return files

    def at(self, start: int, stop: int) -> Iterator[tuple[int, Files]]:
        """Yield the records of the images at positions `start` to `stop`, some (n,) at a time.

        Each come with their place: how many positions after `start` they begin.
        """
        place = max(0, bisect_right(self._starts, start) - 1)
        while place < len(self._ranges) and self._ranges[place][0] < stop:
            first, end = self._ranges[place]
            if end > start:
                begin = max(start, first)
                yield begin - start, self._read((first, end)).images[begin - first : stop - first]
            place += 1
