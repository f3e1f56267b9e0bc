"""The files that a chunk wrote, by name: what a record lists, with the names that the plan gives.

To check a folder, load a journal's records and compare each file that `Contents.files` lists, and
where the container is an array each row that `Contents.rows` lists. What is written once for all
images (tables, merged labels) is listed in `run.json`, see store/entries.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from imggen.formats.labeller import formats_beside, formats_with_fragments
from imggen.store.layout import IMAGES, fragment_name

if TYPE_CHECKING:  # a worker does without most of these
    import numpy as np
    import numpy.typing as npt

    from imggen.containers import Container
    from imggen.containers.record import ChunkRecord
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.planning.names import Namer
    from imggen.planning.order import ImageOrder
    from imggen.planning.sampling.splits import Splits


class Listed(NamedTuple):
    """A file that a record lists: its name below the dataset's folder, its size and XXH3-128."""

    name: str
    size_bytes: int
    digest: bytes


class ArrayRow(NamedTuple):
    """A row of an array of pixels: the index of its image, and the XXH3-128 of its bytes."""

    image: int
    digest: bytes


@dataclass(frozen=True)
class Contents:
    """Lists what chunks of `order`, which is that of the container, wrote."""

    order: ImageOrder
    namer: Namer
    info: DatasetInfo
    container: Container

    @property
    def labels_beside(self) -> int:
        """The number of label files of each image."""
        return labels_beside(self.info, self.container)

    def files(self, record: ChunkRecord) -> Iterator[Listed]:
        """Yield every file of a chunk: images, labels beside them, fragments of labels, and shards.

        Shards have their first names here; once the run is complete, what
        `containers.shards.read_numbers` returns maps these to their names in the dataset.
        """
        yield from self.image_files(record)
        yield from self.fragments(record)
        yield from self.shards(record)

    def fragments(self, record: ChunkRecord) -> Iterator[Listed]:
        """Yield the fragments of labels of a chunk."""
        if formats_with_fragments(self.info):
            bounds = record.start, record.stop
            fragments = fragments_of(self.info, self.order.splits_of(*bounds))
            names = [fragment_name(*bounds, *fragment) for fragment in fragments]
            yield from listed(names, record.files[: len(names)])

    def shards(self, record: ChunkRecord) -> Iterator[Listed]:
        """Yield the shards of a chunk."""
        names = self.container.first_names(record)
        yield from listed(names, record.files[len(record.files) - len(names) :])

    def image_files(self, record: ChunkRecord) -> Iterator[Listed]:
        """Yield the loose images of a chunk and the label files beside them, image by image."""
        if not self.container.loose:
            return
        formats = formats_beside(self.info)
        sizes, digests = record.images["size_bytes"].tolist(), record.images["digest"].tolist()
        if not formats:  # names are all that is needed of images, of which there may be millions
            before, after = f"{IMAGES}/", self.info.suffix
            names = (before + name + after for name in self.names(record))
            yield from map(Listed, names, sizes, digests)
            return
        beside = record.labels.tolist()
        for k, image in enumerate(self.images(record)):
            yield Listed(f"{IMAGES}/{image.name}{self.info.suffix}", sizes[k], digests[k])
            paths = [path for one in formats for path in one.paths(image)]
            for path, (size_bytes, digest) in zip(paths, beside[k], strict=True):
                yield Listed(path, size_bytes, digest)

    def rows(self, record: ChunkRecord) -> Iterator[ArrayRow]:
        """Yield the rows of a chunk in the array of pixels; none where each image is encoded."""
        if self.container.pixels:
            images = self.order.images(record.start, record.stop).tolist()
            yield from map(ArrayRow, images, record.images["digest"].tolist())

    def names(self, record: ChunkRecord) -> Iterator[str]:
        """Yield the names of the images of a chunk, in the plan's order."""
        images, plan = self.order.shown((record.start, record.stop))
        yield from self.namer.names(images, plan.traits, plan.splits)

    def images(self, record: ChunkRecord) -> Iterator[ImageInfo]:
        """Yield the images of a chunk, in the plan's order, without instances."""
        images, plan = self.order.shown((record.start, record.stop))
        shown = plan.traits, plan.splits
        names = self.namer.names(images, *shown)
        return self.info.images(images, *shown, names)


def listed(names: Iterable[str], files: npt.NDArray[np.void]) -> Iterator[Listed]:
    """Yield the files (n,) of FILE, which have these names."""
    for name, (size_bytes, digest) in zip(names, files.tolist(), strict=True):
        yield Listed(name, size_bytes, digest)


def labels_beside(info: DatasetInfo, container: Container) -> int:
    """Return how many label files lie beside each image."""
    beside = formats_beside(info) if container.loose else []
    return sum(len(one.extensions) for one in beside)


def fragments_of(info: DatasetInfo, splits: Splits) -> Iterator[tuple[str, str]]:
    """Yield format and split of each merged label file that images of `splits` (n,) add to."""
    for label in formats_with_fragments(info):
        for split in info.splits_among(splits):
            yield label, split
