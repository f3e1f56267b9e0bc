"""Arrays that all workers map: the first worker that needs them makes them."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.draw.sprites import read_only

RESERVED = "reserved-bytes"
FULL = (errno.ENOSPC, errno.EDQUOT, None)  # NumPy has no number for what it wrote in part

Arrays = Sequence[npt.NDArray[Any]]


class SharedArrays:
    """Sequences of arrays, by name, in a folder that workers share.

    Arrays that would exceed `limit_bytes` there are made by each worker that needs them, and kept
    until it needs others. They are the same either way.

    Parameters
    ----------
    folder : None to share with nobody, and keep everything
    limit_bytes : size of all files in `folder`
    """

    def __init__(self, folder: Path | None = None, limit_bytes: int = 0) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._kept: dict[str, Arrays] = {}
        self._latest: dict[str, Arrays] = {}

    def get(self, name: str, make: Callable[[], Arrays]) -> Arrays:
        """Return the arrays called `name`, made by `make` if no worker has made them yet."""
        for known in (self._kept, self._latest):
            if name in known:
                return known[name]
        if self._folder is None:
            self._kept[name] = all_read_only(make())
            return self._kept[name]
        with locked(self._folder / f"{name}.lock"):
            if not (self._folder / name).exists():
                arrays = make()
                if not self._share(self._folder / name, arrays):
                    self._latest = {name: all_read_only(arrays)}
                    return self._latest[name]
        self._kept[name] = all_read_only(load_arrays(self._folder / name))
        return self._kept[name]

    def _share(self, folder: Path, arrays: Arrays) -> bool:
        """Write `arrays` to `folder`; return False if there is no room for them."""
        size_bytes = sum(array.nbytes for array in arrays)
        try:
            if not reserve(folder.with_name(RESERVED), size_bytes, self._limit_bytes):
                return False
            save_arrays(folder, arrays)
        except OSError as error:
            if error.errno not in FULL:
                raise
            shutil.rmtree(partial_of(folder), ignore_errors=True)
            return False
        return True


def reserve(ledger: Path, size_bytes: int, limit_bytes: int) -> bool:
    """Add `size_bytes` to the total in the file `ledger`; return False where that is too much.

    All workers count there, as sizes of files cannot be read while others rename them.
    """
    with locked(ledger), ledger.open("r+") as file:
        total = int(file.read() or 0) + size_bytes
        if total > limit_bytes:
            return False
        file.seek(0)
        file.write(str(total))
        return True


def all_read_only(arrays: Arrays) -> Arrays:
    """Return read-only views of `arrays`, as kernels take them."""
    return list(map(read_only, arrays))


def save_arrays(folder: Path, arrays: Arrays) -> None:
    """Write `arrays` to a new folder, which appears when all are written."""
    partial = partial_of(folder)
    partial.mkdir(exist_ok=True)
    for k, array in enumerate(arrays):
        np.save(partial / f"{k}.npy", array)
    partial.rename(folder)


def partial_of(folder: Path) -> Path:
    """Return the folder that arrays are written to before it is renamed to `folder`."""
    return folder.with_name(folder.name + ".part")


def load_arrays(folder: Path) -> list[npt.NDArray[Any]]:
    """Map the arrays that `save_arrays` wrote."""
    paths = sorted(folder.iterdir(), key=lambda path: int(path.stem))
    return [np.load(path, mmap_mode="r") for path in paths]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of the file `path`; wait while another process holds it."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)
