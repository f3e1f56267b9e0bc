"""Parquet files of rows, in groups small enough to stream.

pyarrow copies a value four times before the system does, which takes as long as making an image of
some megabytes. So the column of images is written here: pyarrow writes all others and, in place of
each image, that there is none; then the pages of images are entered in the footer.

Only runs that write Parquet load this module, and pyarrow with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Generic, NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from imggen.store.footer import Chunk, with_chunks
from imggen.store.pages import Pages
from imggen.store.stream import Stream

Shown = TypeVar("Shown")

MOST_ROWS = 1000  # of a group
MOST_BYTES = 64 * 2**20  # of the files in a group
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

    pieces: Sequence[bytes | memoryview]
    size_bytes: int
    shown: Shown
    besides_bytes: int


class ParquetWriter(Generic[Shown]):
    """Writes rows to the descriptor `file`.

    Parameters
    ----------
    table : makes the columns of some rows, empty where their files belong
    files : the leaf column of files
    plain : other leaf columns of values that are all different: kept as they are
    """

    frame_bytes = FRAME_BYTES

    def __init__(
        self,
        schema: pa.Schema,
        table: Callable[[Sequence[Shown]], pa.Table],
        files: str,
        plain: Sequence[str],
        file: int,
    ) -> None:
        self._table = table
        self._files = files
        levels = levels_of(schema)
        kept = [leaf for leaf in levels if leaf not in (files, *plain)]
        self._others = BytesIO()
        self._writer = pq.ParquetWriter(
            self._others,
            schema,
            compression="none",  # images are compressed, and all else is little
            use_dictionary=kept,
            write_statistics=kept,
            write_page_index=False,  # with_chunks knows of none
        )
        self._stream = Stream(file)
        self._pages = Pages(self._stream, levels[files])
        self._rows: list[Shown] = []
        self._group_bytes = 0
        self._chunks: list[Chunk] = []
        self._begin = self._pass_on()

    def size(self, row: Row[Shown]) -> int:
        """How many bytes `row` takes, about."""
        return row.size_bytes + row.besides_bytes + ROW_BYTES

    def add(self, row: Row[Shown]) -> None:
        """Write the image of `row`, and keep the rest until its group is full."""
        if self._rows and self._group_bytes + row.size_bytes > MOST_BYTES:
            self._end_group()
        self._pages.add(row.pieces, row.size_bytes)
        self._rows.append(row.shown)
        self._group_bytes += row.size_bytes
        if len(self._rows) == MOST_ROWS:
            self._end_group()

    def end(self) -> None:
        """Write the last group and the footer."""
        if self._rows:
            self._end_group()
        self._writer.close()
        footer = with_chunks(self._others.getvalue(), self._files, self._chunks)
        self._stream.write([footer], len(footer))
        self._stream.flush()

    def _end_group(self) -> None:
        """Write the other columns behind the images."""
        self._pages.end()
        size_bytes = self._stream.size_bytes - self._begin
        self._chunks.append(Chunk(self._begin, size_bytes, len(self._rows)))
        self._writer.write_table(self._table(self._rows))
        self._begin = self._pass_on()
        self._rows.clear()
        self._group_bytes = 0

    def _pass_on(self) -> int:
        """Write what pyarrow has made of the file; how long that is then."""
        others = self._others.getvalue()
        self._stream.write([others], len(others))
        self._others.seek(0)
        self._others.truncate()
        return self._stream.size_bytes


def levels_of(schema: pa.Schema) -> dict[str, int]:
    """The columns that values of `schema` are stored in, as Parquet calls them.

    Each with the definition level of a value that is there.
    """
    file = pa.BufferOutputStream()
    with pq.ParquetWriter(file, schema):
        pass
    leaves = pq.read_metadata(pa.BufferReader(file.getvalue())).schema
    columns = [leaves.column(k) for k in range(len(leaves))]
    return {column.path: column.max_definition_level for column in columns}
