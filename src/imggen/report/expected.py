"""What must be in the folder of a dataset: tasks to check it, names, and digests."""

from __future__ import annotations

from collections.abc import Iterator

from imggen.containers.arrays import Arrays, row_size
from imggen.containers.base import Numbered
from imggen.containers.record import ChunkRecord
from imggen.report.opened import Opened
from imggen.report.records import Records
from imggen.report.samples import Sample
from imggen.report.tasks import Expected, Files, Other, Row, Rows, Shard, Task
from imggen.store.layout import PARTS, SUMMARY

AT_ONCE = 32  # images of a task, so that the progress is seen


def tasks(opened: Opened, records: Records) -> Iterator[Task]:
    """Yield what to check."""
    for record in records:
        yield from loose_tasks(opened, record)
    yield from part_tasks(opened, records)
    yield from shard_tasks(opened, records)
    if isinstance(opened.container, Arrays):
        yield from row_tasks(opened, opened.container, records)
    shards = {shard.name for shard in numbered(opened, records).values()}
    for name, entry in opened.entries.items():
        if name not in shards:
            yield Other(name, entry)


def loose_tasks(opened: Opened, record: ChunkRecord) -> Iterator[Files]:
    """Yield the loose images of a chunk with the labels beside them."""
    beside = 1 + record.labels.shape[1]
    listed = opened.contents.image_files(record)
    files = [Expected(*file, record.start + k // beside) for k, file in enumerate(listed)]
    for start in range(0, len(files), AT_ONCE * beside):
        some = files[start : start + AT_ONCE * beside]
        yield Files(some, len(some) // beside)


def part_tasks(opened: Opened, records: Records) -> Iterator[Task]:
    """Yield the parts of labels that the journal keeps, by chunk."""
    for record in records.kept.readable():
        listed = opened.contents.files(record)
        parts = [Expected(*file, None) for file in listed if file.name.startswith(PARTS)]
        if parts:
            yield Files(parts, 0)


def numbered(opened: Opened, records: Records) -> dict[str, Numbered]:
    """Return the last name of each shard and what is known of it, by its first name."""
    return dict(opened.container.numbered(opened.plan, opened.recipe.info, records))


def shard_tasks(opened: Opened, records: Records) -> Iterator[Task]:
    """Yield the shards with what is in them."""
    numbers = numbered(opened, records)
    for record in records if numbers else ():
        samples = list(samples_of(opened, record))
        which = record.images["shard"].tolist()
        for shard, first_name in enumerate(opened.container.first_names(record)):
            own = [sample for sample, k in zip(samples, which, strict=True) if k == shard]
            yield Shard(*numbers[first_name], own)


def samples_of(opened: Opened, record: ChunkRecord) -> Iterator[Sample]:
    """Yield what each image of a chunk is in its shard."""
    digests = record.images["digest"].tolist()
    for image, digest in zip(opened.contents.images(record), digests, strict=True):
        key = opened.recipe.info.within_split(image)
        yield Sample(key, image.index, image.split, image.variants, digest)


def row_tasks(opened: Opened, container: Arrays, records: Records) -> Iterator[Task]:
    """Yield the rows of pixels; none where it is not known where they begin."""
    start = container.first_row(opened.out, opened.entries.get(container.file))
    row_bytes = row_size(opened.plan)
    for record in records if start is not None else ():
        rows = [
            Row(*row, position)
            for position, row in enumerate(opened.contents.rows(record), record.start)
        ]
        for k in range(0, len(rows), AT_ONCE):
            yield Rows(container.file, start or 0, row_bytes, rows[k : k + AT_ONCE])


def expected_names(opened: Opened, records: Records) -> Iterator[str]:
    """Yield the names of all files that must be there, but for the journal's."""
    yield SUMMARY
    yield from opened.entries
    for record in records:
        for task in loose_tasks(opened, record):
            yield from (file.name for file in task.files)


def expected_digests(opened: Opened, records: Records) -> Iterator[tuple[bytes, str]]:
    """Yield each digest, and what has it."""
    for name, entry in opened.entries.items():
        yield entry.digest, name
    for record in records:
        for task in loose_tasks(opened, record):
            yield from ((file.digest, file.name) for file in task.files)
        for image, digest in opened.contents.rows(record):
            yield digest, f"image {image}"
