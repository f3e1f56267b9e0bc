"""The options that several commands have: their names, types and help texts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imggen import __version__
from imggen.command.values import size_of, some_of, whole_number
from imggen.config.plain import LABEL_FORMATS

MOST_WORKERS = 1024

WHAT = "What to make, whatever CONFIG says"
HOW = "How"
FLAG = ""  # it takes no value


def show_version(wanted: bool) -> None:  # noqa: FBT001  # typer calls it so
    """Print the version and exit."""
    if wanted:
        typer.echo(f"imggen {__version__}")
        raise typer.Exit


ConfigPath = Annotated[
    Path | None,
    typer.Argument(
        metavar="CONFIG",
        help="A TOML file, a folder that holds imggen.toml, or the URL of either. Default: "
        "./imggen.toml if there is one, else the sample that comes with imggen.",
    ),
]
Labels = Annotated[
    str | None,
    typer.Option(
        autocompletion=some_of(LABEL_FORMATS),
        metavar="FORMAT,...",
        help=f"Besides data.csv: {', '.join(LABEL_FORMATS)}.",
        rich_help_panel=WHAT,
    ),
]
ClassLayer = Annotated[
    str | None,
    typer.Option(
        metavar="LAYER",
        help="The layer whose variants are class folders (--labels classes), or classes in shards.",
        rich_help_panel=WHAT,
    ),
]
ReadAll = Annotated[
    bool,
    typer.Option("--check", metavar=FLAG, help="Read all files, to find damaged ones."),
]
Memory = Annotated[
    int | None,
    typer.Option(
        parser=size_of("--memory"),
        metavar="SIZE",
        help="For prepared backgrounds, which all workers share, like 500M or 4G. "
        "Default: a quarter of the usable memory.",
        rich_help_panel=HOW,
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        "-j",
        parser=whole_number("--workers", 1, MOST_WORKERS),
        metavar="N",
        help="Processes. Default: one per usable CPU, or fewer if memory is short.",
        rich_help_panel=HOW,
    ),
]
NoReport = Annotated[
    bool,
    typer.Option(
        "--no-report",
        metavar=FLAG,
        help="Leave out report.html; imggen report writes it later.",
        rich_help_panel=HOW,
    ),
]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet",
        "-q",
        metavar=FLAG,
        help="Print nothing but errors; with --json, also the result, like folder and digest.",
        rich_help_panel=HOW,
    ),
]
QuietAlone = Annotated[
    bool,
    typer.Option(
        "--quiet", "-q", metavar=FLAG, help="Print nothing but errors.", rich_help_panel=HOW
    ),
]
Json = Annotated[
    bool,
    typer.Option(
        "--json",
        metavar=FLAG,
        help="Print events for other programs: one JSON object a line.",
        rich_help_panel=HOW,
    ),
]
Version = Annotated[
    bool,
    typer.Option(
        "--version",
        metavar=FLAG,
        callback=show_version,
        is_eager=True,
        help="Print the version and exit.",
    ),
]
