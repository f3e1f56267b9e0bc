"""The files that a chunk wrote, by name: what a record lists, with the names that the plan gives.

To check a folder, load a journal's records and compare each file that `Contents.files` lists, and
where the container is an array each row that `Contents.rows` lists. What is written once for all
images (tables, merged labels) is listed in `run.json`, see files.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from imggen.config.output import ARRAYS
from imggen.formats.labeller import file_labels, merged_labels
from imggen.formats.picture import About, Picture
from imggen.plan import Plan
from imggen.plan.names import Namer
from imggen.plan.sampling.splits import Splits
from imggen.run.record import ChunkRecord
from imggen.store.layout import IMAGES, SUFFIXES, part_name, piece_name


class Listed(NamedTuple):
    """A file that a record lists: its name below the dataset's folder, its size and XXH3-128."""

    name: str
    size_bytes: int
    digest: bytes


class Row(NamedTuple):
    """A row of the array of pixels: the index of its image, and the XXH3-128 of its bytes."""

    image: int
    digest: bytes


@dataclass(frozen=True)
class Contents:
    """Lists what chunks of `plan` wrote.

    `plan` must have the order that the run had: with a sharded container that of `in_blocks`.
    """

    plan: Plan
    namer: Namer
    about: About

    def files(self, record: ChunkRecord) -> Iterator[Listed]:
        """Yield every file of a chunk: images, labels beside them, parts of labels, and shards.

        Shards have their first names (`piece_name`) here; once the run is complete, what
        `shards.read_numbers` gives maps these to their names in the dataset.
        """
        names = self._own_names(record) if self.plan.config.output.container == "files" else ()
        yield from names
        splits = self.plan.splits[self.plan.order[record.start : record.stop]]
        bounds = record.start, record.stop
        others = [part_name(*bounds, *part) for part in parts_of(self.about, splits)]
        others += pieces_of(self.plan.config.output.container, record)
        for name, (size_bytes, digest) in zip(others, record.files.tolist(), strict=True):
            yield Listed(name, size_bytes, digest)

    def rows(self, record: ChunkRecord) -> Iterator[Row]:
        """Yield the rows of a chunk in the array of pixels; none with other containers."""
        if self.plan.config.output.container in ARRAYS:
            images = self.plan.order[record.start : record.stop].tolist()
            yield from map(Row, images, record.images["digest"].tolist())

    def _own_names(self, record: ChunkRecord) -> Iterator[Listed]:
        """Yield the images and the label files beside them, image by image."""
        labels = file_labels(self.about)
        sizes, digests = record.images["size_bytes"].tolist(), record.images["digest"].tolist()
        beside = record.labels.tolist()
        for k, picture in enumerate(self.pictures(record)):
            yield Listed(f"{IMAGES}/{picture.name}{self.about.suffix}", sizes[k], digests[k])
            for label, (size_bytes, digest) in zip(labels, beside[k], strict=True):
                yield Listed(label.path(picture), size_bytes, digest)

    def pictures(self, record: ChunkRecord) -> Iterator[Picture]:
        """Yield the images of a chunk, in the plan's order, without instances."""
        images = self.plan.order[record.start : record.stop].astype(np.int64)
        shown = self.plan.traits[images], self.plan.splits[images]
        names = self.namer.names(images, *shown)
        return self.about.pictures(images, *shown, names)


def labels_beside(about: About, container: str) -> int:
    """Return how many label files lie beside each image."""
    return len(file_labels(about)) if container == "files" else 0


def parts_of(about: About, splits: Splits) -> Iterator[tuple[str, str]]:
    """Yield format and split of each merged label file that images of `splits` (n,) add to."""
    for label in merged_labels(about):
        for split in about.splits_among(splits):
            yield label, split


def pieces_of(container: str, record: ChunkRecord) -> list[str]:
    """Return the first names of the shards of a chunk; none where images are not in shards."""
    if container not in SUFFIXES:
        return []
    count = int(record.images["piece"].max()) + 1
    suffix = SUFFIXES[container]
    return [piece_name(record.start, record.stop, piece, suffix) for piece in range(count)]
