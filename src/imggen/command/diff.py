"""The command `diff`: name what differs between two datasets or configurations."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from imggen.command import options
from imggen.errors import ConfigError
from imggen.urls import READERS, place_of

HELP = """\
Compare two datasets or configurations.

Their settings, art, what images show, and pixels are compared. Datasets with the same digest are \
the same. Otherwise each difference is named with its figure.
"""
EPILOG = """\
[bold]Examples[/]

  imggen diff out/before out/after

  imggen diff my-art out/article
"""

First = Annotated[
    Path, typer.Argument(metavar="A", help="A configuration, or the folder of a dataset.")
]
Second = Annotated[Path, typer.Argument(metavar="B", help="What to compare it with, likewise.")]


def diff(
    first: First, second: Second, *, as_json: options.Json = False, quiet: options.Quiet = False
) -> int:
    """Print what differs between `first` and `second`; return the exit code."""
    from imggen.command.events import write_event  # noqa: PLC0415  # slow to load
    from imggen.command.picture import open_dataset  # noqa: PLC0415  # likewise
    from imggen.report.diff import find_differences, same_digest  # noqa: PLC0415  # likewise

    both = [place_of("CONFIG", path, ConfigError, READERS) for path in (first, second)]
    digest = same_digest(*both)
    found = []
    if digest is None:
        datasets = (open_dataset(path, logging.NullHandler()) for path in both)
        found = list(find_differences(*datasets))
    if as_json:
        write_event("compared", same=not found, differences=found)
    elif not quiet:
        for sentence in found:
            typer.echo(sentence)
        if not found:
            why = "" if digest is None else f": the digest of both is {digest}"
            typer.echo(f"nothing differs{why}")
    return 1 if found else 0
