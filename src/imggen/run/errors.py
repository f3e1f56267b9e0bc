"""Errors of a run that has begun, as its callers expect them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from imggen.errors import ExplainedError, InputError, RunError


@contextmanager
def errors_in_a_sentence(out: Path) -> Iterator[None]:
    """Raise what the system says of a file as an error for people.

    Raises
    ------
    RunError
        Naming the file, or `out` where the system names none.
    """
    try:
        yield
    except OSError as error:
        path = os.fsdecode(error.filename or out)
        message = f"{path} cannot be written: {error.strerror or error}; what is finished is kept."
        raise RunError(message) from error


@contextmanager
def input_errors_as_run_errors() -> Iterator[None]:
    """Raise errors of the input, which has been found right before, as errors of the run.

    Raises
    ------
    RunError
        With the same sentence.
    """
    try:
        yield
    except InputError as error:
        raise ExplainedError(str(error)) from error
