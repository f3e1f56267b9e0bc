"""Regular syncs of a file system during a run, and a note of what has reached the disk.

Waiting for the disk cannot be interrupted, not even by ending the process. So another process
waits, and the run never does.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path

HELPER = Path(__file__).with_name("sync_helper.py")
PAUSE_SECONDS = 5.0  # between syncs: balances work lost in a power cut with the cost of syncing


class Syncing:
    """Regular syncs of the file systems of the dataset `out`, each followed by writing `path`."""

    def __init__(self, path: Path, out: Path) -> None:
        self._path = path
        self._out = out
        self._helper: tuple[int, int] | None = None  # descriptors of its input and its output
        self._busy = False
        self._last = time.monotonic()

    def is_due(self) -> bool:
        """Return True if the next sync should start now."""
        if time.monotonic() - self._last < PAUSE_SECONDS:
            return False
        return not self._busy or self._is_done()

    def start(self, content: bytes) -> None:
        """Start a sync; once all earlier writes are on the disk, `content` is written to the file.

        `content` may have line breaks but no tabs.
        """
        self._last = time.monotonic()
        self._busy = True
        try:
            self._helper = self._helper or start_helper(self._path, self._out)
            os.write(self._helper[0], content.replace(b"\n", b"\t") + b"\n")
        except OSError:  # the helper did not start or could not sync: give up on syncing
            self._last = float("inf")

    def close(self) -> None:
        """Tell the helper to end once its current sync is done."""
        for descriptor in self._helper or ():
            os.close(descriptor)
        self._helper = None

    def _is_done(self) -> bool:
        """Return True if the helper has finished its last sync."""
        if self._helper is None:
            return True
        if not select.select([self._helper[1]], [], [], 0)[0]:
            return False
        self._busy = os.read(self._helper[1], 1) != b"\n"
        return not self._busy


def start_helper(path: Path, out: Path) -> tuple[int, int]:
    """Start a helper that writes to `path`; return the descriptors of its input and its output."""
    command = [sys.executable, "-I", "-S", str(HELPER), str(path.parent), path.name, str(out)]
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603  # no part of the command is user input
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin and process.stdout  # noqa: PT018, S101
        return os.dup(process.stdin.fileno()), os.dup(process.stdout.fileno())
