"""Check and convert the arguments of `imggen.generate`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from imggen.config.sentences import show
from imggen.dataset.arguments import check_flag
from imggen.errors import InputError, OutputError
from imggen.run.journal.folder import Existing
from imggen.sizes import parse_size
from imggen.urls import READERS, check_bucket, place_of


def listed(labels: object) -> object:
    """Return `labels`, one name or several, as a list; anything else as it is, to be refused."""
    if isinstance(labels, str):
        return [labels]
    return list(labels) if isinstance(labels, Iterable) else labels


def check_out(out: object) -> Path:
    """Return `out`, a folder or the URL of one, as a path.

    Raises
    ------
    InputError
        If it is neither, or is no URL that can be used.
    """
    if out == "" or not isinstance(out, str | PathLike):
        raise InputError(f"out is {show(out)}; expected a folder, or its URL in a store.")
    check_bucket("out", os.fspath(out), OutputError)
    return place_of("out", Path(out), OutputError, READERS)


def existing(*, resume: bool, overwrite: bool) -> Existing:
    """Return what is done with the files of an earlier run.

    Raises
    ------
    InputError
        If it is to be kept and replaced.
    """
    if check_flag("resume", resume) and check_flag("overwrite", overwrite):
        raise InputError("resume=True keeps what overwrite=True replaces; give one of them.")
    return "resume" if resume else "overwrite" if overwrite else "refuse"


def check_workers(workers: object) -> int:
    """Return `workers`.

    Raises
    ------
    InputError
        If it is not a whole number from 1.
    """
    if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
        raise InputError(f"workers is {show(workers)}; expected a whole number, 1 or more.")
    return workers


def check_memory(memory: object) -> int:
    """Return `memory` in bytes.

    Raises
    ------
    InputError
        If it is neither a number of bytes nor a text like "2G".
    """
    size = parse_size(memory) if isinstance(memory, str) else memory
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise InputError(
            f'memory is {show(memory)}; expected a number of bytes, or a text like "2G".'
        )
    return size
