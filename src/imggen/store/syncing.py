"""Syncs a file system now and then while a run goes on, and notes what is on the disk since.

Waiting for the disk takes as long as the disk takes, and nothing can cut it short, not even the end
of a process. So another process waits, and no run ever does.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path

HELPER = Path(__file__).with_name("sync_helper.py")
PAUSE_SECONDS = 5.0  # between two: what is lost with the power, and what syncing costs


class Syncing:
    """Syncs the file system that the file `path` is on, and writes that file afterwards."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._helper: tuple[int, int] | None = None  # descriptors: what it reads, what it writes
        self._busy = False
        self._last = time.monotonic()

    def is_due(self) -> bool:
        """Return whether it is time for `start`."""
        if time.monotonic() - self._last < PAUSE_SECONDS:
            return False
        return not self._busy or self._is_done()

    def start(self, content: bytes) -> None:
        """Begin to sync; when all that is written now is on the disk, `content` is in the file.

        It may have line breaks but no tabs.
        """
        self._last = time.monotonic()
        self._busy = True
        try:
            self._helper = self._helper or start_helper(self._path)
            os.write(self._helper[0], content.replace(b"\n", b"\t") + b"\n")
        except OSError:  # it cannot be started, or could not sync: nothing is noted any more
            self._last = float("inf")

    def close(self) -> None:
        """Let the helper end, whenever the disk lets it."""
        for descriptor in self._helper or ():
            os.close(descriptor)
        self._helper = None

    def _is_done(self) -> bool:
        """Return whether the helper is ready for more."""
        if self._helper is None:
            return True
        if not select.select([self._helper[1]], [], [], 0)[0]:
            return False
        self._busy = os.read(self._helper[1], 1) != b"\n"
        return not self._busy


def start_helper(path: Path) -> tuple[int, int]:
    """Start a helper that writes to `path`; return what it reads from, and what it writes to."""
    command = [sys.executable, "-I", "-S", str(HELPER), str(path.parent), path.name]
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603  # nothing of it comes from outside
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin and process.stdout  # noqa: PT018, S101
        return os.dup(process.stdin.fileno()), os.dup(process.stdout.fileno())
