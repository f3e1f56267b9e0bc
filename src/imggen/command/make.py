"""The two jobs of `bulk`: make a dataset or estimate it, and print a summary."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from imggen.command.app import as_typed
from imggen.command.events import open_display, write_event
from imggen.command.frequencies import as_json_values, say_frequencies, say_shares
from imggen.command.summary import say_crowded, say_made
from imggen.command.wall import forget_error, working_on
from imggen.config import Config
from imggen.config.sentences import counted
from imggen.errors import OutputError
from imggen.report.afterwards import Reporter
from imggen.run import Options, Summary, foresee, generate
from imggen.run.limits import default_workers, usable_cpus
from imggen.run.progress import Count, ProgressLines, show_seconds
from imggen.sizes import show_bytes
from imggen.urls import shown, url_of

if TYPE_CHECKING:
    from imggen.run.forecast.forecast import Forecast
    from imggen.run.partitions.share import Made

__all__ = ["Options", "default_workers", "estimate", "make"]


def make(
    config: Config,
    options: Options,
    *,
    quiet: bool,
    as_json: bool = False,
    with_report: bool = True,
    go_on: str | None = None,
) -> int:
    """Make the dataset and print a summary, or events as JSON; return the exit code.

    `go_on` says what to do after a stop or an error; by default, how to resume the command.
    """
    progress = open_display(quiet=quiet, as_json=as_json)
    reporter = Reporter(progress)
    if with_report:
        options = replace(options, afterwards=reporter)
    what_next = f"go on with: {resume_command(sys.argv)}" if go_on is None else go_on
    stopped = partial(say_stopped, progress, what_next)
    kept = partial(say_kept, progress, what_next, in_store=url_of(options.out) is not None)
    with working_on(options.out, stopped, kept), progress:
        made = make_all_or_part(config, options, progress)
    forget_error(options.out)
    if as_json:
        write_event("finished", out=shown(options.out), **asdict(made), report=reporter.path)
    elif not quiet:
        typer.echo(say_made(made, options.out, reporter.path))
    return 0


def make_all_or_part(config: Config, options: Options, progress: Count) -> Summary | Made:
    """Make the dataset, or the partition of it that is asked for."""
    if options.partition is None:
        return generate(config, options, progress)
    from imggen.run.partitions.share import make_partition  # noqa: PLC0415  # most runs do without

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


def say_stopped(progress: Count, what_next: str) -> str:
    """Return how far a stopped run got, and what to do next."""
    if not progress.begun:
        return "stopped before rendering began."
    return f"stopped with {progress.done:,} of {progress.images:,} images done; {what_next}"


def say_kept(progress: Count, what_next: str, *, in_store: bool) -> str:
    """Return what is kept of a failed run, and what to do next; "" if it had not begun.

    Of images that are to be kept in a store, the last records may have failed with the run.
    """
    if not progress.begun:
        return ""
    if in_store:
        return f"All that has reached the store is kept; {what_next}."
    return f"{progress.done:,} of {progress.images:,} images are done and kept; {what_next}."


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
