"""Arrays as .npy and .npz files: written row by row by many workers, or streamed in blocks.

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
HEADER_BYTES = 256  # enough for any shape, so that rows always begin at the same byte
EARLIEST = (1980, 1, 1, 0, 0, 0)  # timestamp of files in a zip: the earliest it can hold
COPY_BYTES = 2**20
LENGTHS_OFFSET = 26  # of the two lengths at the end of the fixed part of a zip's local header


class Array(NamedTuple):
    """An array to be written: its name, dtype and shape, and its values in blocks of rows."""

    name: str
    dtype: np.dtype[np.generic]
    shape: tuple[int, ...]
    blocks: Iterable[npt.NDArray[np.generic]]


class Rows:
    """A file made by `make_rows`, open for writing rows of bytes in any order."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CLOEXEC)

    def put(self, row: int, pieces: Sequence[bytes | memoryview]) -> None:
        """Write `pieces`, one after another, as row number `row`."""
        offset = HEADER_BYTES + row * sum(map(len, pieces))
        for piece in pieces:
            offset = self._write(memoryview(piece).cast("B"), offset)

    def put_many(self, row: int, rows: npt.NDArray[np.uint8]) -> None:
        """Write `rows` (n, ...), C-contiguous, from row number `row` on."""
        self._write(memoryview(rows).cast("B"), HEADER_BYTES + row * rows[0].nbytes)

    def _write(self, content: memoryview, offset: int) -> int:
        """Write `content` at `offset`; return the end of it."""
        while content:
            written = os.pwrite(self._file, content, offset)
            content, offset = content[written:], offset + written
        return offset

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def make_rows(path: Path, shape: tuple[int, ...]) -> None:
    """Make the file of a uint8 array of zeros; keep the values of a file of the same size."""
    header = header_of(np.dtype(np.uint8), shape)
    size_bytes = HEADER_BYTES + int(np.prod(shape, dtype=np.int64))
    keep = path.exists() and path.stat().st_size == size_bytes
    with path.open("r+b" if keep else "wb") as file:
        file.write(header)
        file.truncate(size_bytes)


def write_array(file: BinaryIO, array: Array) -> None:
    """Write `array` as an .npy file."""
    file.write(header_of(array.dtype, array.shape))
    file.writelines(np.ascontiguousarray(block, array.dtype).tobytes() for block in array.blocks)


def write_zip(file: BinaryIO, pixels: Path, arrays: Iterable[Array]) -> None:
    """Write an uncompressed .npz file that holds the .npy file `pixels` and then `arrays`."""
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
    """Return the offset, in bytes, of the rows of the .npy file `name` in the .npz file `path`.

    Source: PKWARE's APPNOTE, 4.3.7, "Local file header".
    """
    with ZipFile(path) as archive, path.open("rb") as file:
        start = archive.getinfo(name).header_offset
        file.seek(start + LENGTHS_OFFSET)
        name_bytes, extra_bytes = struct.unpack("<HH", file.read(4))
    return int(start + LENGTHS_OFFSET + 4 + name_bytes + extra_bytes + HEADER_BYTES)


def copy_range(path: Path, start: int, stop: int, to: BinaryIO) -> None:
    """Copy the bytes `start` to `stop` of the file at `path` to the file `to`."""
    with path.open("rb") as file:
        file.seek(start)
        to.writelines(read_pieces(file, stop - start))


def entry(name: str) -> ZipInfo:
    """Return the zip entry of a file, with a fixed timestamp."""
    return ZipInfo(name, EARLIEST)


def header_of(dtype: np.dtype[np.generic], shape: tuple[int, ...]) -> bytes:
    """Return the header of an .npy file, padded to HEADER_BYTES."""
    fields = {"descr": dtype.str, "fortran_order": False, "shape": shape}
    size = HEADER_BYTES - len(MAGIC) - 2
    return MAGIC + struct.pack("<H", size) + f"{fields!r}".ljust(size - 1).encode() + b"\n"
