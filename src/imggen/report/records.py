"""The records of all chunks of a finished dataset: those in its journal, the others made again.

The journal may be deleted once a run is complete, and a record in it be damaged. What it lacks is
rendered to a folder that is thrown away, to have its digests to compare with.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import starmap
from pathlib import Path

from imggen.containers.base import missing
from imggen.containers.record import ChunkRecord
from imggen.errors import OutputError
from imggen.report.opened import Opened
from imggen.run.chunk import close_worker_state, render_chunk
from imggen.run.engine import Engine
from imggen.run.journal import Journal
from imggen.run.options import Progress
from imggen.run.render import default_chunk_size, make_job
from imggen.store.layout import PARTS

Range = tuple[int, int]


@dataclass(frozen=True)
class Records:
    """The records of all chunks.

    Attributes
    ----------
    kept : the dataset's own journal
    made : the journal of what it lacks
    folder : where that is, with the parts of labels that were made with it
    """

    kept: Journal
    made: Journal
    folder: Path

    def __iter__(self) -> Iterator[ChunkRecord]:
        """All records, in the plan's order."""
        made = list(self.made.readable())
        for record in self.kept.readable():
            while made and made[0].start <= record.start:
                other = made.pop(0)
                if other.start < record.start:  # else the journal has it by now
                    yield other
            yield record
        yield from made


def complete_records(
    opened: Opened, folder: Path, engine: Engine, workers: int, progress: Progress
) -> Records:
    """Return all records of a dataset; what its journal lacks is rendered to `folder`.

    Raises
    ------
    OutputError
        If that would be of other bytes, as other versions are installed than made the dataset.
    """
    records = Records(opened.journal(), Journal(folder, opened.kind), folder)
    chunks = list(missing_chunks(opened, records.kept, workers))
    if not chunks:
        return records
    check_versions(opened, "its journal does not list all images")
    count = opened.plan.count
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
        for record in engine.run(render_chunk, job, starmap(opened.plan.chunk, chunks)):
            records.made.add(record)
            remove_images(opened, record, folder)
            progress.advance(len(record.images), int(record.images["size_bytes"].sum()))
    finally:
        records.made.close()
        close_worker_state()  # one worker is this process itself
    return records


def check_versions(opened: Opened, why: str) -> None:
    """Refuse to render images of a dataset that other versions made: their bytes would differ.

    Raises
    ------
    OutputError
        Naming them, and `why` images are needed.
    """
    others = list(opened.other_versions())
    if others:
        message = (
            f"{opened.out} was made by other versions ({', '.join(others)}), and {why}; install "
            "those to make the same files again."
        )
        raise OutputError(message)


def missing_chunks(opened: Opened, journal: Journal, workers: int) -> Iterator[Range]:
    """Yield start and stop of each chunk that `journal` lacks, in the plan's order."""
    plan = opened.plan
    known = [(record.start, record.stop) for record in journal.readable()]
    left = sum(stop - start for start, stop in missing(known, plan.count))
    yield from opened.container.chunks(plan, known, default_chunk_size(left, workers))


def remove_images(opened: Opened, record: ChunkRecord, folder: Path) -> None:
    """Remove what a chunk wrote, but for the parts of labels, which are merged later."""
    for listed in opened.contents.files(record):
        if not listed.name.startswith(PARTS):
            (folder / listed.name).unlink()


def keep_records(opened: Opened, records: Records) -> None:
    """Put records that were made again into the dataset's own journal, and their parts."""
    made = list(records.made.readable())
    if not made:
        return
    records.kept.begin(opened.manifest)
    for record in made:
        for listed in opened.contents.files(record):
            if listed.name.startswith(PARTS):
                (opened.out / listed.name).parent.mkdir(parents=True, exist_ok=True)
                shutil.move(records.folder / listed.name, opened.out / listed.name)
        records.kept.add(record)
    records.kept.close()
