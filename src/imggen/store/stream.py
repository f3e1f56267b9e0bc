"""A buffered writer for one file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from imggen.store.digests import DigestedFile

Pieces = Sequence[bytes | memoryview]

KEPT_BYTES = 2**18  # fits a core's cache: copying this much is faster than a system call


class Part(NamedTuple):
    """A named part of a sample or of a file: where its bytes begin, and how many they are."""

    name: str
    start: int
    size_bytes: int


class Packed(NamedTuple):
    """A sample as it is in a file: bytes that follow each other, and how many they are.

    Attributes
    ----------
    parts : its named parts, where it has some; they begin so many bytes after the sample does
    """

    pieces: Pieces
    size_bytes: int
    parts: Sequence[Part] = ()


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


class PackedWriter:
    """Writes samples to `file`, one behind the other, and `ending` behind the last."""

    ending: ClassVar[bytes] = b""

    def __init__(self, file: DigestedFile) -> None:
        self._stream = Stream(file)
        self.frame_bytes = len(self.ending)

    def size(self, sample: Packed) -> int:
        """Return the size of a sample in the file, bytes."""
        return sample.size_bytes

    def add(self, sample: Packed) -> None:
        """Write a sample."""
        self._stream.write(sample.pieces, sample.size_bytes)

    def end(self) -> None:
        """Write the end of the file."""
        self._stream.write([self.ending], len(self.ending))
        self._stream.flush()
