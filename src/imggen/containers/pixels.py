"""The pixels of all images as the rows of one array: in the making, done, and checked.

Workers write to `OUT/.imggen/imgs.npy`. At the end of the run it is moved, or copied into an
archive; a run that resumes or extends that one goes on with what is there of it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from imggen.containers.numbering import read_numbers
from imggen.store.arrays import HEADER_BYTES, Rows, copy_range, make_rows
from imggen.store.entries import is_intact
from imggen.store.files import open_atomic
from imggen.store.layout import JOURNAL

if TYPE_CHECKING:
    from pathlib import Path

    from imggen.containers.record import ChunkRecord
    from imggen.containers.sink import Labelled, Pieces, Target
    from imggen.planning.order import ImageOrder
    from imggen.store.digests import FileDigest

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

PIXELS = "imgs.npy"
GROWING = f"{JOURNAL}/{PIXELS}"  # until all rows are there


class Pixels(NamedTuple):
    """A file with the pixels of all images, from the byte `start`, `row_bytes` of each."""

    path: Path
    start: int
    row_bytes: int


def find_pixels(order: ImageOrder, out: Path) -> Pixels | None:
    """Return where the pixels are, in the making or done; None if nowhere, or cut."""
    row_bytes = row_size(order)
    growing = out / GROWING
    if growing.exists():
        complete = growing.stat().st_size == HEADER_BYTES + order.count * row_bytes
        return Pixels(growing, HEADER_BYTES, row_bytes) if complete else None
    numbered = read_numbers(out).get(GROWING)
    if numbered is None or numbered.entry.rows is None:
        return None
    pixels = Pixels(out / numbered.name, numbered.entry.rows[0], row_bytes)
    return pixels if is_intact(pixels.path, numbered.entry) else None


def make_pixels(order: ImageOrder, out: Path) -> None:
    """Make the array that workers write to, of what is there of it."""
    growing, pixels = out / GROWING, find_pixels(order, out)
    if pixels is not None and pixels.path.name == PIXELS:
        if pixels.path != growing:
            os.replace(pixels.path, growing)
    elif pixels is not None:
        with open_atomic(growing) as file:
            start = pixels.start - HEADER_BYTES
            copy_range(pixels.path, start, pixels.start + order.count * pixels.row_bytes, file)
    make_rows(growing, shape_of(order))


def shape_of(order: ImageOrder) -> tuple[int, ...]:
    """Return the array's shape: images, height, width and, unless there is only one, channels."""
    width, height = order.segments.library.size
    channels = order.segments.library.channels
    return order.count, height, width, *((channels,) if channels > 1 else ())


def row_size(order: ImageOrder) -> int:
    """Return how many bytes the pixels of an image take."""
    return int(np.prod(shape_of(order)[1:], dtype=np.int64))


class RowSink:
    """Writes the pixels of an image as the row of its index."""

    files: Sequence[FileDigest] = ()

    def __init__(self, target: Target) -> None:
        rows = Rows(target.store.path / GROWING)
        self._rows = target.stack.enter_context(closing(rows))

    def put(self, images: Sequence[Labelled], pieces: Pieces) -> Sequence[int]:
        """Store the pixels of each of `images`."""
        for image in images:
            self._rows.put(image.info.index, pieces)
        return [0] * len(images)

    def put_rows(self, images: Ints, pixels: Bytes) -> None:
        """Store `pixels` (n, ...), C-contiguous, as the rows `images` (n,) of the array."""
        jumps = np.flatnonzero(np.diff(images) != 1) + 1
        for first, end in pairwise([0, *jumps.tolist(), len(images)]):
            self._rows.put_many(int(images[first]), pixels[first:end])


@dataclass(frozen=True)
class RowCheck:
    """Checks the rows that records of `order` list in the array of the order `now` in `out`."""

    order: ImageOrder
    out: Path
    now: ImageOrder

    def __call__(self, record: ChunkRecord, read: bool) -> bool:  # noqa: FBT001  # see Journal
        """Return whether the array is there and, with `read`, has the rows of `record`."""
        if self._pixels is None:
            return False
        return not read or self._has_rows(self._pixels, record)

    def _has_rows(self, pixels: Pixels, record: ChunkRecord) -> bool:
        images = self.order.images(record.start, record.stop).tolist()
        file = os.open(pixels.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            for image, digest in zip(images, record.images["digest"].tolist(), strict=True):
                start = pixels.start + image * pixels.row_bytes
                content = os.pread(file, pixels.row_bytes, start)
                if xxhash.xxh3_128_digest(content) != digest:
                    return False
        finally:
            os.close(file)
        return True

    @cached_property
    def _pixels(self) -> Pixels | None:
        return find_pixels(self.now, self.out)
