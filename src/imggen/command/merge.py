"""The command `merge`: complete a dataset that was made in partitions."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from imggen.command import options
from imggen.command.wall import working_on
from imggen.errors import OutputError
from imggen.report.afterwards import Reporter
from imggen.signals import current
from imggen.urls import place_of, shown

HELP = """\
Complete a dataset that was made in partitions.

It checks that all images are there, then writes tables, merged labels and run.json. The dataset \
is the same as that of one run, file for file.
"""
EPILOG = """\
[bold]Examples[/]

  imggen bulk my-art --out data --partition 1/2  [dim]# and 2/2, anywhere[/]

  imggen merge data
"""

Folder = Annotated[Path, typer.Argument(metavar="OUT", help="The folder of all partitions.")]


def merge(
    out: Folder,
    *,
    check: options.ReadAll = False,
    memory: options.Memory = None,
    no_report: options.NoReport = False,
    quiet: options.QuietAlone = False,
    version: options.Version = False,  # noqa: ARG001  # its callback does it
) -> int:
    """Merge the partitions in `out`; return the exit code."""
    out = place_of("OUT", out, OutputError)
    from imggen.command.pillow import check_pillow  # noqa: PLC0415  # not before it is needed
    from imggen.command.summary import say_merged  # noqa: PLC0415  # likewise
    from imggen.run.options import Options  # noqa: PLC0415  # likewise
    from imggen.run.partitions.gather import merge_partitions  # noqa: PLC0415  # likewise
    from imggen.run.progress import open_progress  # noqa: PLC0415  # likewise

    check_pillow(quiet=quiet)
    how = Options(
        out=out,
        workers=1,
        existing="resume",
        check=check,
        memory_bytes=memory,
        started=current().started,
    )
    display = open_progress(sys.stderr, quiet=quiet)
    with working_on(out, partial(say_stopped, out)), display as progress:
        reporter = Reporter(progress)
        if not no_report:
            how = replace(how, afterwards=reporter)
        summary = merge_partitions(how, progress)
    if not quiet:
        typer.echo(say_merged(summary, out, reporter.path))
    return 0


def say_stopped(out: Path) -> str:
    """Return what to do after a stop."""
    return (
        f"stopped before {shown(out)} was merged; all images are kept. Give the same command again."
    )
