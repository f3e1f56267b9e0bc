"""Arrays as NumPy's files: one that many workers write rows of, and whole ones, streamed.

Source: NEP 1, "A Simple File Format for NumPy Arrays".
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple
from zipfile import ZipFile, ZipInfo

import numpy as np
import numpy.typing as npt

from imggen.store.digests import read_pieces

MAGIC = b"\x93NUMPY\x01\x00"
HEADER_BYTES = 256  # room for any shape, so that where rows begin does not depend on it
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the time of files within a zip
COPY_BYTES = 2**20
LENGTHS_PLACE = 26  # of the lengths that end the fixed part of a zip's local header


class Array(NamedTuple):
    """An array to be written: its values come in blocks of rows."""

    name: str
    dtype: np.dtype[np.generic]
    shape: tuple[int, ...]
    blocks: Iterable[npt.NDArray[np.generic]]


class Rows:
    """Writes rows of bytes to a file that `make_rows` made, in any order."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CLOEXEC)

    def put(self, row: int, pieces: Sequence[bytes | memoryview]) -> None:
        """Write `pieces`, which are row number `row`."""
        size_bytes = sum(map(len, pieces))
        at = HEADER_BYTES + row * size_bytes
        for piece in pieces:
            waiting = memoryview(piece).cast("B")
            while waiting:
                written = os.pwrite(self._file, waiting, at)
                waiting, at = waiting[written:], at + written

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


def make_rows(path: Path, shape: tuple[int, ...]) -> None:
    """Make the file of an array of bytes, all 0; in one of this `shape`, only write the header."""
    header = header_of(np.dtype(np.uint8), shape)
    size_bytes = HEADER_BYTES + int(np.prod(shape, dtype=np.int64))
    kept = path.exists() and path.stat().st_size == size_bytes
    with path.open("r+b" if kept else "wb") as file:
        file.write(header)
        file.truncate(size_bytes)


def write_array(file: BinaryIO, array: Array) -> None:
    """Write `array` as an .npy file."""
    file.write(header_of(array.dtype, array.shape))
    file.writelines(np.ascontiguousarray(block, array.dtype).tobytes() for block in array.blocks)


def write_zip(file: BinaryIO, pixels: Path, arrays: Iterable[Array]) -> None:
    """Write an .npz file of the .npy file `pixels` and of `arrays`, as they are."""
    with ZipFile(file, "w") as archive:
        with (
            pixels.open("rb") as source,
            archive.open(entry(pixels.name), "w", force_zip64=True) as to,
        ):
            while piece := source.read(COPY_BYTES):
                to.write(piece)
        for array in arrays:
            with archive.open(entry(array.name), "w", force_zip64=True) as to:
                write_array(to, array)  # type: ignore[arg-type]


def rows_in_zip(path: Path, name: str) -> int:
    """Return where the rows of the .npy file `name` begin in the .npz file at `path`, bytes.

    Source: PKWARE's APPNOTE, 4.3.7, "Local file header".
    """
    with ZipFile(path) as archive, path.open("rb") as file:
        start = archive.getinfo(name).header_offset
        file.seek(start + LENGTHS_PLACE)
        name_bytes, extra_bytes = struct.unpack("<HH", file.read(4))
    return int(start + LENGTHS_PLACE + 4 + name_bytes + extra_bytes + HEADER_BYTES)


def copy_range(path: Path, start: int, stop: int, to: BinaryIO) -> None:
    """Copy bytes `start` to `stop` of the file at `path`."""
    with path.open("rb") as file:
        file.seek(start)
        to.writelines(read_pieces(file, stop - start))


def entry(name: str) -> ZipInfo:
    """Return a file within a zip, the same whenever it is written."""
    return ZipInfo(name, EARLIEST)


def header_of(dtype: np.dtype[np.generic], shape: tuple[int, ...]) -> bytes:
    """Return what precedes the values: HEADER_BYTES."""
    facts = {"descr": dtype.str, "fortran_order": False, "shape": shape}
    room = HEADER_BYTES - len(MAGIC) - 2
    return MAGIC + struct.pack("<H", room) + f"{facts!r}".ljust(room - 1).encode() + b"\n"
