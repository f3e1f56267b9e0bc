"""The pixels of an array on their way to a store: a file for each chunk, until all are one file.

Workers write rows to an array on this machine. Those of a chunk are uploaded before its record, so
that another machine can go on, or merge. When all chunks are done, the rows that others made are
copied into the array here, and that is uploaded as the file of the dataset.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import xxhash

from imggen.containers.numbering import UNNUMBERED
from imggen.containers.pixels import GROWING, row_size
from imggen.errors import ExplainedError
from imggen.run.stored.names import WAY_OUT
from imggen.store.arrays import HEADER_BYTES, Rows
from imggen.store.url_store import READ_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from imggen.containers.numbering import Numbered
    from imggen.containers.pixels import Ints
    from imggen.containers.record import ChunkRecord
    from imggen.planning.order import ImageOrder
    from imggen.planning.ranges import Range
    from imggen.run.stored.listing import Listing
    from imggen.store.url_store import UrlStore


class StoredRows:
    """The rows of an array in `store`, and in the folder `out` of this machine.

    Parameters
    ----------
    listing : of what the store has of rows, and of the whole array, by the name GROWING
    """

    def __init__(self, store: UrlStore, out: Path, listing: Listing) -> None:
        self._store, self._path, self._listing = store, out / GROWING, listing

    def publish(self, order: ImageOrder, bounds: Range) -> None:
        """Upload the rows of a chunk, which are in the local array."""
        images = order.images(*bounds).tolist()
        put_rows(self._store, bounds, self._path, images, row_size(order))

    def is_whole(self, order: ImageOrder) -> bool:
        """Return True if the store has the whole array, and no rows that are not in it yet."""
        parts = any(name.startswith(f"{UNNUMBERED}/") for name in self._listing.sizes)
        return self._find_whole(order) is not None and not parts

    def has(self, order: ImageOrder, record: ChunkRecord, *, read: bool) -> bool:
        """Return True if the store has the rows of a chunk; with `read`, these are compared."""
        if not self._has_own(order, record) and self._find_whole(order) is None:
            return False
        return not read or all(right for _, _, right in self._stored(order, record))

    def fetch(self, order: ImageOrder, record: ChunkRecord) -> None:
        """Copy the rows of a chunk from the store into the local array.

        Raises
        ------
        RunError
            If they are damaged.
        """
        if not self.bring(order, record):
            message = (
                f"{self._store.url} has damaged pixels of images {record.start} to {record.stop}; "
                f"{WAY_OUT}."
            )
            raise ExplainedError(message)

    def bring(self, order: ImageOrder, record: ChunkRecord, kept: str = "") -> bool:
        """Copy the rows of a chunk into the local array; return False if they are not there.

        Of an earlier run, they are in the folder `kept`, or in its array. What is damaged is not
        there.
        """
        if not self._has_own(order, record, kept) and self._find_whole(order) is None:
            return False
        images = order.images(record.start, record.stop).tolist()
        with closing(Rows(self._path)) as rows:
            for k, row, right in self._stored(order, record, kept):
                if not right:
                    return False
                rows.put(images[k], [row])
        return True

    def _stored(
        self, order: ImageOrder, record: ChunkRecord, kept: str = ""
    ) -> Iterator[tuple[int, memoryview, bool]]:
        """Yield the rows of a chunk that the store has: number in the chunk, row, if right."""
        bounds, row_bytes = (record.start, record.stop), row_size(order)
        own, whole = self._has_own(order, record, kept), self._find_whole(order)
        images = np.arange(len(record.images)) if own else order.images(*bounds)
        name, begin = f"{kept}{name_of(bounds)}", 0
        if not own and whole is not None and whole.entry.rows is not None:
            name, begin = whole.name, whole.entry.rows[0]
        digests = record.images["digest"].tolist()
        for first, end in runs_of(images, max(1, READ_BYTES // row_bytes)):
            start = begin + int(images[first]) * row_bytes
            content = self._store.read_range(name, start, start + (end - first) * row_bytes)
            for k in range(first, end):
                row = memoryview(content)[(k - first) * row_bytes : (k + 1 - first) * row_bytes]
                yield k, row, xxhash.xxh3_128_digest(row) == digests[k]

    def _has_own(self, order: ImageOrder, record: ChunkRecord, kept: str = "") -> bool:
        """Return True if the store has the file of a chunk's rows."""
        size_bytes = len(record.images) * row_size(order)
        name = f"{kept}{name_of((record.start, record.stop))}"
        return self._listing.sizes.get(name) == size_bytes

    def _find_whole(self, order: ImageOrder) -> Numbered | None:
        """Return name and entry of the whole array; None if the store does not have it."""
        noted = self._listing.numbers.get(GROWING)
        if noted is None or self._listing.sizes.get(noted.name) != noted.entry.size_bytes:
            return None
        start, stop = noted.entry.rows or (0, 0)
        return noted if stop - start == order.count * row_size(order) else None


def put_rows(
    store: UrlStore, bounds: Range, path: Path, images: Sequence[int], row_bytes: int
) -> None:
    """Upload the rows of the `images` of a chunk, which are in the array at `path`."""

    def read() -> Iterator[bytes]:
        return read_rows(path, images, row_bytes)

    store.put(name_of(bounds), read, len(images) * row_bytes)


def read_rows(path: Path, images: Sequence[int], row_bytes: int) -> Iterator[bytes]:
    """Yield rows of the array at `path`, in the order of `images`, many at a time."""
    step = max(1, READ_BYTES // row_bytes)
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        for first in range(0, len(images), step):
            starts = (HEADER_BYTES + one * row_bytes for one in images[first : first + step])
            yield b"".join(os.pread(file, row_bytes, start) for start in starts)
    finally:
        os.close(file)


def name_of(bounds: Range) -> str:
    """Return the name of the file of a chunk's rows."""
    return f"{UNNUMBERED}/{bounds[0]}-{bounds[1]}.rows"


def runs_of(images: Ints, most: int) -> Iterator[Range]:
    """Yield the bounds of runs of up to `most` consecutive numbers in `images` (n,)."""
    jumps = np.flatnonzero(np.diff(images) != 1) + 1
    bounds = [0, *jumps.tolist(), len(images)]
    for start, stop in pairwise(bounds):
        for first in range(start, stop, most):
            yield first, min(first + most, stop)
