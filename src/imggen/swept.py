"""Temporary folders that are gone in the end: at once, or with the next sweep after a kill."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from imggen.errors import ImggenError
from imggen.signals import current
from imggen.sizes import show_bytes

PREFIX = "imggen-"
LOCK = "lock"
REMOVALS, REMOVAL_SECONDS = 10, 0.01


@contextmanager
def swept_folder(parent: Path) -> Iterator[Path]:
    """Make a folder below `parent`, and clear away those whose process was killed."""
    sweep(parent)
    with ExitStack() as stack, passing_folder(partial(claim_folder, parent, stack)) as folder:
        yield folder


@contextmanager
def passing_folder(make: Callable[[], Path]) -> Iterator[Path]:
    """Yield the folder that `make` makes: it is gone after the block.

    So it is after an end of all at once, whenever that comes.
    """
    with ExitStack() as stack:
        with current().starting():
            folder = make()
            stack.enter_context(current().cleaning_up(partial(remove_folder, folder)))
        try:
            yield folder
        finally:
            remove_folder(folder)


def remove_folder(folder: Path) -> None:
    """Remove `folder`, though a process that was just killed may still make a file in it."""
    for _ in range(REMOVALS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(REMOVAL_SECONDS)


def claim_folder(parent: Path, stack: ExitStack) -> Path:
    """Make a folder below `parent`, and hold the lock that tells of its use as long as `stack`."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        lock = os.open(folder / LOCK, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / LOCK).exists():
            stack.callback(os.close, lock)
            return folder
        os.close(lock)  # swept away before it was locked


def sweep(parent: Path) -> None:
    """Remove the folders below `parent` that no living process holds the lock of."""
    for path in parent.glob(f"{PREFIX}*/{LOCK}"):
        with suppress(OSError):  # its process lives, it is another user's, or it has just gone
            lock = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path.parent, ignore_errors=True)
            finally:
                os.close(lock)


def check_room(what: str, needed: int, folder: Path, kind: type[ImggenError]) -> None:
    """Refuse to copy more to a temporary folder than its disk has room for.

    Parameters
    ----------
    what : the copies, as the subject of the sentence: "the art at URLs has"
    needed : their size, bytes
    kind : the class of the error

    Raises
    ------
    ImggenError
        Of the class `kind`.
    """
    free = shutil.disk_usage(folder).free
    if needed > free:
        message = (
            f"{what} {show_bytes(needed)}, which are copied to {folder.parent} to be read, and "
            f"there are {show_bytes(free)} free; set TMPDIR to a folder with room."
        )
        raise kind(message)
