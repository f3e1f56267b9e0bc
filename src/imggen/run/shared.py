"""A folder for the memory that workers share, gone when the run ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108  # kept in memory by Linux
PREFIX = "imggen-"
LOCK = "lock"
LEAST_FREE_BYTES = 2**30  # containers often give it 64 MB: too little for a library


@contextmanager
def shared_folder() -> Iterator[Path]:
    """Make the folder, and clear away those whose process was killed."""
    parent = memory_folder()
    sweep(parent)
    folder, lock = claim_folder(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def claim_folder(parent: Path) -> tuple[Path, int]:
    """A new folder below `parent`, and the lock that tells others it is in use."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        lock = os.open(folder / LOCK, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / LOCK).exists():
            return folder, lock
        os.close(lock)  # swept away before it was locked


def memory_folder() -> Path:
    """A folder in memory if there is one with room, else the folder for temporary files."""
    try:
        roomy = shutil.disk_usage(MEMORY_FOLDER).free >= LEAST_FREE_BYTES
    except OSError:
        roomy = False
    usable = roomy and os.access(MEMORY_FOLDER, os.W_OK | os.X_OK)
    return MEMORY_FOLDER if usable else Path(tempfile.gettempdir())


def default_memory(folder: Path) -> int:
    """Bytes that prepared art may take in `folder`.

    Half of what is free there, and no more than a quarter of this machine's memory.
    """
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(shutil.disk_usage(folder).free // 2, physical // 4)


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
