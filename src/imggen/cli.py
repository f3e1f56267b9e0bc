"""The console script `imggen`: one subcommand per command.

Worker processes import this module again, so it holds only the entry point.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

from imggen.command.exits import say_exit_codes
from imggen.command.wall import walled
from imggen.signals import leave, until_stopped
from imggen.streams import protect_streams

if TYPE_CHECKING:
    from typer import Typer

# By group, then by name: the module of imggen.command that holds each, and its function of the same
# name. In the order of a user's work.
GROUPS = {
    "Begin": {"try": "trial", "init": "init", "schema": "schema"},
    "Look before a run": {"check": "check", "preview": "preview", "show": "show"},
    "Make a dataset": {"bulk": "bulk", "status": "status", "merge": "merge", "label": "label"},
    "Look at a dataset": {"report": "report", "verify": "verify", "diff": "diff"},
}
COMMANDS = {name: module for group in GROUPS.values() for name, module in group.items()}


def enter() -> NoReturn:
    """Run `imggen` with the arguments of the command line, and exit."""
    protect_streams()
    leave(partial(walled, partial(run, None)))


def main(argv: Sequence[str] | None = None) -> int:
    """Run `imggen` with `argv` (default: the command line's); return the exit code."""
    return until_stopped(partial(walled, partial(run, argv)))


def run(argv: Sequence[str] | None) -> int:
    """Load the commands, run the chosen one and return its exit code."""
    from imggen.command.app import run_app  # noqa: PLC0415  # not for workers

    return run_app(load_app(), argv, "imggen")


def load_app() -> Typer:
    """Return the application with all commands."""
    from imggen.command.app import Command, imggen, make_app  # noqa: PLC0415  # as above

    app = make_app(completion=True)
    app.callback(invoke_without_command=True)(imggen)
    for group, commands in GROUPS.items():
        for name, module_name in commands.items():
            module = import_module(f"imggen.command.{module_name}")
            command = getattr(module, module_name)
            epilog = f"{module.EPILOG}\n{say_exit_codes(name)}"
            described = {"help": module.HELP, "epilog": epilog, "rich_help_panel": group}
            app.command(name, cls=Command, **described)(command)
    return app
