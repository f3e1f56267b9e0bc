"""A buffered writer for one file."""

from __future__ import annotations

from collections.abc import Sequence

from imggen.store.digests import DigestedFile

KEPT_BYTES = 2**18  # fits a core's cache: copying this much is faster than a system call


class Stream:
    """A writer to `file` that collects small pieces and writes them together."""

    def __init__(self, file: DigestedFile) -> None:
        self._file = file
        self._buffered: list[bytes] = []
        self._buffered_bytes = 0

    def write(self, pieces: Sequence[bytes | memoryview], size_bytes: int) -> None:
        """Write `pieces`, `size_bytes` in all; their memory may be reused after the call."""
        if size_bytes > KEPT_BYTES:
            self.flush()
            self._file.write_all(pieces)
            return
        self._buffered.append(b"".join(pieces))
        self._buffered_bytes += size_bytes
        if self._buffered_bytes > KEPT_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write all buffered pieces to the file."""
        self._file.write_all(self._buffered)
        self._buffered.clear()
        self._buffered_bytes = 0
