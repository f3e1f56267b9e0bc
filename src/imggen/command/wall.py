"""The outermost error handler of all commands: turns exceptions into sentences and exit codes."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import imggen
from imggen.errors import ExplainedError, ImggenError, InputError, RunError
from imggen.paths import reason_of, way_out_of
from imggen.signals import current
from imggen.store.layout import JOURNAL, LAST_ERROR

MOST_CHARACTERS = 500  # of the message of an unexpected error


class WorkError(Exception):
    """Another error, with the folder that the command worked on, and the state of that."""

    def __init__(self, error: Exception, out: Path, state: str) -> None:
        super().__init__(error, out, state)
        self.error, self.out, self.state = error, out, state


def walled(command: Callable[[], int]) -> int:
    """Run `command` and return its exit code; report any exception."""
    try:
        return command()
    except WorkError as error:
        return report(error.error, error.out, error.state)
    except Exception as error:  # noqa: BLE001  # the outermost handler
        return report(error)


@contextmanager
def working_on(
    out: Path, say_stopped: Callable[[], str], say_kept: Callable[[], str] = lambda: ""
) -> Iterator[None]:
    """Have stops and errors within the block reported as those of work on the dataset in `out`.

    Parameters
    ----------
    say_stopped : the sentence on a stop
    say_kept : what is said of the dataset after an error

    Raises
    ------
    WorkError
        From any exception.
    """
    current().sentence = say_stopped
    try:
        yield
    except Exception as error:
        current().settle()
        raise WorkError(error, out, say_kept()) from error
    current().settle()


def report(error: Exception, out: Path | None = None, state: str = "") -> int:
    """Print a sentence on `error` and then `state` on stderr; return the exit code.

    Unless the sentence says all, the traceback is written to the run's folder `out`, or to a
    temporary file if that does not exist.
    """
    if isinstance(error, InputError | ExplainedError):
        complain(str(error))
        return error.exit_code
    kept = keep_traceback(error, out)
    details = f"Details are in {kept}." if kept else ""
    complain(" ".join(filter(None, [explain(error), state, details])))
    return RunError.exit_code


def complain(sentence: str) -> None:
    """Print one sentence on stderr, or several, a line each."""
    text = sentence.encode(errors="backslashreplace").decode()  # names may not be UTF-8
    printable = "".join(
        one if one.isprintable() or one == "\n" else ascii(one)[1:-1] for one in text
    )
    sys.stderr.write(f"imggen: {printable}\n")
    sys.stderr.flush()


def explain(error: Exception) -> str:
    """Return a sentence that explains `error`."""
    message = " ".join(str(error).split())
    if len(message) > MOST_CHARACTERS:
        message = f"{message[:MOST_CHARACTERS]}..."
    if isinstance(error, ImggenError):
        return str(error)
    if isinstance(error, MemoryError):
        what = f" ({message})" if message else ""
        return f"memory ran out{what}; give fewer --workers or less --memory."
    if isinstance(error, OSError):
        about = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
        ending = "; ".join(filter(None, [reason_of(error), way_out_of(error, "")]))
        return f"the system refused a file operation: {about}{ending}."
    named = f"{type(error).__name__}: {message}" if message else type(error).__name__
    return f"an unexpected error stopped it: {named.removesuffix('.')}."


def forget_error(out: Path) -> None:
    """Remove the traceback of an earlier failure from the folder of a complete run."""
    with suppress(OSError):
        (out / LAST_ERROR).unlink(missing_ok=True)


def keep_traceback(error: Exception, out: Path | None) -> Path | None:
    """Write the traceback of `error` to a file; return its path, or None if that fails."""
    lines = [
        f"{time.strftime('%Y-%m-%d %H:%M:%S')}  {shlex.join(sys.argv)}\n",
        f"imggen {imggen.__version__}, Python {sys.version.split()[0]}\n\n",
        *traceback.format_exception(error),
    ]
    text = "".join(lines).encode(errors="backslashreplace")
    if out is not None and (out / JOURNAL).is_dir():  # this run's: else it was refused earlier
        with suppress(OSError):
            (out / LAST_ERROR).write_bytes(text)
            return out / LAST_ERROR
    with (
        suppress(OSError),
        tempfile.NamedTemporaryFile(prefix="imggen-error-", suffix=".txt", delete=False) as file,
    ):
        file.write(text)
        return Path(file.name)
    return None
