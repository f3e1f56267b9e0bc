"""The content of files on its way to a store."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

PART_BYTES = 5 * 2**20  # of a file that is uploaded in parts: the least that S3 takes
MOST_PARTS = 9_000  # of the 10,000 that S3 takes
PARTS_AT_ONCE = 4  # of each file
WHOLE_BYTES = 200 * 2**20  # the most that one request uploads

# The content of a file: bytes, that of a file on this machine, or what makes the pieces of it.
Content = bytes | Path | Callable[[], Iterable[bytes]]
# Likewise, as clients write it: at once, or in pieces.
Written = bytes | memoryview | Path | Iterable[bytes | memoryview]
Listed = dict[str, Any]  # of a file, as clients list it: "path" and "size", bytes
Version = dict[str, Any]  # of a file: what the store tells writes apart by


class Uploader:
    """Writes files to a store by its client, whose errors its methods raise."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401  # obstore may be missing
        self._client = client
        self._in_parts = False  # has a request with a large file failed?

    def put(self, name: str, content: Content, size_bytes: int | None) -> None:
        """Write a file, replacing any existing one; `size_bytes` must tell that of pieces.

        A large file goes with one request, of which stores make less work than of parts, and so do
        pieces that are no larger than one part.
        """
        if callable(content):
            self._put_pieces(name, content(), size_bytes or 0)
        elif isinstance(content, bytes) or is_small(content):
            self._client.put(name, content)
        elif not self._put_whole(name, whole := mapped(content)):
            self._put_parts(name, parts_of(whole), len(whole))

    def _put_whole(self, name: str, content: memoryview) -> bool:
        """Write a file with one request, and return True; False if it is too large for that.

        After one that failed no other is tried: a slow network cannot send that much before the
        request is given up, and there are servers that refuse it.
        """
        if self._in_parts or len(content) > WHOLE_BYTES:
            return False
        try:
            self._client.put(name, content, use_multipart=False)
        except Exception:  # noqa: BLE001  # if parts fail as well, they tell why
            self._in_parts = True
            return False
        return True

    def _put_pieces(self, name: str, content: Iterable[bytes], size_bytes: int) -> None:
        if size_bytes <= PART_BYTES:
            self._client.put(name, b"".join(content))
        else:
            self._put_parts(name, content, size_bytes)

    def _put_parts(self, name: str, content: Iterable[bytes | memoryview], size_bytes: int) -> None:
        self._client.put(
            name, content, chunk_size=part_size(size_bytes), max_concurrency=PARTS_AT_ONCE
        )


def content_of(content: Written) -> bytes:
    """Return the bytes that are to be written."""
    if isinstance(content, Path):
        return content.read_bytes()
    return bytes(content) if isinstance(content, bytes | memoryview) else b"".join(content)


def is_small(path: Path) -> bool:
    """Return True for a file that is never uploaded in parts."""
    return path.stat().st_size <= PART_BYTES


def part_size(size_bytes: int) -> int:
    """Return the size of the parts of a file of `size_bytes`."""
    return max(PART_BYTES, -(-size_bytes // MOST_PARTS))


def mapped(path: Path) -> memoryview:
    """Return the content of a file that is not empty, which is not copied."""
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def parts_of(content: memoryview) -> Iterator[memoryview]:
    """Yield `content` in parts."""
    part_bytes = part_size(len(content))
    for start in range(0, len(content), part_bytes):
        yield content[start : start + part_bytes]


def read_ahead(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield `pieces`, each read by another thread: the client panics if it reads as it writes."""
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(next, pieces, None)
        while (piece := following.result()) is not None:
            following = pool.submit(next, pieces, None)
            yield piece
