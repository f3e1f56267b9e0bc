"""Standard output and error that cannot fail: what cannot be printed is dropped."""

from __future__ import annotations

import io
import os
import select
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

STDOUT, STDERR = 1, 2


def protect_streams() -> None:
    """Let no print stop this process: to a closed stream, a pipe without a reader or a full disk.

    To be called first of all in a process that is ours alone.
    """
    with suppress(OSError):  # without a /dev/null there is nothing to reserve them with
        reserve_descriptors()
    sys.stdout = open_stream(STDOUT, sys.stdout)
    sys.stderr = open_stream(STDERR, sys.stderr)


def reserve_descriptors() -> None:
    """Open /dev/null as each of the descriptors 0, 1 and 2 that is closed.

    Else the next files opened would get them, and stray prints, also of worker processes, would be
    written into those files.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= STDERR:
        os.set_inheritable(descriptor, True)  # noqa: FBT003  # worker processes need it too
    os.close(descriptor)


def open_stream(descriptor: int, usual: TextIO | None) -> TextIO:
    """Return a text stream like `usual`, None if that was closed, for which no write fails."""
    return io.TextIOWrapper(
        io.BufferedWriter(Forgiving(descriptor, "w", closefd=False)),
        encoding=getattr(usual, "encoding", "utf-8"),
        errors="backslashreplace",  # what this encoding lacks, and names that are not UTF-8
        line_buffering=getattr(usual, "line_buffering", descriptor == STDERR),
        write_through=getattr(usual, "write_through", False),
    )


class Forgiving(io.FileIO):
    """A file that takes what the system refuses to write as written."""

    def write(self, data: ReadableBuffer) -> int:
        """Write `data`, wait where a non-blocking pipe is full, and drop what cannot be written."""
        try:
            while (written := super().write(data)) is None:
                select.select([], [self], [])
        except OSError:
            return memoryview(data).nbytes
        return written
