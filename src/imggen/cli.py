"""The console script `imggen`: one subcommand per command.

Worker processes import this module again, so it holds only the entry point.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NoReturn

from imggen.command.wall import walled
from imggen.signals import leave, until_stopped
from imggen.streams import protect_streams


def enter() -> NoReturn:
    """Run `imggen` with the arguments of the command line, and exit."""
    protect_streams()
    leave(partial(walled, partial(run, None)))


def main(argv: Sequence[str] | None = None) -> int:
    """Run `imggen` with `argv` (default: the command line's); return the exit code."""
    return until_stopped(partial(walled, partial(run, argv)))


def run(argv: Sequence[str] | None) -> int:
    """Load the commands, run the chosen one and return its exit code."""
    from imggen.command import (  # noqa: PLC0415  # not for workers
        bulk,
        check,
        diff,
        init,
        merge,
        preview,
        report,
        schema,
        show,
        status,
        trial,
        verify,
    )
    from imggen.command.app import imggen, make_app, run_app  # noqa: PLC0415  # likewise

    app = make_app()
    app.callback(invoke_without_command=True)(imggen)
    app.command("bulk", help=bulk.HELP, epilog=bulk.EPILOG)(bulk.bulk)
    app.command("check", help=check.HELP, epilog=check.EPILOG)(check.check)
    app.command("diff", help=diff.HELP, epilog=diff.EPILOG)(diff.diff)
    app.command("init", help=init.HELP, epilog=init.EPILOG)(init.init)
    app.command("merge", help=merge.HELP, epilog=merge.EPILOG)(merge.merge)
    app.command("preview", help=preview.HELP, epilog=preview.EPILOG)(preview.preview)
    app.command("schema", help=schema.HELP, epilog=schema.EPILOG)(schema.schema)
    app.command("report", help=report.HELP, epilog=report.EPILOG)(report.report)
    app.command("show", help=show.HELP, epilog=show.EPILOG)(show.show)
    app.command("status", help=status.HELP, epilog=status.EPILOG)(status.status)
    app.command("try", help=trial.HELP, epilog=trial.EPILOG)(trial.make_trial)
    app.command("verify", help=verify.HELP, epilog=verify.EPILOG)(verify.verify)
    return run_app(app, argv, "imggen")
