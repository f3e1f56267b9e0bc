"""Atomic writes: a file is complete or absent, as it gets its name only when all is written."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from imggen.errors import OutputError
from imggen.store.layout import SPENT

MOST_PIECES = 1024  # IOV_MAX on Linux: the most buffers of one writev
PARTIAL = ".part"
# The errors when a file has reached its maximum of links, or the file system supports none.
NO_LINK = (errno.EMLINK, errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


class FileStore:
    """A folder in which files are written under temporary names and then renamed.

    Attributes
    ----------
    path : the folder
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder
        self._folder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)

    def close(self) -> None:
        """Close the folder's descriptor."""
        os.close(self._folder)

    def put(self, name: str, pieces: Sequence[bytes | memoryview]) -> None:
        """Write `pieces` one after another as the file `name`, replacing any existing file."""
        with self.growing(name) as file:
            write_all(file, pieces)

    @contextmanager
    def growing(self, name: str) -> Iterator[int]:
        """Yield a descriptor to write to; the file becomes `name` when the block ends.

        If the block fails, the file is removed.
        """
        with renamed(name, self._folder) as partial:
            file = self._create(partial)
            try:
                yield file
            finally:
                os.close(file)

    @contextmanager
    def growing_large(self, name: str) -> Iterator[int]:
        """Do as `growing`, but write over a file that is spent, if there is one."""
        with renamed(name, self._folder) as partial:
            spent = self._take_spent(partial)
            file = self._create(partial) if spent is None else spent
            try:
                yield file
                if spent is not None:
                    os.ftruncate(file, os.lseek(file, 0, os.SEEK_CUR))
            finally:
                os.close(file)

    def spend(self, name: str) -> None:
        """Have a later file written over the file `name`, which is gone then.

        That takes a fifth of the time of a new file: the system has no memory to find and to clear
        for its content.
        """
        try:
            self._rename(name, f"{SPENT}/{Path(name).name}{PARTIAL}")
        except FileNotFoundError:
            (self.path / SPENT).mkdir(parents=True, exist_ok=True)
            self._rename(name, f"{SPENT}/{Path(name).name}{PARTIAL}")

    def _take_spent(self, partial: str) -> int | None:
        """Give a spent file the name `partial`, and open it; return None if there is none."""
        try:
            names = [path.name for path in (self.path / SPENT).iterdir()]
        except FileNotFoundError:
            return None
        for name in names:
            with suppress(FileNotFoundError):  # another process has taken it
                self._rename(f"{SPENT}/{name}", partial)
                return os.open(partial, os.O_WRONLY | os.O_CLOEXEC, dir_fd=self._folder)
        return None

    def _rename(self, name: str, to: str) -> None:
        os.replace(name, to, src_dir_fd=self._folder, dst_dir_fd=self._folder)

    def link(self, name: str, existing: str) -> None:
        """Make `name` a hard link to the file `existing`, replacing any existing file."""
        with renamed(name, self._folder) as partial:
            try:
                os.link(existing, partial, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            except (FileNotFoundError, FileExistsError) as obstacle:
                self._clear_way(partial, obstacle)
                os.link(existing, partial, src_dir_fd=self._folder, dst_dir_fd=self._folder)

    def link_or_put(self, name: str, existing: str, pieces: Sequence[bytes | memoryview]) -> None:
        """Make `name` a hard link to `existing`, or a copy if no more links are possible.

        `pieces` are the content of `existing`.
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
        """Make the missing subfolder of `name`, or remove a file that a killed run left behind.

        Such a file may be a link to a finished image, so it must not be written to.
        """
        if isinstance(obstacle, FileExistsError):
            os.unlink(name, dir_fd=self._folder)
        else:
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)


@contextmanager
def renamed(name: str, folder: int | None = None) -> Iterator[str]:
    """Yield a temporary name; rename that file to `name` at the end of the block.

    If the block fails, the temporary file is removed; errors of the system name `name`, not it.
    Both names are relative to the descriptor `folder`, if one is given.
    """
    partial = name + PARTIAL
    try:
        yield partial
        os.replace(partial, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(partial, dir_fd=folder)
        if isinstance(error, OSError) and error.filename == partial:
            error.filename, error.filename2 = name, None
        raise


@contextmanager
def open_atomic(path: Path, *, synced: bool = False) -> Iterator[BinaryIO]:
    """Yield a file to write to; it appears at `path` only when the block ends without error.

    With `synced`, it has then also reached the disk.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with renamed(str(path)) as partial, open(partial, "wb") as file:  # noqa: PTH123  # a name
        yield file
        file.flush()
        if synced:
            os.fsync(file.fileno())
    if synced:
        sync_folder(path.parent)


def link_folder(path: Path, folder: str) -> bool:
    """Make `path` a symbolic link to the folder `folder` beside it, unless it is one already.

    Return False if the file system has no symbolic links.

    Raises
    ------
    OutputError
        If a folder is there, as a tool that follows links has copied the dataset.
    """
    if is_link_to(path, folder):
        return True
    if path.is_dir() and not path.is_symlink():
        message = (
            f"{path} is a folder, where a link to {folder} belongs, perhaps of a copy that "
            "followed links; remove that folder, then give --resume."
        )
        raise OutputError(message)
    try:
        with renamed(str(path)) as partial:
            os.symlink(folder, partial)  # noqa: PTH211  # a name
    except OSError as error:
        if error.errno not in NO_LINK:
            raise
        return False
    return True


def is_link_to(path: Path, target: str) -> bool:
    """Return True if `path` is a symbolic link with the text `target`."""
    return path.is_symlink() and os.readlink(path) == target  # noqa: PTH115  # as it was written


def write_atomic(path: Path, content: bytes, *, synced: bool = False) -> None:
    """Write `content` to `path` atomically; with `synced`, wait until it is on the disk."""
    with open_atomic(path, synced=synced) as file:
        file.write(content)


def sync_folder(folder: Path) -> None:
    """Wait until the entries of `folder` are on the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def write_all(file: int, pieces: Sequence[bytes | memoryview]) -> None:
    """Write all `pieces` to the descriptor `file`; retry after short writes."""
    unwritten = [memoryview(piece).cast("B") for piece in pieces]
    while unwritten:
        written = os.writev(file, unwritten[:MOST_PIECES])
        done = 0
        while done < len(unwritten) and written >= len(unwritten[done]):
            written -= len(unwritten[done])
            done += 1
        del unwritten[:done]
        if written:
            unwritten[0] = unwritten[0][written:]
