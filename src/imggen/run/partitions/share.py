"""The job of one partition: its share of the images, without tables and merged labels."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

from imggen.config import Config
from imggen.errors import OutputError
from imggen.paths import os_errors_as
from imggen.planning.ranges import Range
from imggen.run.engines.engine import start_engine
from imggen.run.errors import errors_in_a_sentence, input_errors_as_run_errors
from imggen.run.forecast.estimate import check_space
from imggen.run.journal.folder import check_reach, find_obstacle, write_names
from imggen.run.journal.identity import MANIFEST
from imggen.run.journal.journal import Journal
from imggen.run.limits import warn_of_memory
from imggen.run.main import check_settings, plan_memory, say_warnings
from imggen.run.options import Options, Progress
from imggen.run.partitions.partitions import (
    Note,
    Partition,
    bounds_of,
    check_note,
    locked_partition,
    read_note,
    setting_up,
    write_note,
    write_range,
)
from imggen.run.prepare import journal_of, own_names
from imggen.run.recipe import Recipe, make_recipe
from imggen.run.stored.uploads import placed
from imggen.store.layout import JOURNAL, SUMMARY
from imggen.store.origin import make_origin


@dataclass(frozen=True)
class Made:
    """The result of a partition.

    Attributes
    ----------
    images : number of its images
    rendered : number of images that this job rendered
    size_bytes : of all its images
    seconds : duration since the start of the command
    """

    partition: Partition
    images: int
    rendered: int
    size_bytes: int
    seconds: float


def make_partition(
    config: Config, options: Options, progress: Progress, partition: Partition
) -> Made:
    """Make a partition of the dataset of `config`, or what it lacks.

    Raises
    ------
    InputError
        If something cannot be used. Nothing has been written then.
    RunError
        If the job had to stop. It can be begun again.
    """
    with placed(options) as how:
        return make_here(how.uploads.located(config), how, progress, partition)


def make_here(config: Config, options: Options, progress: Progress, partition: Partition) -> Made:
    """Make a partition in the folder `options.out` of this machine."""
    check_settings(config, options)
    check_shared_folder(options.out, partition)
    warn_of_memory(options.workers, progress)
    recipe = make_recipe(config, plan_memory(options))
    part = bounds_of(recipe, partition)
    left = left_in(options.out, partition, part)
    if options.uploads.url is None or recipe.container.pixels:  # arrays are put together here
        check_space(recipe, options.out, left)
    workers = min(options.workers, max(1, left))
    with start_engine(workers, options.engine, config, options.uploads.url) as engine:
        from imggen.run.render import render_missing  # noqa: PLC0415  # as in `generate`

        say_warnings(recipe, progress)
        (options.out / JOURNAL).mkdir(parents=True, exist_ok=True)
        with errors_in_a_sentence(options.out), locked_partition(options.out, partition):
            journal = open_share(recipe, options, progress, partition, part)
            now = replace(options, workers=engine.workers)
            rendered = render_missing(recipe, journal, engine, now, progress, part)
            size_bytes = sum(int(one.images["size_bytes"].sum()) for one in journal.records())
    seconds = round(time.monotonic() - options.started, 3)
    return Made(partition, part[1] - part[0], rendered, size_bytes, seconds)


@os_errors_as(OutputError)
def check_shared_folder(out: Path, partition: Partition) -> None:
    """Refuse an output folder that partitions cannot share; leaves it as it is.

    Raises
    ------
    OutputError
        If `out` cannot be written, or holds something else.
    """
    check_reach(out)
    begun = (out / JOURNAL).is_dir() or (out / SUMMARY).is_file()
    obstacle = None if begun else find_obstacle(out, "refuse")
    if obstacle is not None:
        raise OutputError(obstacle)
    check_note(out, partition)


def left_in(out: Path, partition: Partition, part: Range) -> int:
    """Return how many images of a partition are still to be made."""
    journal = Journal(out, share=partition.share)
    return sum(stop - start for start, stop in journal.missing(part))


def open_share(
    recipe: Recipe, options: Options, progress: Progress, partition: Partition, part: Range
) -> Journal:
    """Return the journal of a partition, without what is lost; make what all partitions need.

    Raises
    ------
    OutputError
        If `options.out` holds another run, or one with other partitions.
    """
    out = options.out
    journal = journal_of(recipe, options, partition.share)
    with setting_up(out):
        check_note(out, partition)
        if (out / JOURNAL / MANIFEST).exists() or read_note(out) is not None:
            Journal(out).check(recipe.manifest, "choose another --out")
        with input_errors_as_run_errors():
            journal.begin(recipe.manifest)
            write_names(out, own_names(recipe.config))
            write_range(out, partition, part)
            settings = make_origin(recipe.config, recipe.library, out)["config"]
            write_note(out, Note(partition.count, recipe.count, settings))
    if options.check:
        progress.say("Reading all that is there already.")
    journal.forget_lost(options.uploads.check(recipe, out), read_all=options.check)
    if any(journal.missing(part)):
        with setting_up(out):
            (out / SUMMARY).unlink(missing_ok=True)  # it would say that all is there
            recipe.container.make(recipe.order, out)
    options.uploads.push()
    return journal
