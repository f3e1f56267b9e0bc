"""The loop of a run with null rendering: chunks are planned, dispatched and noted, none is drawn.

So it measures what a run costs besides its images, for each chunk, and how its memory grows. Chunks
are of one image, and partitions follow each other; the journal of each is removed when it is done,
as 10 million records would take 40 GB of a disk.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from math import inf
from typing import Any

import numpy as np

from benchmarks.art import draw_small
from benchmarks.jobs import small_values, write_config
from benchmarks.processes import megabytes, status
from benchmarks.settings import Settings
from benchmarks.tables import Cell, Column, Table
from imggen.containers.record import FILE, RECORD, ChunkRecord
from imggen.planning import Chunk
from imggen.run.engines.engine import Engine, start_engine
from imggen.run.journal.journal import Journal
from imggen.run.options import Options
from imggen.run.partitions.partitions import Partition, bounds_of
from imggen.run.progress import Count
from imggen.run.recipe import Recipe, make_recipe
from imggen.run.render import render_missing

CHUNKS = 10**7
DISPATCHED = 2 * 10**4  # chunks that go to another process
PARTITION_CHUNKS = 10**4
IMAGE_BYTES = 3_000

COLUMNS = (
    Column("name", "null rendering"),
    Column("chunks", "chunks", "{:,}"),
    Column("seconds", "seconds", "{:,.0f}"),
    Column("rate", "chunks/s", "{:,.0f}"),
    Column("cpu_us", "CPU of the parent, µs a chunk", "{:,.0f}"),
    Column("tenth_mb", "memory after a tenth, MB", "{:,.0f}"),
    Column("peak_mb", "at the end", "{:,.0f}"),
)
NOTE = (
    "Chunks of one image of 64x64 px, in partitions of {:,}, one after the other in one process; a "
    "record of each in the journal. Memory: the most at any time so far."
)


def run(settings: Settings) -> list[Table]:
    """One table."""
    rows = [make(settings) for name, make in JOBS.items() if settings.wants(name)]
    return [Table("The loop without images", COLUMNS, rows, [NOTE.format(PARTITION_CHUNKS)])]


def here(settings: Settings) -> dict[str, Cell]:
    """The loop in one process."""
    return measure("in one process", settings.count or CHUNKS, 1, settings)


def dispatched(settings: Settings) -> dict[str, Cell]:
    """The loop with two workers."""
    return measure("by two workers", DISPATCHED, 2, settings)


JOBS: dict[str, Callable[[Settings], dict[str, Cell]]] = {"dispatched": dispatched, "here": here}


class NullEngine(Engine):
    """An engine whose workers draw nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.shared, self.workers = engine.shared, engine.workers

    def run(
        self,
        render: Callable[[Any, Any], Any],
        job: object,
        tasks: Iterable[Any],
        expected: float = inf,
    ) -> Iterator[Any]:
        """Yield a record of each of `tasks`, as if it had been rendered."""
        del render
        return self._engine.run(null_render, job, tasks, expected)


def null_render(job: object, task: tuple[Chunk, None]) -> ChunkRecord:
    """Return the record of a chunk of images that nobody has drawn."""
    del job
    chunk, _ = task
    images = np.zeros(len(chunk.images), RECORD)
    images["size_bytes"] = IMAGE_BYTES
    return ChunkRecord(
        chunk.start, chunk.stop, images, np.zeros((len(images), 0), FILE), np.zeros(0, FILE)
    )


def measure(name: str, chunks: int, workers: int, settings: Settings) -> dict[str, Cell]:
    """The row of a run of so many chunks."""
    chunks = 400 if settings.quick else chunks
    settings.say(f"loop: {name}, {chunks:,} chunks")
    folder = settings.scratch / "loop"
    draw_small(folder)
    config = write_config(folder, small_values(), dataset__count=chunks)
    recipe = make_recipe(config)
    options = Options(out=settings.scratch / "loop out", workers=workers, chunk_size=1)
    parts = max(10, chunks // PARTITION_CHUNKS)
    tenth = None
    started, cpu = time.perf_counter(), time.process_time()
    with start_engine(workers) as engine:
        for number in range(1, parts + 1):
            make_part(recipe, options, NullEngine(engine), Partition(number, parts))
            if number == parts // 10:
                tenth = peak_mb()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    return {
        "name": name,
        "chunks": chunks,
        "seconds": seconds,
        "rate": chunks / seconds,
        "cpu_us": cpu / chunks * 1e6,
        "tenth_mb": tenth,
        "peak_mb": peak_mb(),
    }


def make_part(recipe: Recipe, options: Options, engine: Engine, partition: Partition) -> None:
    """Make a partition, and remove its journal."""
    journal = Journal(options.out, recipe.record_type(recipe.manifest), partition.share)
    journal.begin(recipe.manifest)
    part = bounds_of(recipe, partition)
    made = render_missing(recipe, journal, engine, options, Count(), part)
    assert made == part[1] - part[0]
    shutil.rmtree(partition.folder(options.out))


def peak_mb() -> float | None:
    """The most memory of this process so far."""
    return megabytes(status(os.getpid()).get("VmHWM"))
