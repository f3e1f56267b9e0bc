"""Shards, files of many images: how a run cuts its images into them.

A block of images is the work of one worker and mostly one shard. Blocks follow from settings and
sizes alone, so that shards do not depend on who makes them. See numbering.py for their names.
"""

from __future__ import annotations

import shutil
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, ClassVar, Generic, Self, TypeVar

from imggen.containers.base import LEAVE_OUT, NO_FOLDERS, NO_TOKENS, Container, EarlyName, Naming
from imggen.containers.numbering import (
    UNNUMBERED,
    Numbered,
    first_name,
    move,
    positions_in,
    read_numbers,
    write_numbers,
)
from imggen.containers.sink import Labelled, Pieces, Target
from imggen.errors import InputError
from imggen.planning.ranges import Range
from imggen.store.entries import Entry
from imggen.store.layout import EARLIER, JOURNAL
from imggen.store.shards import Shards, Writer

if TYPE_CHECKING:
    from pathlib import Path

    from imggen.assets import Library
    from imggen.config import Output
    from imggen.containers.record import ChunkRecord
    from imggen.formats.info import DatasetInfo
    from imggen.planning import Segments
    from imggen.planning.order import ImageOrder
    from imggen.store.digests import DigestedFile, FileDigest

NO_METADATA = f"`datasets` reads its shards as they are, {LEAVE_OUT}"

# What to do instead where shards hold records that `datasets` does not read, for sentences.
OF_RECORDS: Mapping[str, str] = {
    "metadata": 'give output.container = "parquet", which `datasets` reads',
    "class folders": f"labels.class_layer alone puts the class into each sample, {LEAVE_OUT}",
    "mask folders": NO_FOLDERS,
    "tokens": NO_TOKENS,
}


MOST_IMAGES = 10_000
LEAST_SHARDS = 32  # of a split, so that many can read it, and make it, side by side
LEAST_BYTES = 16 * 10**6  # ... unless they would be smaller than that
SAMPLE_BYTES = 4096  # what a sample takes besides its image, about
# What a file takes of its pixels' bytes, about; a block that takes more goes to several shards.
FILE_SHARE = {"png": 1.0, "jpeg": 1 / 4, "webp": 1 / 8, "webp-lossless": 1.0}

Sample = TypeVar("Sample")


@dataclass(frozen=True)
class Sharded(Container):
    """A container of shards, in folders of `[output]`'s `format`, `shard_images`, `shard_bytes`.

    Attributes
    ----------
    suffix : of the name of a shard
    """

    unused = ("duplicates",)
    sharded = True
    segments = True
    folders = (UNNUMBERED,)
    way_out = "--format jpeg"
    suffix: ClassVar[str]

    encoding: str = "png"
    shard_images: int | None = None
    shard_bytes: int = 10**9

    @classmethod
    def of(cls, output: Output) -> Self:
        """Return the container with those settings of `output` that it needs."""
        return cls(output.encoding, output.shard_images, output.shard_bytes)

    @classmethod
    @abstractmethod
    def last_name(cls, info: DatasetInfo, split: str, number: int, count: int) -> str:
        """Return the name in the dataset of shard `number` of the `count` of a split."""

    def check_run(self, chunk_size: int | None) -> None:
        """Refuse another size of chunks: a chunk is a shard.

        Raises
        ------
        InputError
            Saying so.
        """
        if chunk_size is not None:
            message = (
                f"--chunk-size is {chunk_size}, but with output.container = "
                f'"{self.name}" a task is a shard; leave it out, or give --shard-images.'
            )
            raise InputError(message)

    def order(self, segments: Segments) -> ImageOrder:
        """Return the order of shards: split by split, by the index of images."""
        from imggen.planning.order import SplitOrder  # noqa: PLC0415  # not for workers

        return SplitOrder(segments)

    def chunks(
        self, order: ImageOrder, done: Sequence[Range], size: int, part: Range
    ) -> Iterator[Range]:
        """Yield the blocks within `part` that are not `done`, whatever the `size`."""
        del size
        known = set(done)
        yield from (block for block in self.blocks(order, part) if block not in known)

    def border(self, order: ImageOrder, number: int, count: int) -> int:
        """Return the position where partition `number` of `count` ends: that of a whole shard."""
        images = order.segments.split_sizes
        sizes = [self.block_size(order.segments.library, own) for own in images]
        blocks = [-(-own // size) for own, size in zip(images, sizes, strict=True)]
        left, position = sum(blocks) * number // count, 0
        for own, size, within in zip(images, sizes, blocks, strict=True):
            position += min(min(left, within) * size, own)
            left -= min(left, within)
        return position

    def blocks(self, order: ImageOrder, part: Range) -> Iterator[Range]:
        """Yield start and stop of each block of `order` that begins in `part`."""
        start = 0
        for images in order.segments.split_sizes:
            size = self.block_size(order.segments.library, images)
            stop = start + images
            first = start + max(0, -(-(part[0] - start) // size)) * size
            cuts = range(first, min(stop, part[1]), size)
            yield from ((cut, min(cut + size, stop)) for cut in cuts)
            start = stop

    def block_size(self, library: Library, images: int) -> int:
        """Return how many images a block of a split of `images` has; all have nearly as many."""
        pixels = int(library.backgrounds[0].nbytes)
        sample_bytes = round(pixels * FILE_SHARE[self.encoding]) + SAMPLE_BYTES
        within = max(1, self.shard_bytes // sample_bytes)
        if self.shard_images is not None:
            return min(self.shard_images, within)
        shared_out = max(-(-images // LEAST_SHARDS), LEAST_BYTES // sample_bytes)
        most = max(1, min(shared_out, within, MOST_IMAGES))
        blocks = max(1, -(-images // most))
        return max(1, -(-images // blocks))

    def first_names(self, record: ChunkRecord) -> list[str]:
        """Return the names that a chunk gave its shards, which `finish` numbers."""
        count = int(record.images["shard"].max()) + 1
        bounds = record.start, record.stop
        return [first_name(*bounds, number, self.suffix) for number in range(count)]

    def numbered(
        self, order: ImageOrder, info: DatasetInfo, records: Iterable[ChunkRecord]
    ) -> Iterator[tuple[str, Numbered]]:
        """Yield the first name of each shard, and what `finish` makes of it."""
        by_split: dict[str, list[tuple[str, Entry]]] = {}
        for record in records:
            [split] = info.splits_among(order.splits_of(record.start, record.start + 1))
            names = self.first_names(record)
            entries = [Entry(*file) for file in record.files[-len(names) :].tolist()]
            by_split.setdefault(split, []).extend(zip(names, entries, strict=True))
        for split, own in by_split.items():
            for number, (name, entry) in enumerate(own):
                yield name, Numbered(self.last_name(info, split, number, len(own)), entry)

    def planned_name(self, order: ImageOrder, info: DatasetInfo, first: str) -> str | None:
        """Return the last name of the only shard of a block, which is called `first` at first.

        Return None if the plan does not tell, as the images of a block may take several shards.
        """
        start, number = positions_in(first)
        begin, library = 0, order.segments.library
        for images in order.segments.split_sizes:
            if start < begin + images:
                size = self.block_size(library, images)
                if number or not self.is_one_shard(library, size):
                    return None
                [split] = info.splits_among(order.splits_of(start, start + 1))
                return self.last_name(info, split, (start - begin) // size, -(-images // size))
            begin += images
        return None

    def is_one_shard(self, library: Library, images: int) -> bool:
        """Return True if `images` fit into one shard even if no encoder makes them smaller."""
        sample_bytes = int(library.backgrounds[0].nbytes) + SAMPLE_BYTES
        return images == 1 or images * sample_bytes <= self.shard_bytes

    def planned_names(self, order: ImageOrder, info: DatasetInfo) -> Iterator[str]:
        """Yield the names that the plan tells of all shards."""
        for bounds in self.blocks(order, (0, order.count)):
            name = self.planned_name(order, info, first_name(*bounds, 0, self.suffix))
            if name is not None:
                yield name

    def early_name(self, order: ImageOrder, info: DatasetInfo, out: Path) -> EarlyName:
        """Return what tells the last name of a block's shard before all are done, if known.

        It has that name if it is the only one of the block. In a finished dataset with other names
        than planned, these may be those of other shards; and so may they in one that is extended,
        if any block has several shards.
        """
        numbers = read_numbers(out)
        planned = ((self.planned_name(order, info, first), one) for first, one in numbers.items())
        earlier = chain.from_iterable(map(read_numbers, (out / JOURNAL / EARLIER).glob("*")))
        if any(name not in (None, one.name) for name, one in planned) or any(
            positions_in(first)[1] for first in earlier
        ):
            return super().early_name(order, info, out)

        def find_name(bounds: Range) -> str | None:
            return self.planned_name(order, info, first_name(*bounds, 0, self.suffix))

        return find_name

    def naming(self, order: ImageOrder, info: DatasetInfo, out: Path) -> Naming:
        """Return what gives shards their last names before all are done, as far as known."""
        early_name = self.early_name(order, info, out)

        def name_shard(record: ChunkRecord) -> None:
            first, *more = self.first_names(record)
            name = None if more else early_name((record.start, record.stop))
            if name is not None:
                move(out, first, name)

        return name_shard

    def finish(
        self, order: ImageOrder, info: DatasetInfo, out: Path, records: Iterable[ChunkRecord]
    ) -> dict[str, Entry]:
        """Give all shards their last names; return the entry of each by that name.

        `records` are those of all chunks, in the plan's order.
        """
        numbers = dict(self.numbered(order, info, records))
        known = read_numbers(out)
        for first, (last, _) in numbers.items():  # blocks that took more shards than planned
            name = self.planned_name(order, info, first)
            if name not in (None, last) and first not in known and not (out / first).exists():
                move(out, name, first)
        write_numbers(out, numbers)
        for first, (last, _) in numbers.items():
            move(out, first, last)
        shutil.rmtree(out / UNNUMBERED, ignore_errors=True)
        return {numbered.name: numbered.entry for numbered in numbers.values()}


class ShardSink(Generic[Sample]):
    """Writes each image of a chunk as a sample of a shard.

    Parameters
    ----------
    make : the writer to an open shard
    """

    def __init__(
        self, container: Sharded, target: Target, make: Callable[[DigestedFile], Writer[Sample]]
    ) -> None:
        bounds = target.chunk.start, target.chunk.stop
        name = partial(first_name, *bounds, suffix=container.suffix)
        shards = Shards(target.store, name, make, container.shard_bytes)
        self._shards = target.stack.enter_context(shards)
        self.files: Sequence[FileDigest] = shards.files

    def put(self, images: Sequence[Labelled], pieces: Pieces) -> Sequence[int]:
        """Store each of `images` as a sample; return the number of the shard of each."""
        return [self._shards.put(self._sample(image, pieces)) for image in images]

    @abstractmethod
    def _sample(self, image: Labelled, pieces: Pieces) -> Sample:
        """Return what is stored of one image."""
