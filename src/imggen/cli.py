"""The console script `imggen`: one subcommand per command.

Worker processes import this module again, so it holds only the entry point.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import NoReturn

from imggen.command.wall import walled
from imggen.signals import leave, until_stopped
from imggen.streams import protect_streams

# By name, the module of imggen.command that holds each, and its function of the same name.
COMMANDS = {
    "bulk": "bulk",
    "check": "check",
    "diff": "diff",
    "init": "init",
    "label": "label",
    "merge": "merge",
    "preview": "preview",
    "report": "report",
    "schema": "schema",
    "show": "show",
    "status": "status",
    "try": "trial",
    "verify": "verify",
}


def enter() -> NoReturn:
    """Run `imggen` with the arguments of the command line, and exit."""
    protect_streams()
    leave(partial(walled, partial(run, None)))


def main(argv: Sequence[str] | None = None) -> int:
    """Run `imggen` with `argv` (default: the command line's); return the exit code."""
    return until_stopped(partial(walled, partial(run, argv)))


def run(argv: Sequence[str] | None) -> int:
    """Load the commands, run the chosen one and return its exit code."""
    from imggen.command.app import imggen, make_app, run_app  # noqa: PLC0415  # not for workers

    app = make_app()
    app.callback(invoke_without_command=True)(imggen)
    for name, module_name in COMMANDS.items():
        module = import_module(f"imggen.command.{module_name}")
        command = getattr(module, module_name)
        app.command(name, help=module.HELP, epilog=module.EPILOG)(command)
    return run_app(app, argv, "imggen")
