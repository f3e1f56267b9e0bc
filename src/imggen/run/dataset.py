"""A dataset, from its assets to its summary, once the workers have been started."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from itertools import starmap
from pathlib import Path
from secrets import token_hex

import numpy as np

from imggen.assets import Library, load_assets
from imggen.config import Config
from imggen.config.output import ARRAYS
from imggen.encode.encoders import suffix_of
from imggen.errors import RunError
from imggen.labels.checks import check_formats
from imggen.labels.picture import About
from imggen.labels.registry import places_of
from imggen.plan import Plan, make_plan
from imggen.plan.names import Namer
from imggen.plan.sampling.frequencies import Frequencies, find_frequencies, find_warnings
from imggen.run.arrays import make_pixels
from imggen.run.blocks import blocks, in_blocks
from imggen.run.chunk import Job, put_tools_away, render_chunk
from imggen.run.engine import Engine
from imggen.run.folder import clear_folder, earlier_settings, find_obstacle, locked_folder
from imggen.run.journal import Journal
from imggen.run.manifest import make_manifest, versions
from imggen.run.options import Options, Progress, Summary
from imggen.run.record import whole_record
from imggen.run.shared import default_memory
from imggen.run.space import Estimate, check_space, estimate_run
from imggen.run.whole import Whole
from imggen.store.layout import FOLDERS, PLACES

CHUNKS_PER_WORKER = 16  # enough that no worker idles long at the end
MOST_IMAGES_PER_CHUNK = 256  # few enough that the progress is seen, and that little is lost


@dataclass(frozen=True)
class Forecast:
    """What is known of a run before it starts: images by split, ...; `warnings` are sentences.

    `obstacle` is one on what the folder holds, if the run would be refused for that.
    """

    estimate: Estimate
    obstacle: str | None
    splits: dict[str, int]
    frequencies: list[Frequencies]
    warnings: list[str]


def make_dataset(config: Config, options: Options, progress: Progress, engine: Engine) -> Summary:
    """Load, plan, render what is missing, and merge."""
    started = time.perf_counter()
    library = load_assets(config)
    for sentence in library.warnings:
        progress.say(f"imggen: warning: {sentence}")
    plan = make_plan(config, library)
    about = describe(config, library)
    if config.output.sharded:
        plan = in_blocks(plan)
    check_run(plan, options)
    with told_in_a_sentence(options.out), locked_folder(options.out):
        namer = Namer.of(config, library.layers)
        journal = open_journal(plan, namer, about, options)
        # pandas takes as long to load as many images to make: meanwhile, the workers make them.
        threading.Thread(target=import_module, args=("imggen.run.merge",), daemon=True).start()
        rendered = render_missing(plan, namer, about, journal, engine, options, progress)
        from imggen.run.merge import merge, write_summary  # noqa: PLC0415

        merged = merge(plan, journal, namer, about, options.out)
        summary = Summary(
            images=plan.count,
            rendered=rendered,
            distinct=plan.distinct,
            size_bytes=merged.size_bytes,
            seconds=round(time.perf_counter() - started, 3),
            crowded=plan.crowded,
            digest=merged.digest,
        )
        rest = {
            "container": config.output.container,
            "seed": config.dataset.seed,
            "parts": merged.parts,
            "versions": versions(),
        }
        write_summary(options.out, {**asdict(summary), "labels": merged.labels, **rest})
    return summary


def foresee_dataset(config: Config, options: Options) -> Forecast:
    """What `make_dataset` would take, and how often each variant would come."""
    library = load_assets(config)
    plan = make_plan(config, library)
    describe(config, library)
    counts = np.bincount(plan.splits, minlength=len(config.split)).tolist()
    splits = {split.name: count for split, count in zip(config.split, counts, strict=False)}
    warnings = list(library.warnings)
    warnings += [f"{name} has no images." for name, count in splits.items() if not count]
    frequencies = []
    for split, distribution, traits in plan.parts():
        found = find_frequencies(distribution, traits, split)
        frequencies += found
        warnings += find_warnings(config.dataset, distribution, found)
    left = images_left(plan, options) if options.existing == "resume" else plan.count
    return Forecast(
        estimate=estimate_run(plan, options.out, options.workers, left),
        obstacle=find_obstacle(options.out, options.existing),
        splits=splits,
        frequencies=frequencies,
        warnings=warnings,
    )


def describe(config: Config, library: Library) -> About:
    """What all images have in common; refuses labels that readers of their formats would misread.

    Raises
    ------
    PlanError
        Saying which.
    """
    about = About.of(config, library, suffix_of(config.output))
    check_formats(about, config.dataset.image_name)
    return about


@contextmanager
def told_in_a_sentence(out: Path) -> Iterator[None]:
    """Turn what the system says of a file into an error for people."""
    try:
        yield
    except OSError as error:
        path = error.filename or out
        message = f"{path} cannot be written: {error.strerror or error}; what is finished is kept."
        raise RunError(message) from error


def check_run(plan: Plan, options: Options) -> None:
    """Refuse a run that is another than the one begun, or that does not fit on the disk.

    Raises
    ------
    OutputError
        Saying why not.
    """
    left = plan.count if options.existing == "overwrite" else images_left(plan, options)
    check_space(plan, options.out, left)


def images_left(plan: Plan, options: Options) -> int:
    """How many images the run in the folder still has to make.

    Raises
    ------
    OutputError
        If that is another run.
    """
    journal = Journal(options.out)
    journal.check(make_manifest(plan.config, plan.library))
    return sum(stop - start for start, stop in journal.missing(plan.count))


def open_journal(plan: Plan, namer: Namer, about: About, options: Options) -> Journal:
    """The journal to note progress in, rid of what is not to be kept."""
    journal = Journal(options.out, record_of(about))
    if options.existing == "overwrite":
        clear_folder(options.out, earlier_places(options.out))
    else:
        journal.forget_lost(Whole(plan, namer, about, options.out))
    journal.begin(make_manifest(plan.config, plan.library))
    make_folders(plan, options.out)
    return journal


def make_folders(plan: Plan, out: Path) -> None:
    """Make the folders or the array that images go to, so that no worker needs to."""
    container = plan.config.output.container
    for place in FOLDERS[container]:
        (out / place).mkdir(exist_ok=True)
    if container in ARRAYS:
        make_pixels(plan, out)


def earlier_places(out: Path) -> set[str]:
    """All that the run in `out` wrote right there, besides what every run does."""
    container, labels = earlier_settings(out)
    return {*PLACES.get(container, ()), *places_of(labels)}


def record_of(about: About) -> np.dtype[np.void]:
    """What is kept of each image."""
    return whole_record(len(about.classes.depths) if about.labelled else None)


def render_missing(
    plan: Plan,
    namer: Namer,
    about: About,
    journal: Journal,
    engine: Engine,
    options: Options,
    progress: Progress,
) -> int:
    """Render what the journal does not have yet; returns how many images that were."""
    images = sum(stop - start for start, stop in journal.missing(plan.count))
    chunks = starmap(plan.chunk, cuts(plan, journal, options))
    limit = options.memory_bytes
    job = Job(
        key=token_hex(),
        library=plan.library,
        output=plan.config.output,
        namer=namer,
        out=options.out,
        about=about,
        shared=engine.shared,
        memory_bytes=default_memory(engine.shared) if limit is None else limit,
    )
    progress.begin(plan.count, plan.count - images)
    try:
        for record in engine.run(render_chunk, job, chunks):
            journal.add(record)
            progress.advance(len(record.files), int(record.files["size_bytes"].sum()))
    finally:
        put_tools_away()  # one worker is this process itself
    return images


def cuts(plan: Plan, journal: Journal, options: Options) -> Iterator[tuple[int, int]]:
    """Start and stop of each chunk that is missing of the plan's order."""
    if plan.config.output.sharded:
        done = set(journal.ranges())
        yield from (block for block in blocks(plan) if block not in done)
        return
    missing = list(journal.missing(plan.count))
    images = sum(stop - start for start, stop in missing)
    size = options.chunk_size or default_chunk_size(images, options.workers)
    for start, stop in missing:
        yield from ((cut, min(cut + size, stop)) for cut in range(start, stop, size))


def default_chunk_size(images: int, workers: int) -> int:
    """Images a task, so that every worker gets several."""
    return min(MOST_IMAGES_PER_CHUNK, max(1, images // (workers * CHUNKS_PER_WORKER)))
