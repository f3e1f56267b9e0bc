"""The footer of a Parquet file, in which a column is entered that its writer left empty.

Source: github.com/apache/parquet-format, parquet.thrift: FileMetaData and what it holds.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

from imggen.store.pages import PLAIN, RLE
from imggen.store.thrift import I32, I64, LIST, STRUCT, Struct, read_struct, struct_bytes

END = struct.Struct("<I4s")  # of a file: bytes of the footer, and the format's name
ROW_GROUPS = 4  # of FileMetaData
COLUMNS, TOTAL_BYTES, FILE_OFFSET, TOTAL_COMPRESSED = 1, 2, 5, 6  # of RowGroup
METADATA = 3  # of ColumnChunk
# Of ColumnMetaData.
TYPE, ENCODINGS, PATH, CODEC, VALUES, BYTES, COMPRESSED_BYTES = range(1, 8)
DATA_OFFSET, INDEX_OFFSET, DICTIONARY_OFFSET = 9, 10, 11


class Chunk(NamedTuple):
    """A column of a group of rows: where its pages begin in the file, their bytes, its values."""

    begin: int
    size_bytes: int
    values: int


def with_chunks(end: bytes, column: str, chunks: Sequence[Chunk]) -> bytes:
    """The end of a file: footer, its length and the format's name.

    Parameters
    ----------
    end : the same of the file without the pages of `column`
    chunks : those pages, for each group of rows: they lie before the group's other columns
    """
    footer = read_struct(iter(end))
    _, groups = footer[ROW_GROUPS][1]
    added_bytes = 0
    for group, chunk in zip(groups, chunks, strict=True):
        added_bytes += chunk.size_bytes
        enter(group, column, chunk, added_bytes)
    whole = struct_bytes(footer)
    return whole + END.pack(len(whole), END.unpack_from(end, len(end) - END.size)[1])


def enter(group: Struct, column: str, chunk: Chunk, added_bytes: int) -> None:
    """Put `chunk` in the place of `column`; all else lies `added_bytes` further on in the file."""
    known = []
    for one in group[COLUMNS][1][1]:
        metadata = one[METADATA][1]
        if b".".join(metadata[PATH][1][1]).decode() == column:
            metadata = entry(metadata, chunk)
            one[METADATA] = STRUCT, metadata
        else:
            move(metadata, added_bytes)
        known.append(metadata)
    group[TOTAL_BYTES] = I64, sum(metadata[BYTES][1] for metadata in known)
    group[TOTAL_COMPRESSED] = I64, sum(metadata[COMPRESSED_BYTES][1] for metadata in known)
    group[FILE_OFFSET] = I64, chunk.begin


def entry(metadata: Struct, chunk: Chunk) -> Struct:
    """What is said of `chunk`; what it has in common with an empty one is in `metadata`."""
    return {
        **{field: metadata[field] for field in (TYPE, PATH, CODEC)},
        ENCODINGS: (LIST, (I32, [PLAIN, RLE])),
        VALUES: (I64, chunk.values),
        BYTES: (I64, chunk.size_bytes),
        COMPRESSED_BYTES: (I64, chunk.size_bytes),
        DATA_OFFSET: (I64, chunk.begin),
    }


def move(metadata: Struct, added_bytes: int) -> None:
    """Let the pages of a column lie `added_bytes` further on."""
    for field in (DATA_OFFSET, INDEX_OFFSET, DICTIONARY_OFFSET):
        if field in metadata:
            metadata[field] = I64, metadata[field][1] + added_bytes
