"""A folder for the memory that workers share, gone when the run ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from imggen.run.limits import ART_SHARE, usable_memory
from imggen.swept import LOCK, PREFIX, remove_folder, swept_folder

MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108  # kept in memory by Linux
LEAST_FREE_BYTES = 2**30  # containers often give it 64 MB: too little for a library


@contextmanager
def shared_folder() -> Iterator[Path]:
    """Make the folder, and clear away those whose process was killed."""
    with swept_folder(memory_folder()) as folder:
        yield folder


@contextmanager
def hold_folder(parent: Path, name: str) -> Iterator[Path]:
    """Make or join the folder of `name` below `parent`; the last process to leave removes it.

    All that are in it hold its lock together, so that a sweep leaves it alone.
    """
    folder = parent / f"{PREFIX}{name}"
    lock = join_folder(folder)
    while lock is None:
        lock = join_folder(folder)
    try:
        yield folder
    finally:
        with suppress(OSError):  # there are others: Linux has let go of this process's lock first
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove_folder(folder)
        os.close(lock)


def join_folder(folder: Path) -> int | None:
    """Return the open lock of `folder`, held with others; None if it was removed meanwhile."""
    folder.mkdir(mode=0o700, exist_ok=True)
    try:
        lock = os.open(folder / LOCK, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    fcntl.flock(lock, fcntl.LOCK_SH)
    with suppress(FileNotFoundError):
        if (folder / LOCK).samefile(f"/dev/fd/{lock}"):
            return lock
    os.close(lock)
    return None


def memory_folder() -> Path:
    """Return a folder in memory if there is one with room, else the folder for temporary files.

    JOBLIB_TEMP_FOLDER, which names the folder for what joblib shares, goes first.
    """
    given = os.environ.get("JOBLIB_TEMP_FOLDER")
    if given:
        return Path(given)
    try:
        roomy = shutil.disk_usage(MEMORY_FOLDER).free >= LEAST_FREE_BYTES
    except OSError:
        roomy = False
    usable = roomy and os.access(MEMORY_FOLDER, os.W_OK | os.X_OK)
    return MEMORY_FOLDER if usable else Path(tempfile.gettempdir())


def default_memory(folder: Path) -> int:
    """Bytes that prepared art may take in `folder`.

    Half of what is free there, and no more than a quarter of the memory that may be used.
    """
    return min(shutil.disk_usage(folder).free // 2, usable_memory() // ART_SHARE)
