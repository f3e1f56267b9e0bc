"""The pages of a Parquet column of byte strings, written straight from where their values lie.

Source: github.com/apache/parquet-format, README.md, Encodings.md and parquet.thrift.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from imggen.store.stream import Stream
from imggen.store.thrift import I32, STRUCT, struct_bytes, write_varint

PAGE_BYTES = 2**18  # of the values of a page, which only a single one may exceed
LENGTH = struct.Struct("<I")
DATA_PAGE = 0  # PageType
PLAIN, RLE = 0, 3  # Encoding


class Pages:
    """Writes the values of a column to `stream`; all of them are there, none is null.

    Parameters
    ----------
    level : the definition level of a value that is there, 1 to 255
    """

    def __init__(self, stream: Stream, level: int) -> None:
        self._stream = stream
        self._level = level
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0

    def add(self, pieces: Sequence[bytes | memoryview], size_bytes: int) -> None:
        """Write the value that `pieces` of `size_bytes` make up; they need be valid no longer."""
        value = [LENGTH.pack(size_bytes), *pieces]
        size_bytes += LENGTH.size
        if self._waiting_bytes + size_bytes > PAGE_BYTES:
            self.end()
        if size_bytes > PAGE_BYTES:
            self._write(1, value, size_bytes)
        else:
            self._waiting.append(b"".join(value))
            self._waiting_bytes += size_bytes

    def end(self) -> None:
        """End the last page."""
        if self._waiting:
            self._write(len(self._waiting), self._waiting, self._waiting_bytes)
        self._waiting.clear()
        self._waiting_bytes = 0

    def _write(self, count: int, values: Sequence[bytes | memoryview], size_bytes: int) -> None:
        """Write a page of `count` values, each with its length before it."""
        levels = levels_of(count, self._level)
        head = header(count, len(levels) + size_bytes)
        self._stream.write([head, levels, *values], len(head) + len(levels) + size_bytes)


def levels_of(count: int, level: int) -> bytes:
    """The definition levels of a page: one run of `count`, behind its length."""
    run = bytearray()
    write_varint(run, count << 1)
    run.append(level)
    return LENGTH.pack(len(run)) + run


def header(count: int, size_bytes: int) -> bytes:
    """The header of a page: `count` values in `size_bytes`, their levels among them."""
    values = {1: (I32, count), 2: (I32, PLAIN), 3: (I32, RLE), 4: (I32, RLE)}
    page = {1: DATA_PAGE, 2: size_bytes, 3: size_bytes}
    return struct_bytes({**{k: (I32, one) for k, one in page.items()}, 5: (STRUCT, values)})
