"""The two jobs of `bulk`: make a dataset or estimate it, and print a summary."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from imggen.command.app import as_typed
from imggen.command.events import open_display, write_event
from imggen.command.frequencies import as_json_values, say_frequencies, say_shares
from imggen.command.wall import forget_error, report
from imggen.config import Config
from imggen.errors import OutputError
from imggen.report.afterwards import write_report
from imggen.run import Options, Summary, foresee, generate
from imggen.run.limits import default_workers, usable_cpus
from imggen.run.progress import (
    Count,
    ProgressLines,
    show_bytes,
    show_rate,
    show_seconds,
)
from imggen.signals import current
from imggen.urls import shown, url_of

if TYPE_CHECKING:
    from imggen.run.forecast import Forecast
    from imggen.run.share import Made

__all__ = ["Options", "default_workers", "estimate", "make"]

NOTHING: Mapping[str, int] = {}


def make(
    config: Config,
    options: Options,
    *,
    quiet: bool,
    as_json: bool = False,
    with_report: bool = True,
) -> int:
    """Make the dataset and print a summary, or events as JSON; return the exit code."""
    progress = open_display(quiet=quiet, as_json=as_json)
    if with_report:
        options = replace(options, afterwards=partial(write_report, progress))
    current().sentence = partial(say_stopped, progress, sys.argv)
    try:
        with progress:
            made = make_all_or_part(config, options, progress)
    except Exception as error:  # noqa: BLE001  # only this function knows how to resume
        current().settle()
        return report(error, options.out, say_kept(progress, sys.argv))
    current().settle()
    forget_error(options.out)
    if as_json:
        write_event("finished", out=shown(options.out), **asdict(made))
    elif not quiet:
        typer.echo(say_made(made, options.out))
    return 0


def make_all_or_part(config: Config, options: Options, progress: Count) -> Summary | Made:
    """Make the dataset, or the partition of it that is asked for."""
    if options.partition is None:
        return generate(config, options, progress)
    from imggen.run.share import make_partition  # noqa: PLC0415  # most runs do without

    return make_partition(config, options, progress, options.partition)


def estimate(
    config: Config, options: Options, *, quiet: bool, full: bool, as_json: bool = False
) -> int:
    """Print the estimated size and time of a run, and its frequencies; return the exit code.

    Raises
    ------
    OutputError
        After all else is printed, if the disk is too small for the run.
    """
    shown = open_display(quiet=quiet, as_json=as_json) if quiet or as_json else None
    forecast = foresee(config, options, shown or ProgressLines(sys.stderr))
    if as_json:
        write_event("forecast", **json_of(forecast, options))
    elif not quiet:
        typer.echo("\n".join(say_forecast(forecast, options, full=full)))
    if forecast.shortage is not None:
        raise OutputError(forecast.shortage)
    return 0


def say_forecast(forecast: Forecast, options: Options, *, full: bool) -> Iterator[str]:
    """Yield paragraphs on the size, time and frequencies of a run; all of them if `full`."""
    yield say_estimate(forecast, options)
    if forecast.obstacle:
        yield f"note     {forecast.obstacle}"
    if forecast.splits:
        sizes = (f"{name} {count:,}" for name, count in forecast.splits.items())
        yield f"splits   {', '.join(sizes)}"
    say = say_frequencies if full else say_shares
    yield f"\n{say(forecast.frequencies, forecast.warnings)}"


def json_of(forecast: Forecast, options: Options) -> dict[str, Any]:
    """Return the forecast as JSON values."""
    return {
        "out": shown(options.out),
        "workers": options.workers,
        **asdict(forecast.estimate),
        "obstacle": forecast.obstacle,
        "shortage": forecast.shortage,
        "splits": forecast.splits,
        "frequencies": list(map(as_json_values, forecast.frequencies)),
        "warnings": forecast.warnings,
    }


def say_stopped(progress: Count, argv: Sequence[str]) -> str:
    """Return how far a stopped run got, and how to resume it."""
    if not progress.begun:
        return "stopped before rendering began."
    return (
        f"stopped with {progress.done:,} of {progress.images:,} images done; "
        f"go on with: {resume_command(argv)}"
    )


def say_kept(progress: Count, argv: Sequence[str]) -> str:
    """Return what is kept of a failed run, and how to resume it; "" if it had not begun."""
    if not progress.begun:
        return ""
    return (
        f"{progress.done:,} of {progress.images:,} images are done and kept; "
        f"go on with: {resume_command(argv)}."
    )


def resume_command(argv: Sequence[str]) -> str:
    """Return the command that resumes the run of the command line `argv`."""
    program = argv[0]
    if program.endswith(".py"):  # python -m
        module = "imggen" if program.endswith("__main__.py") else "imggen.bulk"
        start = [as_typed(sys.executable), "-m", module]
    else:
        start = [as_typed(program)]
    kept = [arg for arg in argv[1:] if arg not in ("--overwrite", "--resume")]
    return shlex.join([*start, *kept, "--resume"])


def say_summary(summary: Summary, out: Path) -> str:
    """Return the summary of a run, as lines of text."""
    now = f", {summary.rendered:,} of them now" if summary.rendered < summary.images else ""
    speed = summary.rendered / max(summary.seconds, 1e-9)
    return "\n".join(
        [
            f"images   {summary.images:,} ({summary.distinct:,} distinct scenes){now}",
            *say_crowded(summary.crowded, summary.images, summary.dropped),
            f"size     {show_bytes(summary.size_bytes)}",
            f"time     {show_seconds(summary.seconds)} ({show_rate(speed)} images/s)",
            f"where    {shown(out)}",
            f"digest   {summary.digest}",
        ]
    )


def say_made(made: Summary | Made, out: Path) -> str:
    """Return the summary of a run or of a partition, as lines of text."""
    if isinstance(made, Summary):
        return say_summary(made, out)
    place = shown(out)
    now = f", {made.rendered:,} of them now" if made.rendered < made.images else ""
    speed = made.rendered / max(made.seconds, 1e-9)
    return "\n".join(
        [
            f"images   {made.images:,} of partition {made.partition}{now}",
            f"size     {show_bytes(made.size_bytes)}",
            f"time     {show_seconds(made.seconds)} ({show_rate(speed)} images/s)",
            f"where    {place}; once all partitions are there: imggen merge {place}",
        ]
    )


def say_estimate(forecast: Forecast, options: Options) -> str:
    """Return the estimated size and time of a run, and whether the disk has room for it."""
    expected = forecast.estimate
    workers, cpus = counted(options.workers, "worker"), counted(usable_cpus(), "CPU")
    with_cpus = f" on {cpus}" if options.workers > usable_cpus() else ""
    free = show_bytes(expected.free_bytes)
    room = "THERE IS NO ROOM" if forecast.shortage else "there is room"
    where = "left" if options.partition is None else f"in partition {options.partition}"
    left = f", {expected.left:,} of them {where}" if expected.left < expected.images else ""
    return "\n".join(
        [
            f"images   {expected.images:,} ({expected.distinct:,} distinct scenes){left}",
            *say_crowded(expected.crowded, expected.images, expected.dropped),
            f"size     about {show_bytes(expected.size_bytes)}",
            f"time     about {show_seconds(expected.seconds)} with {workers}{with_cpus}",
            f"where    {shown(options.out)}",
            *([] if url_of(options.out) else [f"disk     {free} free: {room}"]),
        ]
    )


def counted(count: int, what: str) -> str:
    """Return `count` and the noun `what`, in the plural if need be: "1 worker", "2 workers"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def say_crowded(
    crowded: Mapping[str, int], images: int, dropped: Mapping[str, int] = NOTHING
) -> Iterator[str]:
    """Yield a line for each layer with images in which it overlaps layers that it must avoid.

    Of the layers in `dropped`, which have instances, these are counted, else images.
    """
    for layer, count in crowded.items():
        if count and layer in dropped:
            yield (
                f"crowded  {counted(count, 'instance')} of {layer} had no room clear of what to "
                "avoid, and overlap there"
            )
        elif count:
            yield (
                f"crowded  in {count:,} of {images:,} images {layer} has no free place and "
                "overlaps a layer that it should avoid"
            )
    for layer, count in dropped.items():
        if count:
            yield (
                f"dropped  {counted(count, 'instance')} of {layer} had no room clear of what to "
                "avoid, and are left out"
            )
