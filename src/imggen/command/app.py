"""The typer application that all commands share."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from imggen.command.options import FLAG, Version
from imggen.command.usage import USAGE_ERROR, explain_usage
from imggen.errors import InputError
from imggen.urls import check_bucket

if TYPE_CHECKING:
    Base = TyperCommand
else:
    Base = object
COMPLETE = "_IMGGEN_COMPLETE"  # the variable by which a shell asks for completions


class PlainFlags(Base):
    """A command whose flags are listed without a type, as they take no value."""

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401  # typer does not export the types
        """Return the parameters, among them --help."""
        params = super().get_params(ctx)
        for param in params:
            if getattr(param, "is_flag", False):
                param.metavar = FLAG
        return params


class Command(PlainFlags, TyperCommand):
    """A single command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  # as above
        """Parse `args`; refuse paths that are surely not meant.

        Raises
        ------
        InputError
            Naming the option or argument.
        """
        given, *_ = self.make_parser(ctx).parse_args(list(args))
        left = super().parse_args(ctx, args)
        for param in self.get_params(ctx):
            if isinstance(ctx.params.get(param.name), Path):
                check_path(param.opts[0], param.metavar, given.get(param.name))
        return left


def check_path(name: str, metavar: str, value: str | None) -> None:
    """Refuse the path `value` of an option called `name`, or of an argument called `metavar`.

    An empty one would be the working directory. One like --resume is an option, typed after another
    whose value is missing. None is a default.
    """
    is_option = name.startswith("-")
    called = name if is_option else metavar
    if value is None:
        return
    if value == "":
        raise InputError(f'{called} is ""; expected a path; see --help.')
    check_bucket(called, value, InputError)
    if is_option and value.startswith("-"):
        message = f"{name} is {value}, like an option; expected a path."
        raise InputError(f"{message} If it is one, give ./{value}.")


class Group(PlainFlags, TyperGroup):
    """The commands together."""


def make_app(*, completion: bool = False) -> typer.Typer:
    """Return a typer application with the settings that all commands share."""
    return typer.Typer(
        cls=Group,
        add_completion=completion,
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
    if COMPLETE in os.environ:
        command.main(args, name, COMPLETE)  # prints completions and exits
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
