"""The records of images in the order of their indices, read from a journal as they are needed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from imggen.containers.record import ChunkRecord
    from imggen.planning.order import ImageOrder
    from imggen.run.journal.ranges import Range

Files = npt.NDArray[np.void]

MOST_KEPT = 2  # segments


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
        self._kept: dict[int, Files] = {}

    def __call__(self, start: int, stop: int) -> Files:
        """Return the records of images `start` to `stop`: (n,)."""
        size = self._order.segments.size
        parts = []
        for number in range(start // size, -(-stop // size)):
            first = number * size
            parts.append(self.segment(number)[max(start - first, 0) : stop - first])
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def segment(self, number: int) -> Files:
        """Return the records of the images of a segment: (n,); the latest are kept."""
        if number not in self._kept:
            start, stop = self._order.segments.bounds(number)
            files = np.zeros(stop - start, self._kind)
            for span in self._order.spans_of(number):
                files[span.rows] = self.at(span.start, span.start + len(span.rows))
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[number] = files
        return self._kept[number]

    def at(self, start: int, stop: int) -> Files:
        """Return the records of the images at positions `start` to `stop`: (n,)."""
        files = np.zeros(stop - start, self._kind)
        place = max(0, bisect_right(self._starts, start) - 1)
        while place < len(self._ranges) and self._ranges[place][0] < stop:
            first, end = self._ranges[place]
            if end > start:
                own = slice(max(start, first), min(stop, end))
                images = self._read((first, end)).images
                files[own.start - start : own.stop - start] = images[
                    own.start - first : own.stop - first
                ]
            place += 1
        return files
