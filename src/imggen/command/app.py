"""The typer application that all commands share, and clear sentences for its usage errors."""

from __future__ import annotations

import difflib
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from imggen.command.options import Version
from imggen.errors import InputError

# The base of typer's errors for wrong arguments, of which typer exports only this subclass.
USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
EXTRA_ARGUMENT = re.compile(r"unexpected extra arguments?(?:\(s\))? \((\S+).*\)")

UNKNOWN_COMMAND = re.compile(r"No such command '(.*?)'(?:\. Did you mean '([^']*)'.*)?", re.DOTALL)


def make_app() -> typer.Typer:
    """Return a typer application with the settings that all commands share."""
    return typer.Typer(
        add_completion=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["--help", "-h"]},
    )


def imggen(context: typer.Context, *, version: Version = False) -> None:  # noqa: ARG001  # callback
    """Labelled image datasets from layered art, as fast as the machine can write them."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def run_app(app: typer.Typer, argv: Sequence[str] | None, name: str) -> int:
    """Run `app`, called `name`, on `argv` (default: the command line's); return the exit code.

    The command's own `main` is not used, because it takes some errors of the run for its own (a
    broken pipe between processes, a file that ends early) and exits without a message.

    Raises
    ------
    InputError
        If the arguments are wrong. Errors of the command itself pass through.
    """
    command = typer.main.get_command(app)
    args = list(sys.argv[1:] if argv is None else argv)
    try:
        with command.make_context(name, args) as context:
            return command.invoke(context) or 0
    except typer.Exit as leaving:  # after --help and --version
        return leaving.exit_code
    except USAGE_ERROR as error:
        raise InputError(explain_usage(error)) from error


def as_typed(program: str) -> str:
    """Return what to type to call `program`: its name if that is enough, else its path."""
    name = Path(program).name
    return name if shutil.which(name) == program else program


def explain_usage(error: Exception) -> str:
    """Return one sentence for an error that typer raised about the arguments."""
    message = str(getattr(error, "message", error)).rstrip(".")
    option = getattr(error, "option_name", "")
    if option and "requires an argument" in message:
        return f"{option} needs a value; see --help."
    missing = getattr(getattr(error, "param", None), "metavar", None)
    if missing and not message:
        return f"{missing} is missing; see --help."
    possibilities = getattr(error, "possibilities", None)
    if possibilities:
        nearest = difflib.get_close_matches(option, possibilities, n=1, cutoff=0)
        return f"{option} is not an option; did you mean {nearest[0]}?"
    if option:
        return f"{option} is not an option; see --help."
    return explain_argument(message)


def explain_argument(message: str) -> str:
    """Return one sentence for typer's `message` about an argument that is no option."""
    unknown = UNKNOWN_COMMAND.match(message)
    if unknown:
        hint = f"did you mean {unknown[2]}?" if unknown[2] else "see --help."
        return f"{unknown[1]} is not a command; {hint}"
    extra = EXTRA_ARGUMENT.search(message)
    if extra:
        return f"{extra[1]} is one argument too many; see --help."
    return f"{message[:1].lower()}{message[1:]}; see --help."
