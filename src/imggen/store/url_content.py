"""The content of files on its way to a store."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def mapped_parts(path: Path, part_bytes: int) -> Iterator[memoryview]:
    """Yield the content of a file that is not empty, in parts that are not copied."""
    with path.open("rb") as file:
        content = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    for start in range(0, len(content), part_bytes):
        yield content[start : start + part_bytes]


def read_ahead(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield `pieces`, each read by another thread: the client panics if it reads as it writes."""
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(next, pieces, None)
        while (piece := following.result()) is not None:
            following = pool.submit(next, pieces, None)
            yield piece
