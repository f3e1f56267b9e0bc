"""The records of all chunks of a finished dataset, from its journal or rendered again.

The journal of a complete run may be deleted, and its records may be damaged. Missing chunks are
rendered to a temporary folder, so that there are digests to compare with.
"""

from __future__ import annotations

import heapq
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from imggen.containers.record import ChunkRecord
from imggen.errors import OutputError
from imggen.planning.ranges import Range, missing
from imggen.report.opened import Opened
from imggen.run.chunks.worker import close_worker_state, render_chunk
from imggen.run.engines.engine import Engine
from imggen.run.journal.images import ImageRecords
from imggen.run.journal.journal import Journal
from imggen.run.options import Progress
from imggen.run.render import default_chunk_size, make_job


@dataclass(frozen=True)
class Records:
    """The records of all chunks of a dataset.

    Attributes
    ----------
    kept : the dataset's own journal
    made : the journal of the chunks that were rendered again
    folder : the folder of that journal, with the label fragments of these chunks
    """

    kept: Journal
    made: Journal
    folder: Path

    def __iter__(self) -> Iterator[ChunkRecord]:
        """Yield all records, in the plan's order."""
        last = -1
        for record in heapq.merge(self.kept.readable(), self.made.readable(), key=start_of):
            if record.start > last:  # else the journal has it by now
                yield record
            last = record.start

    def images(self, opened: Opened) -> ImageRecords:
        """Return the records of all images by their index."""
        ranges = [(record.start, record.stop) for record in self]
        return ImageRecords(opened.order, ranges, self._find, opened.kind.images)

    def _find(self, bounds: Range) -> ChunkRecord:
        """Return the record of a range, from the journal that has it."""
        kept = self.kept.find(bounds) if self.kept.has(bounds) else None
        return kept or self.made.record(bounds)


def start_of(record: ChunkRecord) -> int:
    """Return the position of a record's first image."""
    return record.start


def complete_records(
    opened: Opened, folder: Path, engine: Engine, workers: int, progress: Progress
) -> Records:
    """Return all records of a dataset; chunks missing from its journal are rendered to `folder`.

    Raises
    ------
    OutputError
        If rendering would give other bytes, as other versions made the dataset.
    """
    records = Records(opened.journal(), Journal(folder, opened.kind), folder)
    chunks = list(missing_chunks(opened, records.kept, workers))
    if not chunks:
        return records
    check_versions(opened, "its journal does not list all images")
    count = opened.count
    left = sum(stop - start for start, stop in chunks)
    progress.say(
        f"Rendering {left:,} of {count:,} images again to compare with: "
        "the journal does not list them."
    )
    opened.container.make_trial(folder)
    records.made.begin(opened.manifest)
    progress.begin(count, count - left)
    job = make_job(opened.recipe, folder, engine)
    try:
        for record in engine.run(render_chunk, job, opened.order.chunks(chunks)):
            records.made.add(record)
            remove_images(opened, record, folder)
            progress.advance(len(record.images), int(record.images["size_bytes"].sum()))
    finally:
        records.made.close()
        close_worker_state()  # with one worker, this process rendered
    return records


def check_versions(opened: Opened, why: str) -> None:
    """Refuse to render images of a dataset that other versions made, as their bytes would differ.

    Raises
    ------
    OutputError
        Names these versions, and gives `why` as the reason to render.
    """
    others = list(opened.other_versions())
    if others:
        message = (
            f"{opened.out} was made by other versions ({', '.join(others)}), and {why}; install "
            "the earlier versions to make the same files again."
        )
        raise OutputError(message)


def missing_chunks(opened: Opened, journal: Journal, workers: int) -> Iterator[Range]:
    """Yield start and stop of each chunk that is not in `journal`, in the plan's order."""
    part = 0, opened.count
    known = [(record.start, record.stop) for record in journal.readable()]
    left = sum(stop - start for start, stop in missing(known, *part))
    size = default_chunk_size(opened.container, opened.recipe.library, left, workers)
    yield from opened.container.chunks(opened.order, known, size, part)


def remove_images(opened: Opened, record: ChunkRecord, folder: Path) -> None:
    """Remove the files of a chunk, except label fragments, which are merged later."""
    contents = opened.contents
    for listed in chain(contents.image_files(record), contents.shards(record)):
        (folder / listed.name).unlink()


def keep_records(opened: Opened, records: Records) -> None:
    """Move records made again, and their label fragments, to the dataset's own journal."""
    made = list(records.made.readable())
    if not made:
        return
    records.kept.begin(opened.manifest)
    for record in made:
        for listed in opened.contents.fragments(record):
            (opened.out / listed.name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(records.folder / listed.name, opened.out / listed.name)
        records.kept.add(record)
    records.kept.close()
