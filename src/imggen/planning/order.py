"""The order in which a dataset's images are made: positions, of which chunks are ranges.

Both orders know which images any range of positions holds, from the segments with these images
alone.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.planning.groups import Index
from imggen.planning.plan import Plan, join
from imggen.planning.ranges import Range, adjoined, gather
from imggen.planning.sampling.splits import Splits
from imggen.planning.scenes import Chunk
from imggen.planning.segments import Segments

Ints = npt.NDArray[np.int64]

CUT_AT_ONCE = 1024  # images: to make small chunks one by one takes longer than to render some


class Span(NamedTuple):
    """Positions from `start` on, which hold images of one segment: the rows (n,) of its plan."""

    start: int
    segment: int
    rows: Index


@dataclass(frozen=True)
class ImageOrder:
    """An order of the images of `segments`."""

    segments: Segments

    @property
    def count(self) -> int:
        """The number of images."""
        return self.segments.count

    @abstractmethod
    def spans(self, start: int, stop: int) -> Iterator[Span]:
        """Yield the images at positions `start` to `stop`, in their order."""

    @abstractmethod
    def spans_of(self, segment: int) -> Iterator[Span]:
        """Yield the positions of all images of a segment."""

    def cuts(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Yield `start` to `stop` in ranges, each of images that are sorted together."""
        yield start, stop

    def images(self, start: int, stop: int) -> Ints:
        """Return the indices of the images at positions `start` to `stop`: (n,)."""
        size = self.segments.size
        spans = [span.rows + np.int64(span.segment * size) for span in self.spans(start, stop)]
        return np.concatenate(spans)

    def splits_of(self, start: int, stop: int) -> Splits:
        """Return the splits of the images at positions `start` to `stop`: (n,)."""
        spans = self.spans(start, stop)
        return np.concatenate([self.segments[span.segment].splits[span.rows] for span in spans])

    def shown(self, *ranges: Range) -> tuple[Ints, Plan]:
        """Return the images at all positions in `ranges`: their indices, and the plan of them."""
        spans = [span for bounds in adjoined(ranges) for span in self.spans(*bounds)]
        images, taken = [], []
        for segment, own in groupby(spans, attrgetter("segment")):
            rows = np.concatenate([span.rows for span in own])
            plan = self.segments[segment]
            images.append(rows + np.int64(plan.start))
            taken.append(plan.take(rows))
        return np.concatenate(images), join(taken)

    def chunk(self, start: int, stop: int) -> Chunk:
        """Return the chunk at positions `start` to `stop`."""
        images, plan = self.shown((start, stop))
        return plan.as_chunk(start, images)

    def chunks(self, ranges: Iterable[Range]) -> Iterator[Chunk]:
        """Yield the chunk of each of `ranges`; small ones are cut out of a larger one."""
        for group in gather(ranges, CUT_AT_ONCE):
            images, plan = self.shown(*group)
            whole = plan.as_chunk(group[0][0], images)
            taken = 0
            for start, stop in group:
                yield whole.cut(taken, taken + stop - start, start)
                taken += stop - start


@dataclass(frozen=True)
class SceneOrder(ImageOrder):
    """Segment after segment; in each, equal scenes are neighbours."""

    def spans(self, start: int, stop: int) -> Iterator[Span]:
        """Yield the images at positions `start` to `stop`, in their order."""
        for first, end in self.cuts(start, stop):
            number = first // self.segments.size
            within = number * self.segments.size
            rows = self.segments[number].order[first - within : end - within]
            yield Span(first, number, rows.astype(np.intp))

    def spans_of(self, segment: int) -> Iterator[Span]:
        """Yield the positions of all images of a segment."""
        return self.spans(*self.segments.bounds(segment))

    def cuts(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Yield `start` to `stop` in ranges, each within a segment."""
        size = self.segments.size
        while start < stop:
            end = min((start // size + 1) * size, stop)
            yield start, end
            start = end


@dataclass(frozen=True)
class IndexOrder(SceneOrder):
    """Images by their index: what is made together is stored together."""

    def spans(self, start: int, stop: int) -> Iterator[Span]:
        """Yield the images at positions `start` to `stop`, in their order."""
        size = self.segments.size
        for first, end in self.cuts(start, stop):
            number = first // size
            yield Span(first, number, np.arange(first, end) - number * size)


@dataclass(frozen=True)
class SplitOrder(ImageOrder):
    """Split after split, and in each by the index of images."""

    @cached_property
    def before(self) -> Ints:
        """The position of the first image of each split in each segment: (segments, splits)."""
        counts = self.segments.split_counts
        sizes = counts.sum(axis=0)
        first: Ints = np.cumsum(sizes) - sizes + np.cumsum(counts, axis=0) - counts
        return first

    @property
    def sizes(self) -> list[int]:
        """The number of images of each split."""
        return self.segments.split_sizes

    def split_at(self, position: int) -> int:
        """Return the split of the image at `position`."""
        return int(np.searchsorted(np.cumsum(self.sizes), position, side="right"))

    def splits_of(self, start: int, stop: int) -> Splits:
        """Return the splits of the images at positions `start` to `stop`: (n,)."""
        ends = np.cumsum(self.sizes)
        dtype = np.min_scalar_type(len(ends))
        return np.searchsorted(ends, np.arange(start, stop), side="right").astype(dtype)

    def spans(self, start: int, stop: int) -> Iterator[Span]:
        """Yield the images at positions `start` to `stop`, in their order."""
        while start < stop:
            split = self.split_at(start)
            number = int(np.searchsorted(self.before[:, split], start, side="right")) - 1
            rows = self.rows_of(number, split)[start - self.before[number, split] :]
            yield Span(start, number, rows[: stop - start])
            start += min(len(rows), stop - start)

    def spans_of(self, segment: int) -> Iterator[Span]:
        """Yield the positions of all images of a segment."""
        for split, start in enumerate(self.before[segment].tolist()):
            rows = self.rows_of(segment, split)
            if len(rows):
                yield Span(start, segment, rows)

    def rows_of(self, segment: int, split: int) -> Index:
        """Return the images of a split in a segment, as rows of its plan."""
        return np.flatnonzero(self.segments[segment].splits == split)
