"""A dataset, from its assets to its summary, once the workers have been started."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from itertools import starmap
from pathlib import Path
from secrets import token_hex
from typing import Any

import numpy as np

from imggen.assets import Library
from imggen.config import Config
from imggen.config.output import ARRAYS
from imggen.errors import InputError, RunError
from imggen.formats.picture import About
from imggen.formats.registry import places_of
from imggen.plan import Plan
from imggen.plan.names import Namer
from imggen.plan.sampling.frequencies import Frequencies, find_frequencies, find_warnings
from imggen.run.arrays import make_pixels
from imggen.run.blocks import blocks
from imggen.run.chunk import Job, put_tools_away, render_chunk
from imggen.run.contents import Contents, labels_beside
from imggen.run.engine import Engine
from imggen.run.folder import (
    clear_folder,
    earlier_settings,
    find_obstacle,
    locked_folder,
    read_places,
    write_places,
)
from imggen.run.identity import identity_of_manifest
from imggen.run.journal import Journal
from imggen.run.manifest import make_manifest, versions
from imggen.run.options import Options, Progress, Summary
from imggen.run.recipe import Recipe
from imggen.run.record import RecordType, whole_record
from imggen.run.resume import ResumeCheck
from imggen.run.shared import default_memory
from imggen.run.space import Estimate, estimate_run, find_shortage
from imggen.store.layout import CONFIG, FOLDERS, JOURNAL, PLACES, SUMMARY
from imggen.store.origin import find_changes, make_origin
from imggen.store.summary import write_summary

CHUNKS_PER_WORKER = 16  # enough that no worker idles long at the end
MOST_IMAGES_PER_CHUNK = 256  # few enough that the progress is seen, and that little is lost


@dataclass(frozen=True)
class Forecast:
    """What is known of a run before it starts: images by split, ...; `warnings` are sentences.

    `obstacle` is one on what the folder holds, and `shortage` one on the disk, if the run would be
    refused for that.
    """

    estimate: Estimate
    obstacle: str | None
    shortage: str | None
    splits: dict[str, int]
    frequencies: list[Frequencies]
    warnings: list[str]


def make_dataset(recipe: Recipe, options: Options, progress: Progress, engine: Engine) -> Summary:
    """Render what is missing, and merge."""
    plan, about = recipe.plan, recipe.about
    config, library = plan.config, plan.library
    if (changes := say_changes(config.root, library)) is not None:
        progress.warn(changes)
    for sentence in library.warnings:
        progress.say(f"imggen: warning: {sentence}")
    with told_in_a_sentence(options.out), locked_folder(options.out):
        namer = Namer.of(config, library.layers)
        if options.check:
            progress.say("Reading all that is there already.")
        journal = open_journal(plan, namer, about, options)
        # pandas takes as long to load as many images to make: meanwhile, the workers make them.
        threading.Thread(target=import_module, args=("imggen.run.merge",), daemon=True).start()
        rendered = render_missing(plan, namer, about, journal, engine, options, progress)
        from imggen.run.merge import merge  # noqa: PLC0415

        with past_checks():
            merged = merge(plan, journal, namer, about, options.out)
        summary = Summary(
            images=plan.count,
            rendered=rendered,
            distinct=plan.distinct,
            size_bytes=merged.size_bytes,
            seconds=round(time.monotonic() - options.started, 3),
            crowded=plan.crowded,
            digest=merged.digest,
        )
        rest = {
            "container": config.output.container,
            "seed": config.dataset.seed,
            "parts": merged.parts,
            "versions": versions(),
            "files": {name: entry.values() for name, entry in merged.files.items()},
            **make_origin(config, library, options.out),
        }
        for folder in (options.out / JOURNAL, options.out):  # a copy, should one be damaged
            write_summary(folder, {**asdict(summary), "labels": merged.labels, **rest})
    return summary


def foresee_dataset(recipe: Recipe, options: Options) -> Forecast:
    """What `make_dataset` would take, and how often each variant would come."""
    plan = recipe.plan
    config, library = plan.config, plan.library
    changes = say_changes(config.root, library)
    counts = np.bincount(plan.splits, minlength=len(config.split)).tolist()
    splits = {split.name: count for split, count in zip(config.split, counts, strict=False)}
    warnings = list(library.warnings) if changes is None else [changes, *library.warnings]
    warnings += [f"{name} has no images." for name, count in splits.items() if not count]
    frequencies = []
    for split, distribution, traits in plan.parts():
        found = find_frequencies(distribution, traits, split)
        frequencies += found
        warnings += find_warnings(config.dataset, distribution, found)
    estimate = estimate_run(plan, options.out, options.workers, recipe.left)
    return Forecast(
        estimate=estimate,
        obstacle=find_obstacle(options.out, options.existing),
        shortage=find_shortage(plan, options.out, estimate),
        splits=splits,
        frequencies=frequencies,
        warnings=warnings,
    )


def say_changes(root: Path, library: Library) -> str | None:
    """Return a warning where a dataset's own imggen.toml, in `root`, would make another now."""
    changes = find_changes(root, library)
    if changes is None:
        return None
    return (
        f"{root / CONFIG} does not make the dataset beside it again, and its digest will be "
        f"another: {changes}."
    )


@contextmanager
def told_in_a_sentence(out: Path) -> Iterator[None]:
    """Turn what the system says of a file into an error for people."""
    try:
        yield
    except OSError as error:
        path = os.fsdecode(error.filename or out)
        message = f"{path} cannot be written: {error.strerror or error}; what is finished is kept."
        raise RunError(message) from error


def open_journal(plan: Plan, namer: Namer, about: About, options: Options) -> Journal:
    """The journal to note progress in, rid of what is not to be kept."""
    manifest = make_manifest(plan.config, plan.library)
    journal = Journal(options.out, record_type(plan, about, manifest))
    if options.existing == "overwrite":
        clear_folder(options.out, earlier_places(options.out))
    else:
        is_whole = ResumeCheck(Contents(plan, namer, about), options.out)
        journal.forget_lost(is_whole, read_all=options.check)
    with past_checks():
        journal.begin(manifest)
        write_places(options.out, places_in(plan.config))
        if any(journal.missing(plan.count)):
            (options.out / SUMMARY).unlink(missing_ok=True)  # it would say that all is there
            make_folders(plan, options.out)
    return journal


def make_folders(plan: Plan, out: Path) -> None:
    """Make the folders or the array that images go to, so that no worker needs to."""
    container = plan.config.output.container
    for place in FOLDERS[container]:
        (out / place).mkdir(exist_ok=True)
    if container in ARRAYS:
        make_pixels(plan, out)


def places_in(config: Config) -> set[str]:
    """Return all that a run of `config` writes right in its folder, besides what every run does."""
    return {*PLACES.get(config.output.container, ()), *places_of(config.labels.formats)}


def earlier_places(out: Path) -> set[str]:
    """All that the run in `out` wrote right there, besides what every run does."""
    noted = read_places(out)
    if noted is not None:
        return noted
    container, labels = earlier_settings(out)
    return {*PLACES.get(container, ()), *places_of(labels)}


def record_type(plan: Plan, about: About, manifest: dict[str, Any]) -> RecordType:
    """Return what all records of a run have in common."""
    return RecordType(
        identity=identity_of_manifest(manifest),
        images=whole_record(len(about.classes.depths) if about.labelled else None),
        labels=labels_beside(about, plan.config.output.container),
    )


@contextmanager
def past_checks() -> Iterator[None]:
    """Let no error within the block be one of the input, which has been found right: it is late."""
    try:
        yield
    except InputError as error:
        raise RunError(str(error)) from error


@past_checks()
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
            progress.advance(len(record.images), int(record.images["size_bytes"].sum()))
    finally:
        journal.close()
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
