"""The main job, top to bottom: configuration in, dataset out."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from imggen.assets import load_assets
from imggen.config import Config
from imggen.plan import Plan, make_plan
from imggen.plan.names import Namer
from imggen.run.chunk import Job, render_chunk
from imggen.run.engine import Engine, start_engine
from imggen.run.folder import IMAGES, Existing, check_folder, clear_folder
from imggen.run.journal import Journal
from imggen.run.manifest import make_manifest, versions
from imggen.run.merge import merge, write_summary
from imggen.run.space import Estimate, check_space, estimate_run

CHUNKS_PER_WORKER = 16  # enough that no worker idles long at the end
MOST_IMAGES_PER_CHUNK = 256  # few enough that the progress is seen, and that little is lost


class Progress(Protocol):
    """What wants to know how the run goes."""

    def begin(self, images: int, done: int) -> None:
        """`done` of `images` are already stored."""

    def advance(self, images: int, size_bytes: int) -> None:
        """So many more are stored."""


@dataclass(frozen=True)
class Options:
    """How to run. Nothing here changes what is made.

    Attributes
    ----------
    workers : processes
    existing : what to do with a folder that is not empty
    chunk_size : images a task; None chooses
    """

    out: Path
    workers: int
    existing: Existing = "refuse"
    chunk_size: int | None = None


@dataclass(frozen=True)
class Summary:
    """What came of a run: `images` in all, of which `rendered` now, in `seconds`."""

    images: int
    rendered: int
    distinct: int
    size_bytes: int
    seconds: float
    digest: str


def generate(config: Config, options: Options, progress: Progress) -> Summary:
    """Make the dataset of `config`.

    Raises
    ------
    InputError
        If something given cannot be used. Nothing has been written then.
    RunError
        If the run had to stop. It can be resumed.
    """
    started = time.perf_counter()
    check_folder(options.out, options.existing)
    with start_engine(options.workers) as engine:
        library = load_assets(config)
        plan = make_plan(config, library)
        namer = Namer.of(config.dataset.image_name, library.layers)
        journal = open_journal(plan, options)
        job = Job(library.digest, library, config.output, namer, options.out / IMAGES)
        rendered = render_missing(plan, journal, engine, job, options, progress)
    merged = merge(plan, journal, namer, options.out)
    summary = Summary(
        images=plan.count,
        rendered=rendered,
        distinct=plan.distinct,
        size_bytes=merged.size_bytes,
        seconds=round(time.perf_counter() - started, 3),
        digest=merged.digest,
    )
    write_summary(options.out, {**asdict(summary), "seed": config.dataset.seed, "versions": versions()})
    return summary


def estimate(config: Config, options: Options) -> Estimate:
    """What `generate` would take; checks the same and leaves nothing behind."""
    check_folder(options.out, options.existing)
    plan = make_plan(config, load_assets(config))
    return estimate_run(plan, options.out, options.workers)


def open_journal(plan: Plan, options: Options) -> Journal:
    """The journal to note progress in, after the last checks; from here on, files are written."""
    journal = Journal(options.out)
    manifest = make_manifest(plan.config, plan.library)
    if options.existing == "overwrite":
        check_space(plan, options.out, plan.count)
        clear_folder(options.out)
    else:
        journal.check(manifest)
        check_space(plan, options.out, sum(b - a for a, b in journal.missing(plan.count)))
    journal.begin(manifest)
    return journal


def render_missing(
    plan: Plan, journal: Journal, engine: Engine, job: Job, options: Options, progress: Progress
) -> int:
    """Render what the journal does not have yet; returns how many images that were."""
    missing = list(journal.missing(plan.count))
    images = sum(stop - start for start, stop in missing)
    size = options.chunk_size or default_chunk_size(images, options.workers)
    cuts = [
        (cut, min(cut + size, stop)) for start, stop in missing for cut in range(start, stop, size)
    ]
    progress.begin(plan.count, plan.count - images)
    for record in engine.run(render_chunk, job, (plan.chunk(*cut) for cut in cuts)):
        journal.add(record)
        progress.advance(len(record.files), int(record.files["size_bytes"].sum()))
    return images


def default_chunk_size(images: int, workers: int) -> int:
    """Images a task, so that every worker gets several."""
    return min(MOST_IMAGES_PER_CHUNK, max(1, images // (workers * CHUNKS_PER_WORKER)))
