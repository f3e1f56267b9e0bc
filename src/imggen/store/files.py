"""Loose files in a local folder. A name is whole or absent."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

MOST_PIECES = 1024  # IOV_MAX on Linux: what one writev takes
PARTIAL = ".part"


class FileStore:
    """Writes files below one folder, each under a temporary name that is then renamed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder
        self._folder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)

    def put(self, name: str, pieces: Sequence[bytes | memoryview]) -> None:
        """Write `pieces` behind one another as `name`, replacing what is there."""
        partial = name + PARTIAL
        file = self._create(partial)
        try:
            write_all(file, pieces)
        finally:
            os.close(file)
        os.replace(partial, name, src_dir_fd=self._folder, dst_dir_fd=self._folder)

    def link(self, name: str, existing: str) -> None:
        """Make `name` a hard link to the file `existing`, replacing what is there."""
        partial = name + PARTIAL
        os.close(self._create(partial))  # makes the subfolder, and lets go of what a killed run left
        os.unlink(partial, dir_fd=self._folder)
        os.link(existing, partial, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        os.replace(partial, name, src_dir_fd=self._folder, dst_dir_fd=self._folder)

    def _create(self, name: str) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        try:
            return os.open(name, flags, 0o644, dir_fd=self._folder)
        except FileNotFoundError:  # the first file of a subfolder
            (self._path / name).parent.mkdir(parents=True, exist_ok=True)
            return os.open(name, flags, 0o644, dir_fd=self._folder)


def write_all(file: int, pieces: Sequence[bytes | memoryview]) -> None:
    """Write all of `pieces` to the descriptor `file`, however often the system stops short."""
    waiting = [memoryview(piece).cast("B") for piece in pieces]
    while waiting:
        written = os.writev(file, waiting[:MOST_PIECES])
        while waiting and written >= len(waiting[0]):
            written -= len(waiting.pop(0))
        if waiting and written:
            waiting[0] = waiting[0][written:]
