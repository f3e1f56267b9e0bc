"""Loose files in a local folder. A name is whole or absent."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

MOST_PIECES = 1024  # IOV_MAX on Linux: what one writev takes
PARTIAL = ".part"
# What a system says where a file has all the links it can have, or the file system has none.
NO_LINK = (errno.EMLINK, errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


class FileStore:
    """Writes files below one folder, each under a temporary name that is then renamed.

    Attributes
    ----------
    path : the folder
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder
        self._folder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self._folder)

    def put(self, name: str, pieces: Sequence[bytes | memoryview]) -> None:
        """Write `pieces` behind one another as `name`, replacing what is there."""
        with self.growing(name) as file:
            write_all(file, pieces)

    @contextmanager
    def growing(self, name: str) -> Iterator[int]:
        """A descriptor to write to; what is written is `name` when the block ends, or gone."""
        with renamed(name, self._folder) as partial:
            file = self._create(partial)
            try:
                yield file
            finally:
                os.close(file)

    def link(self, name: str, existing: str) -> None:
        """Make `name` a hard link to the file `existing`, replacing what is there."""
        with renamed(name, self._folder) as partial:
            try:
                os.link(existing, partial, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            except (FileNotFoundError, FileExistsError) as obstacle:
                self._clear_way(partial, obstacle)
                os.link(existing, partial, src_dir_fd=self._folder, dst_dir_fd=self._folder)

    def link_or_put(self, name: str, existing: str, pieces: Sequence[bytes | memoryview]) -> None:
        """Make `name` a hard link to `existing`, which is made of `pieces`.

        Where that can have no more links, they are written again.
        """
        try:
            self.link(name, existing)
        except OSError as error:
            if error.errno not in NO_LINK:
                raise
            self.put(name, pieces)

    def _create(self, name: str) -> int:
        try:
            return os.open(name, NEW_FILE, 0o644, dir_fd=self._folder)
        except (FileNotFoundError, FileExistsError) as obstacle:
            self._clear_way(name, obstacle)
            return os.open(name, NEW_FILE, 0o644, dir_fd=self._folder)

    def _clear_way(self, name: str, obstacle: OSError) -> None:
        """Make the subfolder that `name` is the first file of, or remove what a killed run left.

        What is left may be a link to a finished image, so it is never written to.
        """
        if isinstance(obstacle, FileExistsError):
            os.unlink(name, dir_fd=self._folder)
        else:
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)


@contextmanager
def renamed(name: str, folder: int | None = None) -> Iterator[str]:
    """Yield a temporary name for the block to make; it becomes `name`, or goes if the block fails.

    Both are below the descriptor `folder`, if one is given.
    """
    partial = name + PARTIAL
    try:
        yield partial
        os.replace(partial, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(partial, dir_fd=folder)
        raise


@contextmanager
def whole_file(path: Path, *, synced: bool = False) -> Iterator[BinaryIO]:
    """A file for the block to write; it is at `path` when the block ends, or not at all.

    With `synced`, it is on the disk then, too.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with renamed(str(path)) as partial, open(partial, "wb") as file:  # noqa: PTH123  # a name
        yield file
        file.flush()
        if synced:
            os.fsync(file.fileno())
    if synced:
        sync_folder(path.parent)


def write_whole(path: Path, content: bytes, *, synced: bool = False) -> None:
    """Write a file as `whole_file` does."""
    with whole_file(path, synced=synced) as file:
        file.write(content)


def sync_folder(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def write_all(file: int, pieces: Sequence[bytes | memoryview]) -> None:
    """Write all of `pieces` to the descriptor `file`, however often the system stops short."""
    waiting = [memoryview(piece).cast("B") for piece in pieces]
    while waiting:
        written = os.writev(file, waiting[:MOST_PIECES])
        done = 0
        while done < len(waiting) and written >= len(waiting[done]):
            written -= len(waiting[done])
            done += 1
        del waiting[:done]
        if written:
            waiting[0] = waiting[0][written:]
