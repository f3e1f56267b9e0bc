"""Passes jobs, tasks and results between processes.

- A job, which is the same for all tasks of a run, is mapped: its arrays are read-only and in the
  memory of all workers once.
- A task and its result belong to who reads them: their arrays are writable.

Both hold for arrays of any size. All goes through files in the folder that the processes share, and
pools pass on their names only: a worker that is killed leaves no half a message in a pipe, for
which others would wait for ever.
"""

from __future__ import annotations

import errno
import mmap
import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from secrets import token_hex
from typing import Any

from imggen.errors import ExplainedError
from imggen.sizes import show_bytes

JOB = "job"
FLAG = "give-up"
FULL = (errno.ENOSPC, errno.EDQUOT)


class GivenUp(Exception):  # noqa: N818  # it is no error
    """Some task has been left undone, as the run is to end."""


class Flag:
    """One byte that all processes of a run map: whether to give up what is not done yet."""

    def __init__(self, folder: Path) -> None:
        with (folder / FLAG).open("a+b") as file:
            if not os.fstat(file.fileno()).st_size:
                file.truncate(1)
            self._byte = mmap.mmap(file.fileno(), 1)

    def set(self) -> None:
        """Tell all processes to give up."""
        self._byte[0] = 1

    def is_set(self) -> bool:
        """Return whether to give up."""
        return self._byte[0] != 0

    def check(self) -> None:
        """Raise `GivenUp` if the flag is set."""
        if self.is_set():
            raise GivenUp


def share_job(job: object, folder: Path) -> Path:
    """Write `job` to a file of its own in `folder`, for workers to map; return the file.

    Raises
    ------
    RunError
        If the folder is full.
    """
    from imggen.run.engines.parallel import dump  # noqa: PLC0415  # joblib is slow to load

    path = folder / f"{JOB}-{token_hex(8)}"  # workers keep the job of a path
    with full_folder_explained(folder):
        dump(job, path)
    return path


@lru_cache(maxsize=1)
def shared_job(path: Path) -> object:
    """Map the job that `share_job` wrote to `path`."""
    from imggen.run.engines.parallel import load  # noqa: PLC0415  # as above

    job: object = load(path, mmap_mode="r")
    return job


def post(value: object, path: Path) -> None:
    """Write `value` to the file `path`, for another process to take.

    Raises
    ------
    RunError
        If the folder is full.
    """
    with full_folder_explained(path.parent), path.open("wb") as file:
        pickle.dump(value, file, pickle.HIGHEST_PROTOCOL)


def take(path: Path) -> object:
    """Read what `post` wrote to `path`, and remove the file."""
    with path.open("rb") as file:
        value: object = pickle.load(file)  # noqa: S301  # our own, in a folder of our own
    path.unlink()
    return value


def work(render: Callable[[Any, Any], object], job: Path, task: Path) -> None:
    """Do in a worker what `render(job, task)` does; its result takes the place of the task."""
    try:
        result = render(shared_job(job), take(task))
    except MemoryError as error:  # NumPy's own has more to it than pickles bear
        raise MemoryError(str(error)) from None
    post(result, task)


@contextmanager
def full_folder_explained(folder: Path) -> Iterator[None]:
    """Say what to do where the folder that processes share is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        size = shutil.disk_usage(folder)
        message = (
            f"{folder.parent}, where worker processes share memory, is full: it has "
            f"{show_bytes(size.total)}, and {show_bytes(size.free)} are free. Go on with --resume "
            "and --workers 1, which shares nothing, give a lower --memory, use less or smaller "
            "art, or set JOBLIB_TEMP_FOLDER to a folder with more room."
        )
        raise ExplainedError(message) from error
