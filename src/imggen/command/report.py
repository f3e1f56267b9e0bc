"""The command `report`: a page on a finished dataset, which runs write by themselves, too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imggen.command import options
from imggen.errors import InputError, OutputError
from imggen.paths import check_local

if TYPE_CHECKING:
    from imggen.run.journal import Journal
    from imggen.run.options import Options, Progress, Summary
    from imggen.run.recipe import Recipe

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
    check_local("OUT", out, OutputError)
    from imggen.command.pillow import check_pillow  # noqa: PLC0415  # slow to load

    check_pillow(quiet=quiet)
    from imggen.report.page.write import report_on  # noqa: PLC0415  # likewise

    path = report_on(out)
    if not quiet:
        typer.echo(f"where    {path}")
    return 0


def write_report(
    progress: Progress, options: Options, recipe: Recipe, journal: Journal, summary: Summary
) -> None:
    """Write the report at the end of a run with `options`; warn if it cannot be written.

    The dataset is complete by then, so nothing that goes wrong here may fail the run.
    """
    from imggen.report.page import write  # noqa: PLC0415  # slow to load
    from imggen.report.page.page import RunFacts  # noqa: PLC0415  # likewise

    run = RunFacts(summary.size_bytes, summary.distinct, summary.digest)
    try:
        write.write_report(recipe, journal, options.out, run, here=options.uploads.url is None)
    except InputError as error:
        progress.warn(f"the dataset is complete, but has no report: {error}")
    except Exception as error:  # noqa: BLE001  # see above
        said = f"{type(error).__name__}: {error}"
        progress.warn(
            f"the dataset is complete, but its report failed ({said}); imggen report "
            f"{options.uploads.url or options.out} tries again."
        )
