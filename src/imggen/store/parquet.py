"""Parquet files of rows, in groups small enough to stream.

Only runs that write Parquet load this module, and pyarrow with it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

MOST_ROWS = 1000  # of a group
MOST_BYTES = 16 * 2**20  # of the images in a group
FRAME_BYTES = 16_384  # of a file besides its rows, about: schema and statistics
ROW_BYTES = 64  # of a row besides what `Row` counts, about


class Row(NamedTuple):
    """One row: its values by column, and their size, about."""

    values: Mapping[str, Any]
    size_bytes: int


class ParquetWriter:
    """Writes rows of `schema` to the descriptor `file`.

    Parameters
    ----------
    plain : leaf columns of large values, all different: kept as they are
    """

    frame_bytes = FRAME_BYTES

    def __init__(self, schema: pa.Schema, plain: Sequence[str], file: int) -> None:
        self._schema = schema
        self._file = os.fdopen(file, "wb", closefd=False)
        leaves = leaves_of(schema)
        self._writer = pq.ParquetWriter(
            self._file,
            schema,
            compression="none",  # images are compressed, and all else is little
            use_dictionary=[leaf for leaf in leaves if leaf not in plain],
            write_statistics=[leaf for leaf in leaves if leaf not in plain],
        )
        self._rows: list[Mapping[str, Any]] = []
        self._size_bytes = 0

    def size(self, row: Row) -> int:
        """How many bytes `row` takes, about."""
        return row.size_bytes + ROW_BYTES

    def add(self, row: Row) -> None:
        """Keep `row` until its group is full."""
        if self._rows and self._size_bytes + row.size_bytes > MOST_BYTES:
            self._write_group()
        self._rows.append(row.values)
        self._size_bytes += row.size_bytes
        if len(self._rows) == MOST_ROWS:
            self._write_group()

    def end(self) -> None:
        """Write the last group and the footer."""
        if self._rows:
            self._write_group()
        self._writer.close()
        self._file.flush()

    def _write_group(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows.clear()
        self._size_bytes = 0


def leaves_of(schema: pa.Schema) -> list[str]:
    """The columns that values of `schema` are stored in, as Parquet calls them."""
    file = pa.BufferOutputStream()
    with pq.ParquetWriter(file, schema):
        pass
    leaves = pq.read_metadata(pa.BufferReader(file.getvalue())).schema
    return [leaves.column(k).path for k in range(len(leaves))]
