"""The records of all chunks of a finished dataset, from its journal or rendered again.

The journal of a complete run may be deleted, and its records may be damaged. Missing chunks are
rendered to a temporary folder, so that there are digests to compare with.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from imggen.config.output import ARRAYS
from imggen.errors import OutputError
from imggen.report.opened import Opened
from imggen.run.blocks import blocks
from imggen.run.chunk import Job, put_tools_away, render_chunk
from imggen.run.dataset import default_chunk_size
from imggen.run.engine import Engine
from imggen.run.journal import Journal
from imggen.run.options import Progress
from imggen.run.record import ChunkRecord
from imggen.run.shared import default_memory
from imggen.store.layout import FOLDERS, PARTS, PIXELS_PIECE

Range = tuple[int, int]


@dataclass(frozen=True)
class Records:
    """The records of all chunks of a dataset.

    Attributes
    ----------
    kept : the dataset's own journal
    made : the journal of the chunks that were rendered again
    folder : the folder of that journal, with the label parts of these chunks
    """

    kept: Journal
    made: Journal
    folder: Path

    def __iter__(self) -> Iterator[ChunkRecord]:
        """Yield all records, in the plan's order."""
        made = list(self.made.readable())
        for record in self.kept.readable():
            while made and made[0].start < record.start:
                yield made.pop(0)
            yield record
        yield from made


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
    count = opened.plan.count
    left = sum(stop - start for start, stop in chunks)
    progress.say(
        f"Rendering {left:,} of {count:,} images again to compare with: "
        "the journal does not list them."
    )
    make_folders(opened, folder)
    records.made.begin(opened.manifest)
    progress.begin(count, count - left)
    try:
        for record in engine.run(
            render_chunk, make_job(opened, folder, engine), (opened.plan.chunk(*c) for c in chunks)
        ):
            records.made.add(record)
            remove_images(opened, record, folder)
            progress.advance(len(record.images), int(record.images["size_bytes"].sum()))
    finally:
        records.made.close()
        put_tools_away()  # with one worker, this process rendered
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
    known = [(record.start, record.stop) for record in journal.readable()]
    if opened.config.output.sharded:
        done = set(known)
        yield from (block for block in blocks(opened.plan) if block not in done)
        return
    gaps, position = [], 0
    for start, stop in [*known, (opened.plan.count, opened.plan.count)]:
        if position < start:
            gaps.append((position, start))
        position = stop
    size = default_chunk_size(sum(stop - start for start, stop in gaps), workers)
    for start, stop in gaps:
        yield from ((cut, min(cut + size, stop)) for cut in range(start, stop, size))


def make_job(opened: Opened, out: Path, engine: Engine) -> Job:
    """Return the job that renders images of a dataset to the folder `out`."""
    return Job(
        key=token_hex(),
        library=opened.library,
        output=opened.config.output,
        namer=opened.namer,
        out=out,
        about=opened.about,
        shared=engine.shared,
        memory_bytes=default_memory(engine.shared),
    )


def make_folders(opened: Opened, out: Path) -> None:
    """Make the folders to render to; rows of pixels are discarded."""
    container = opened.config.output.container
    for place in FOLDERS[container]:
        (out / place).mkdir(parents=True, exist_ok=True)
    if container in ARRAYS:
        (out / PIXELS_PIECE).parent.mkdir(parents=True, exist_ok=True)
        (out / PIXELS_PIECE).symlink_to(os.devnull)


def remove_images(opened: Opened, record: ChunkRecord, folder: Path) -> None:
    """Remove the files of a chunk, except label parts, which are merged later."""
    for listed in opened.contents.files(record):
        if not listed.name.startswith(PARTS):
            (folder / listed.name).unlink()


def keep_records(opened: Opened, records: Records) -> None:
    """Move records that were made again, and their label parts, to the dataset's own journal."""
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
