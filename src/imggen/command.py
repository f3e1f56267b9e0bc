"""What all commands share: from arguments to an exit code, whatever happens on the way."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import typer

from imggen.errors import ImggenError, InputError
from imggen.signals import Stopped, stoppable

# What typer raises for wrong arguments; it exports only this child of it.
USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]


def run_app(app: typer.Typer, argv: Sequence[str] | None, name: str) -> int:
    """Run `app`, which is called `name`, on `argv` (default: the command line's)."""
    command = typer.main.get_command(app)
    args = list(sys.argv[1:] if argv is None else argv)
    try:
        with stoppable():
            return command.main(args, prog_name=name, standalone_mode=False) or 0
    except ImggenError as error:
        complain(str(error))
        return error.exit_code
    except USAGE_ERROR as error:
        complain(explain_usage(error))
        return InputError.exit_code
    except Stopped as stop:
        complain("stopped before anything was written.")
        return stop.exit_code


def complain(sentence: str) -> None:
    """Say one sentence on stderr."""
    typer.echo(f"imggen: {sentence}", err=True)


def explain_usage(error: Exception) -> str:
    """One sentence for what typer does not like about the arguments."""
    option = getattr(error, "option_name", None)
    possibilities = getattr(error, "possibilities", None)
    if possibilities is not None and option:
        return f"{option} is not an option; did you mean {' or '.join(sorted(possibilities))}?"
    if option and type(error).__name__ == "NoSuchOption":
        return f"{option} is not an option; see --help for those that are."
    message = str(getattr(error, "message", error)).rstrip(".")
    return f"{message[:1].lower()}{message[1:]}; see --help."


def whole_number(
    option: str, least: int | None = None, most: int | None = None
) -> Callable[[str], int]:
    """A parser for the whole numbers that `option` takes."""
    if most is not None:
        expected = f"a whole number from {least} to {most}"
    else:
        expected = "a whole number" if least is None else f"{least} or more"

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise InputError(f"{option} is {text}; expected a whole number.") from None
        if (least is not None and number < least) or (most is not None and number > most):
            raise InputError(f"{option} is {number}; expected {expected}.")
        return number

    return parse
