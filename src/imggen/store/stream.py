"""Writing one file piece by piece."""

from __future__ import annotations

from collections.abc import Sequence

from imggen.store.digests import DigestedFile

KEPT_BYTES = 2**18  # what a core's cache holds: copied sooner than the system is called again


class Stream:
    """Writes pieces to `file`; small ones wait until they are many."""

    def __init__(self, file: DigestedFile) -> None:
        self._file = file
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0

    def write(self, pieces: Sequence[bytes | memoryview], size_bytes: int) -> None:
        """Write `pieces`, which are `size_bytes` in all and need be valid no longer."""
        if size_bytes > KEPT_BYTES:
            self.flush()
            self._file.write_all(pieces)
            return
        self._waiting.append(b"".join(pieces))
        self._waiting_bytes += size_bytes
        if self._waiting_bytes > KEPT_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        self._file.write_all(self._waiting)
        self._waiting.clear()
        self._waiting_bytes = 0
