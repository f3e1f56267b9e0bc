"""A folder for the memory that workers share, gone when the run ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    try:
        with (folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def memory_folder() -> Path:
    """A folder in memory if there is one with room, else the folder for temporary files."""
    try:
        roomy = shutil.disk_usage(MEMORY_FOLDER).free >= LEAST_FREE_BYTES
    except OSError:
        roomy = False
    usable = roomy and os.access(MEMORY_FOLDER, os.W_OK | os.X_OK)
    return MEMORY_FOLDER if usable else Path(tempfile.gettempdir())


def sweep(parent: Path) -> None:
    """Remove the folders below `parent` that no living process holds the lock of."""
    for lock_path in parent.glob(f"{PREFIX}*/{LOCK}"):
        try:
            with lock_path.open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock_path.parent, ignore_errors=True)
        except OSError:  # its process lives, it is another user's, or it has just gone
            continue
