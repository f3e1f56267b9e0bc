"""What all commands share: from arguments to an exit code, whatever happens on the way."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import typer

from imggen.errors import ImggenError, InputError

# What typer raises for wrong arguments; it exports only this child of it.
USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ONE_STOP_SECONDS = 2.0  # signals within this time are one wish to stop


class Stopped(BaseException):
    """Someone asked the process to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number  # as shells report it


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


@contextmanager
def stoppable() -> Iterator[None]:
    """Within the block, Ctrl-C, SIGTERM and SIGHUP raise `Stopped`, once.

    What is ignored stays so: nohup and shells ask for that.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    raise_stopped = make_handler()
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, raise_stopped)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def make_handler() -> Callable[[int, FrameType | None], None]:
    """A handler that lets the clean-up after a signal run, when more signals follow at once."""
    last = -ONE_STOP_SECONDS

    def raise_stopped(number: int, _frame: FrameType | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= ONE_STOP_SECONDS:
            last = now
            stop(number)

    return raise_stopped


def stop(number: int) -> NoReturn:
    """Raise `Stopped` for the signal `number`."""
    raise Stopped(number)


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
