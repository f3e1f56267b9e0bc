"""The console script `imggen`: one subcommand per module."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from imggen import bulk
from imggen.command import run_app
from imggen.options import Version


def main(argv: Sequence[str] | None = None) -> int:
    """Run `imggen` with `argv`; returns its exit code."""
    app = typer.Typer(add_completion=False, rich_markup_mode="rich", no_args_is_help=True)
    app.callback()(imggen)
    app.command("bulk", epilog=bulk.EPILOG)(bulk.bulk)
    return run_app(app, argv, "imggen")


def imggen(*, version: Version = False) -> None:  # its callback does it
    """Labelled image datasets from layered art, as fast as the machine can write them."""
