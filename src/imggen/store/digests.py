"""Sizes and digests (XXH3-128) of files."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import xxhash

from imggen.store.files import write_all, write_atomic

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

DIGEST_BYTES = 16
READ_BYTES = 2**20


class FileDigest(NamedTuple):
    """The size of a file, and the XXH3-128 digest of its bytes."""

    size_bytes: int
    digest: bytes


class DigestedFile(io.RawIOBase):
    """A writer to the descriptor `file` that also computes the digest of what it writes."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._size_bytes = 0
        self._digest = xxhash.xxh3_128()

    def writable(self) -> bool:
        """Return True, so that buffered writers accept this file."""
        return True

    def write(self, content: ReadableBuffer, /) -> int:
        """Write all of `content` and return its length, bytes."""
        piece = memoryview(content)
        self.write_all([piece])
        return piece.nbytes

    def write_all(self, pieces: Sequence[bytes | memoryview]) -> None:
        """Write `pieces` one after another."""
        write_all(self._file, pieces)
        for piece in pieces:
            self._digest.update(piece)
            self._size_bytes += memoryview(piece).nbytes

    def file_digest(self) -> FileDigest:
        """Return size and digest of all bytes written so far."""
        return FileDigest(self._size_bytes, self._digest.digest())


def digest_content(content: bytes) -> FileDigest:
    """Return size and digest of a file that holds `content`."""
    return FileDigest(len(content), xxhash.xxh3_128_digest(content))


def digest_file(path: Path, ranges: Iterable[tuple[int, int]] | None = None) -> FileDigest:
    """Return size and digest of the file at `path`.

    The digest covers the bytes in `ranges` (start, stop), by default the whole file.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    digest = xxhash.xxh3_128()
    with path.open("rb") as file:
        size_bytes = file.seek(0, io.SEEK_END)
        for start, stop in ranges or ((0, size_bytes),):
            file.seek(start)
            for piece in read_pieces(file, stop - start):
                digest.update(piece)
    return FileDigest(size_bytes, digest.digest())


def read_pieces(file: BinaryIO, size_bytes: int) -> Iterable[bytes]:
    """Yield the next `size_bytes` of `file` in pieces; fewer at the end of the file."""
    while size_bytes > 0 and (piece := file.read(min(size_bytes, READ_BYTES))):
        size_bytes -= len(piece)
        yield piece


def seal(values: object) -> bytes:
    """Return `values` as JSON on one line, followed by a line with its digest."""
    content = json.dumps(values).encode()
    return b"%s\n%s\n" % (content, xxhash.xxh3_128_hexdigest(content).encode())


def write_sealed(path: Path, values: object, *, synced: bool = False) -> None:
    """Write `values` to a file in which `read_sealed` detects any damage."""
    write_atomic(path, seal(values), synced=synced)


def read_sealed(path: Path) -> Any:  # noqa: ANN401  # JSON
    """Return the values in the file at `path`; None if it is missing or damaged."""
    try:
        content, digest, rest = path.read_bytes().split(b"\n")
    except (OSError, ValueError):
        return None
    sealed = not rest and digest == xxhash.xxh3_128_hexdigest(content).encode()
    return json.loads(content) if sealed else None
