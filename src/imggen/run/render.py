"""Has workers render the images that are missing, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path
from secrets import token_hex
from typing import cast

from imggen.assets import Library
from imggen.containers import Container
from imggen.containers.record import ChunkRecord
from imggen.encode.codec import Codec
from imggen.planning import Chunk
from imggen.run.chunks.complete import RenderTask, render_task
from imggen.run.chunks.worker import Job, close_worker_state
from imggen.run.engines.engine import Engine
from imggen.run.engines.shared import default_memory
from imggen.run.errors import input_errors_as_run_errors
from imggen.run.journal.earlier import Earlier
from imggen.run.journal.journal import Journal
from imggen.run.options import Options, Progress
from imggen.run.recipe import Recipe

CHUNKS_PER_WORKER = 16  # enough that no worker idles long at the end
MOST_IMAGES_PER_CHUNK = 256  # few enough that the progress is seen, and that little is lost
MOST_ROWS_PER_CHUNK = 4096  # likewise, of arrays of small images: a tenth of a second
MOST_BYTES_PER_CHUNK = 2**25  # of these


@input_errors_as_run_errors()
def render_missing(
    recipe: Recipe,
    journal: Journal,
    engine: Engine,
    options: Options,
    progress: Progress,
    part: tuple[int, int],
    earlier: Sequence[Earlier] = (),
) -> int:
    """Render what the journal does not have yet of the positions in `part`; return how many.

    Images that are there from `earlier` runs are not rendered.
    """
    images = sum(stop - start for start, stop in journal.missing(part))
    size = options.chunk_size or default_chunk_size(
        recipe.container, recipe.library, images, options.workers
    )
    order = recipe.order
    if options.workers_upload_to is not None and recipe.container.pixels:
        earlier = ()  # each worker has the rows alone that it makes
    chunks = order.chunks(recipe.container.chunks(order, journal.ranges(), size, part))
    tasks = Tasks(earlier)
    job = make_job(recipe, options.out, engine, options.memory_bytes)
    job = replace(job, url=options.workers_upload_to)
    name_shards = recipe.container.naming(order, recipe.info, options.out)
    progress.begin(part[1] - part[0], part[1] - part[0] - images)
    try:
        expected = ceil(images / size)
        for record in rendered(recipe, job, engine, options, map(tasks.task, chunks), expected):
            journal.add(record)
            name_shards(record)
            progress.advance(len(record.images), int(record.images["size_bytes"].sum()))
    finally:
        journal.close()
        close_worker_state()  # one worker is this process itself
    return images - tasks.known


def rendered(
    recipe: Recipe,
    job: Job,
    engine: Engine,
    options: Options,
    tasks: Iterable[RenderTask],
    expected: int,
) -> Iterable[ChunkRecord]:
    """Yield the record of each of `tasks`, about `expected`, once its files are where they go."""
    uploads, contents = options.uploads, recipe.contents
    if job.url is None:
        return uploads.published(engine.run(render_task, job, tasks, expected), contents)
    from imggen.run.stored.sender import render_and_send, sending  # noqa: PLC0415  # few need it

    early_name = recipe.container.early_name(recipe.order, recipe.info, options.out)
    sent = engine.run(render_and_send, job, sending(tasks, early_name), expected)
    return uploads.received(cast("Iterable[ChunkRecord]", sent), contents)  # workers wait for them


class Tasks:
    """The tasks of chunks, with what is there of them from `earlier` runs.

    Attributes
    ----------
    known : the number of images of all tasks so far that are there
    """

    def __init__(self, earlier: Sequence[Earlier]) -> None:
        self._earlier = earlier
        self.known = 0

    def task(self, chunk: Chunk) -> RenderTask:
        """Return the task of a chunk, with what the earlier run knows that has most of it."""
        found = [known for one in self._earlier if (known := one.known(chunk)) is not None]
        best = max(found, key=lambda known: int(known.there.sum()), default=None)
        self.known += 0 if best is None else int(best.there.sum())
        return RenderTask(chunk, best)


def make_job(recipe: Recipe, out: Path, engine: Engine, memory_bytes: int | None = None) -> Job:
    """Return the job of rendering images to the folder `out`."""
    return Job(
        key=token_hex(),
        library=recipe.library,
        codec=Codec.of(recipe.config.output),
        container=recipe.container,
        namer=recipe.namer,
        out=out,
        info=recipe.info,
        shared=engine.shared,
        memory_bytes=default_memory(engine.shared) if memory_bytes is None else memory_bytes,
    )


def default_chunk_size(container: Container, library: Library, images: int, workers: int) -> int:
    """Return how many of the missing `images` a task has, so that every worker gets several."""
    most = MOST_IMAGES_PER_CHUNK
    if container.pixels:
        size_bytes = library.backgrounds[0].nbytes
        most = max(most, min(MOST_ROWS_PER_CHUNK, MOST_BYTES_PER_CHUNK // size_bytes))
    return min(most, max(1, images // (workers * CHUNKS_PER_WORKER)))
