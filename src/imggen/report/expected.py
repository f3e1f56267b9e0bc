"""The expected content of a dataset's folder: tasks that check it, file names, and digests."""

from __future__ import annotations

from collections.abc import Iterator

from imggen.containers.arrays import Arrays
from imggen.containers.numbering import Numbered
from imggen.containers.pixels import row_size
from imggen.containers.record import ChunkRecord
from imggen.containers.samples import Sample
from imggen.report.opened import Opened
from imggen.report.records import Records
from imggen.report.tasks import (
    ExpectedFile,
    ExpectedRow,
    FileTask,
    LooseTask,
    RowTask,
    ShardTask,
    Task,
)
from imggen.store.layout import SUMMARY

AT_ONCE = 32  # images per task: few enough to show progress


def tasks(opened: Opened, records: Records) -> Iterator[Task]:
    """Yield the tasks that check a dataset."""
    for record in records:
        yield from loose_tasks(opened, record)
    yield from fragment_tasks(opened, records)
    yield from shard_tasks(opened, records)
    if isinstance(opened.container, Arrays):
        yield from row_tasks(opened, opened.container, records)
    shards = {shard.name for shard in numbered(opened, records).values()}
    for name, entry in opened.entries.items():
        if name not in shards:
            yield FileTask(name, entry)


def loose_tasks(opened: Opened, record: ChunkRecord) -> Iterator[LooseTask]:
    """Yield tasks for the loose images of a chunk and their label files."""
    per_image = 1 + record.labels.shape[1]
    listed = opened.contents.image_files(record)
    files = [ExpectedFile(*file, record.start + k // per_image) for k, file in enumerate(listed)]
    for start in range(0, len(files), AT_ONCE * per_image):
        some = files[start : start + AT_ONCE * per_image]
        yield LooseTask(some, len(some) // per_image)


def fragment_tasks(opened: Opened, records: Records) -> Iterator[Task]:
    """Yield a task for the label fragments of each chunk in the journal."""
    for record in records.kept.readable():
        fragments = [ExpectedFile(*file, None) for file in opened.contents.fragments(record)]
        if fragments:
            yield LooseTask(fragments, 0)


def numbered(opened: Opened, records: Records) -> dict[str, Numbered]:
    """Return the final name, size and digest of each shard, by its name within its chunk."""
    return dict(opened.container.numbered(opened.order, opened.recipe.info, records))


def shard_tasks(opened: Opened, records: Records) -> Iterator[Task]:
    """Yield a task for each shard."""
    numbers = numbered(opened, records)
    for record in records if numbers else ():
        samples = list(samples_of(opened, record))
        which = record.images["shard"].tolist()
        for shard, first_name in enumerate(opened.container.first_names(record)):
            own = [sample for sample, k in zip(samples, which, strict=True) if k == shard]
            yield ShardTask(*numbers[first_name], own)


def samples_of(opened: Opened, record: ChunkRecord) -> Iterator[Sample]:
    """Yield the expected sample of each image of a chunk."""
    digests = record.images["digest"].tolist()
    for image, digest in zip(opened.contents.images(record), digests, strict=True):
        key = opened.recipe.info.within_split(image)
        yield Sample(key, image.index, image.split, image.variants, digest)


def row_tasks(opened: Opened, container: Arrays, records: Records) -> Iterator[Task]:
    """Yield tasks for the rows of pixels; none if their offset in the file is unknown."""
    start = container.first_row(opened.out, opened.entries.get(container.file))
    row_bytes = row_size(opened.order)
    for record in records if start is not None else ():
        rows = [
            ExpectedRow(*row, position)
            for position, row in enumerate(opened.contents.rows(record), record.start)
        ]
        for k in range(0, len(rows), AT_ONCE):
            yield RowTask(container.file, start or 0, row_bytes, rows[k : k + AT_ONCE])


def expected_names(opened: Opened, records: Records) -> Iterator[str]:
    """Yield the names of all expected files, except those of the journal."""
    yield SUMMARY
    yield from opened.entries
    for record in records:
        yield from (file.name for file in opened.contents.image_files(record))


def expected_digests(opened: Opened, records: Records) -> Iterator[tuple[bytes, str]]:
    """Yield each expected digest with the name of its file or image."""
    for name, entry in opened.entries.items():
        yield entry.digest, name
    for record in records:
        yield from ((file.digest, file.name) for file in opened.contents.image_files(record))
        for image, digest in opened.contents.rows(record):
            yield digest, f"image {image}"
