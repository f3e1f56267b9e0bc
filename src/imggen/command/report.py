"""The command `report`: a page on a finished dataset, which runs write by themselves, too."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imggen.command import options
from imggen.errors import OutputError
from imggen.urls import place_of, shown

HELP = """\
Write the report of a dataset, OUT/report.html.

It says what is wrong with it or worth knowing, what was asked for and what came, and shows \
shortcuts, maps, and images with their labels. It is one file that opens from disk and loads \
nothing. Every run writes it, too.
"""
EPILOG = """\
[bold]Examples[/]

  imggen report out/article  [dim]# writes out/article/report.html[/]
"""

Folder = Annotated[Path, typer.Argument(metavar="OUT", help="The folder of a finished dataset.")]


def report(out: Folder, *, quiet: options.QuietAlone = False) -> int:
    """Write the report of the dataset in `out`; return the exit code."""
    out = place_of("OUT", out, OutputError)
    from imggen.command.pillow import check_pillow  # noqa: PLC0415  # slow to load

    check_pillow(quiet=quiet)
    from imggen.report.page.write import report_on  # noqa: PLC0415  # likewise

    path = report_on(out)
    if not quiet:
        typer.echo(f"where    {shown(path)}")
    return 0
