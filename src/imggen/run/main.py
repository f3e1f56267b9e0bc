"""The main job: configuration in, dataset out."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from imggen.assets.url_copies import keep_copies
from imggen.config import Config
from imggen.containers import make_container
from imggen.encode.support import check_format
from imggen.errors import InputError, OutputError
from imggen.paths import os_errors_as
from imggen.run.class_warnings import class_warnings
from imggen.run.engines.choice import check_choice
from imggen.run.engines.engine import Engine, start_engine
from imggen.run.errors import errors_in_a_sentence, input_errors_as_run_errors
from imggen.run.extend import check_resumable
from imggen.run.finished import find_finished
from imggen.run.forecast.estimate import check_space
from imggen.run.journal.earlier import find_earlier, forget_earlier
from imggen.run.journal.folder import check_folder, locked_folder
from imggen.run.journal.journal import Journal
from imggen.run.limits import ART_SHARE, usable_memory, warn_of_memory
from imggen.run.options import Options, Progress, Summary
from imggen.run.prepare import open_journal
from imggen.run.recipe import Recipe, make_recipe, say_changes
from imggen.run.stored.uploads import placed
from imggen.store.layout import REPORT
from imggen.urls import ONE_WRITER, joined, shown, url_of

if TYPE_CHECKING:
    from imggen.run.merge import Merged

OpenJournal = Callable[[Recipe, Options, Progress], Journal]


def generate(config: Config, options: Options, progress: Progress) -> Summary:
    """Make the dataset of `config`.

    Raises
    ------
    InputError
        If something cannot be used. Nothing has been written then.
    RunError
        If the run had to stop. It can be resumed.
    """
    with keep_copies(), placed(options) as how:
        return generate_here(how.uploads.located(config), how, progress)


def generate_here(config: Config, options: Options, progress: Progress) -> Summary:
    """Make the dataset of `config` in the folder `options.out` of this machine."""
    check_settings(config, options)
    check_folder(options.out, options.existing)
    warn_of_memory(options.workers, progress)
    recipe = make_recipe(config, plan_memory(options))
    left = images_left(recipe, options)
    if options.uploads.url is None or recipe.container.pixels:  # arrays are put together here
        check_space(recipe, options.out, left)
    workers, url = useful_workers(recipe, options), options.uploads.url
    with start_engine(workers, options.engine, config, url) as engine:
        now = replace(options, workers=engine.workers)
        return make_dataset(recipe, now, progress, engine)


def make_dataset(
    recipe: Recipe,
    options: Options,
    progress: Progress,
    engine: Engine,
    opened: OpenJournal = open_journal,
    rendered: int = 0,
) -> Summary:
    """Render what is missing in the journal that `opened` returns, and merge.

    `rendered` images of the run were rendered before.
    """
    # Not before the workers are on their way: it takes as long to load as they take to start.
    from imggen.run.render import render_missing  # noqa: PLC0415

    say_warnings(recipe, progress)
    with errors_in_a_sentence(options.out), locked_folder(options.out):
        journal = opened(recipe, options, progress)
        # pandas takes as long to load as many images to make: meanwhile, the workers make them.
        Thread(target=import_module, args=("imggen.run.merge",), daemon=True).start()
        part = 0, recipe.count
        earlier = find_earlier(recipe, options)
        rendered += render_missing(recipe, journal, engine, options, progress, part, earlier)
        return finish(recipe, journal, rendered, options)


def finish(recipe: Recipe, journal: Journal, rendered: int, options: Options) -> Summary:
    """Write what concerns all images of a run, of which `rendered` were made now.

    If none were, and all of that is there already, nothing is written.
    """
    done = None if rendered else find_finished(recipe, options.out)
    if done is not None:
        if options.afterwards is not None and not options.afterwards.has_report(options):
            options.afterwards(options, recipe, journal, done)
        return replace(done, rendered=0, seconds=seconds_since(options.started))
    summary = write_whole(recipe, journal, rendered, options)
    if options.afterwards is not None:
        options.afterwards(options, recipe, journal, summary)
    elif rendered:
        options.uploads.discard(options.out, [REPORT])  # it tells of an earlier state
    options.uploads.push()
    return summary


def write_whole(recipe: Recipe, journal: Journal, rendered: int, options: Options) -> Summary:
    """Write what concerns all images of a run, but its report; return the summary."""
    from imggen.run.merge import make_links, merge, write_run  # noqa: PLC0415  # as in `make_dataset`

    options.uploads.gather(recipe, journal)
    with input_errors_as_run_errors():
        merged = merge(recipe, journal, options.out, options.uploads)
        links = {} if options.uploads.url else make_links(recipe, options.out)
        options.uploads.settle(recipe)
        forget_earlier(recipe, options.out, options.uploads)
    summary = summarise(recipe, merged, rendered, options)
    write_run(recipe, merged, links, summary, options.out)
    return summary


def check_settings(config: Config, options: Options) -> None:
    """Refuse settings and options that this system or the container cannot do.

    Raises
    ------
    InputError
        With one sentence on the first of them.
    """
    check_choice(options.engine)
    check_uploads(options)
    check_format(config.output)
    make_container(config.output).check_run(options.chunk_size)
    check_apart(config, Path(options.uploads.url or options.out))


def check_apart(config: Config, out: Path) -> None:
    """Refuse an output folder in the folder of a layer, whose next run would take it for art.

    Raises
    ------
    OutputError
        Naming the layer.
    """
    for layer in config.layer:
        if absolute(out).is_relative_to(absolute(joined(config.root, layer.folder))):
            message = (
                f"{shown(out)} is in layer.{layer.name}.folder, where all files are art; choose "
                "another --out."
            )
            raise OutputError(message)


def absolute(path: Path) -> Path:
    """Return `path` without links and dots; what is no path of this machine as it is."""
    with suppress(ValueError):  # of a zero byte, which loading refuses
        return path if url_of(path) else Path(os.path.realpath(path))  # not resolve: links may loop
    return path


def check_uploads(options: Options) -> None:
    """Refuse a store that workers of a cluster cannot write to.

    Raises
    ------
    InputError
        Saying why.
    """
    url = options.workers_upload_to or ""
    for scheme, reason in ONE_WRITER.items():
        if url.startswith(f"{scheme}://"):
            message = (
                f"--engine is {options.engine.name}, whose workers write to OUT, and that is {url}:"
                f" {reason}; leave --engine out, or choose an --out at s3, gs or az."
            )
            raise InputError(message)


def images_left(recipe: Recipe, options: Options) -> int:
    """Return how many images are still to be made.

    Raises
    ------
    OutputError
        If the run in the folder is another one, or its journal cannot be read.
    """
    if options.existing != "resume":
        return recipe.count
    with os_errors_as(OutputError, options.out):
        journal = Journal(options.out)
        check_resumable(recipe, options.out)
        return sum(stop - start for start, stop in journal.missing((0, recipe.count)))


def plan_memory(options: Options) -> int:
    """Return the bytes that images may take which must be drawn together: what --memory says."""
    return usable_memory() // ART_SHARE if options.memory_bytes is None else options.memory_bytes


def useful_workers(recipe: Recipe, options: Options) -> int:
    """Return how many processes to start; a small run needs few, or none but this one."""
    return min(options.workers, recipe.count)


def say_warnings(recipe: Recipe, progress: Progress) -> None:
    """Say what is unusual about the art, and about the classes."""
    if (changes := say_changes(recipe)) is not None:
        progress.warn(changes)
    of_art = () if progress.quiet else recipe.library.warnings
    for sentence in (*of_art, *class_warnings(recipe)):
        progress.warn(sentence)


def summarise(recipe: Recipe, merged: Merged, rendered: int, options: Options) -> Summary:
    """Return what came of a run that `rendered` so many images."""
    return Summary(
        images=recipe.count,
        rendered=rendered,
        distinct=merged.totals.distinct,
        size_bytes=merged.size_bytes,
        seconds=seconds_since(options.started),
        crowded=dict(merged.totals.crowded),
        digest=merged.digest,
        dropped=dict(merged.totals.dropped),
    )


def seconds_since(started: float) -> float:
    """Return the seconds since `started`, by `time.monotonic`."""
    return round(time.monotonic() - started, 3)
