"""Parquet files of rows, in groups small enough to stream.

Only runs that write Parquet load this module, and pyarrow with it.
"""

from __future__ import annotations

import io
from array import array
from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from imggen.store.digests import DigestedFile

Shown = TypeVar("Shown")
Pieces = Sequence[bytes | memoryview]

MOST_ROWS = 1000  # of a group
MOST_BYTES = 16 * 2**20  # of the files in a group
FRAME_BYTES = 16_384  # of a file besides its rows, about: schema and statistics
ROW_BYTES = 64  # of a row besides what `Row` counts, about


class Row(NamedTuple, Generic[Shown]):
    """One row: the file of its image, and what else there is.

    Attributes
    ----------
    pieces : of the file, valid until the next row is made
    size_bytes : of these pieces
    shown : all other columns
    besides_bytes : their size, about
    """

    pieces: Pieces
    size_bytes: int
    shown: Shown
    besides_bytes: int


class ParquetWriter(Generic[Shown]):
    """Writes rows of `schema` to `file`.

    Parameters
    ----------
    table : makes a table of some rows and the column of their files
    plain : leaf columns of values that are all different: kept as they are
    """

    frame_bytes = FRAME_BYTES

    def __init__(
        self,
        schema: pa.Schema,
        table: Callable[[Sequence[Shown], pa.BinaryArray], pa.Table],
        plain: Sequence[str],
        file: DigestedFile,
    ) -> None:
        self._table = table
        self._file = io.BufferedWriter(file)
        kept = [leaf for leaf in leaves_of(schema) if leaf not in plain]
        self._writer = pq.ParquetWriter(
            self._file,
            schema,
            compression="none",  # images are compressed, and all else is little
            use_dictionary=kept,
            write_statistics=kept,
            write_batch_size=1,  # else pages end only after many values, and large ones are moved
        )
        self._files = Column(MOST_BYTES)
        self._rows: list[Shown] = []

    def size(self, row: Row[Shown]) -> int:
        """Return the approximate size of `row`, bytes."""
        return row.size_bytes + row.besides_bytes + ROW_BYTES

    def add(self, row: Row[Shown]) -> None:
        """Keep `row` until its group is full."""
        if len(self._rows) == MOST_ROWS or not self._files.has_room(row.size_bytes):
            self._write_group()
        self._files.add(row.pieces, row.size_bytes)
        self._rows.append(row.shown)

    def end(self) -> None:
        """Write the last group and the footer."""
        self._write_group()
        self._writer.close()
        self._file.flush()

    def _write_group(self) -> None:
        if self._rows:
            self._writer.write_table(self._table(self._rows, self._files.array()))
        self._rows.clear()
        self._files.clear()


class Column:
    """Values of bytes one after the other, in memory that is used again once they are cleared.

    pyarrow would copy each value thrice to make a column of them.
    """

    def __init__(self, room_bytes: int) -> None:
        self._memory = memoryview(bytearray(room_bytes))
        self._bounds = array("i", [0])

    def has_room(self, size_bytes: int) -> bool:
        """Return True if a value of that size fits."""
        return self._bounds[-1] + size_bytes <= len(self._memory)

    def add(self, pieces: Pieces, size_bytes: int) -> None:
        """Add the value that `pieces` make up; one that finds no room must be the first."""
        if not self.has_room(size_bytes):
            self._memory = memoryview(bytearray(size_bytes))
        stop = self._bounds[-1]
        for piece in pieces:
            start, stop = stop, stop + len(piece)
            self._memory[start:stop] = piece
        self._bounds.append(stop)

    def array(self) -> pa.BinaryArray:
        """Return the values; valid until they are cleared."""
        parts = [None, pa.py_buffer(self._bounds), pa.py_buffer(self._memory)]
        return pa.Array.from_buffers(pa.binary(), len(self._bounds) - 1, parts)

    def clear(self) -> None:
        """Forget all values."""
        self._bounds = array("i", [0])


def leaves_of(schema: pa.Schema) -> list[str]:
    """Return the columns that values of `schema` are stored in, as Parquet calls them."""
    file = pa.BufferOutputStream()
    with pq.ParquetWriter(file, schema):
        pass
    leaves = pq.read_metadata(pa.BufferReader(file.getvalue())).schema
    return [leaves.column(k).path for k in range(len(leaves))]
