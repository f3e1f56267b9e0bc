"""`python -m imggen.bulk`, also `imggen bulk`: make the dataset that a configuration describes.

Worker processes import this module again, so it holds only the entry point.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from imggen.command.exits import say_exit_codes
from imggen.command.wall import walled
from imggen.signals import leave, until_stopped
from imggen.streams import protect_streams


def main(argv: Sequence[str] | None = None) -> int:
    """Run `imggen.bulk` with `argv` (default: the command line's); return the exit code."""
    return until_stopped(partial(walled, partial(run, argv)))


def run(argv: Sequence[str] | None) -> int:
    """Load the command, run it and return its exit code."""
    from imggen.command.app import Command, make_app, run_app  # noqa: PLC0415  # not for workers
    from imggen.command.bulk import EPILOG, HELP, bulk  # noqa: PLC0415  # likewise

    app = make_app()
    app.command(cls=Command, help=HELP, epilog=f"{EPILOG}\n{say_exit_codes('bulk')}")(bulk)
    return run_app(app, argv, "python -m imggen.bulk")


if __name__ == "__main__":
    protect_streams()
    leave(partial(walled, partial(run, None)))
