"""Standard output and error streams that never fail: text that cannot be printed is dropped."""

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
    """Replace stdout and stderr by streams that ignore closed pipes, full disks and the like.

    Call this first, and only in a process that runs nothing but imggen.
    """
    with suppress(OSError):  # without a /dev/null there is nothing to reserve them with
        reserve_descriptors()
    sys.stdout = open_stream(STDOUT, sys.stdout)
    sys.stderr = open_stream(STDERR, sys.stderr)


def reserve_descriptors() -> None:
    """Open /dev/null as each of the descriptors 0, 1 and 2 that is closed.

    Otherwise the next files to be opened would get these descriptors, and stray prints, also of
    worker processes, would be written into those files.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= STDERR:
        os.set_inheritable(descriptor, True)  # noqa: FBT003  # worker processes need it too
    os.close(descriptor)


def open_stream(descriptor: int, usual: TextIO | None) -> TextIO:
    """Return a text stream whose writes never fail, set up like `usual` (None if it is closed)."""
    return io.TextIOWrapper(
        io.BufferedWriter(Forgiving(descriptor, "w", closefd=False)),
        encoding=getattr(usual, "encoding", "utf-8"),
        errors="backslashreplace",  # for characters outside the encoding and names not in UTF-8
        line_buffering=getattr(usual, "line_buffering", descriptor == STDERR),
        write_through=getattr(usual, "write_through", False),
    )


class Forgiving(io.FileIO):
    """A file whose writes never fail: bytes that the system refuses are dropped."""

    def write(self, data: ReadableBuffer) -> int:
        """Write `data`; wait while a non-blocking pipe is full, and ignore errors."""
        try:
            while (written := super().write(data)) is None:
                select.select([], [self], [])
        except OSError:
            return memoryview(data).nbytes
        return written
