"""The full table: all that is known of each image, typed, as CSV and as Parquet.

Row i is image i. Nothing stands where a layer shows nothing: null in Parquet, an empty cell in CSV.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow.csv import CSVWriter
from pyarrow.parquet import ParquetWriter

from imggen.config.table_columns import MATRIX
from imggen.labels.formats.full_columns import columns_of
from imggen.labels.results import Block, Results
from imggen.store.files import whole_file

CSV, PARQUET = "labels.csv", "labels.parquet"


def merge(results: Results) -> list[Path]:
    """Write `labels.csv` and `labels.parquet`, a block of images at a time."""
    paths = [results.out / CSV, results.out / PARQUET]
    nothing = table_of(results, results.block(np.zeros(0, np.int64)))
    with (
        whole_file(paths[0]) as csv,
        whole_file(paths[1]) as parquet,
        CSVWriter(csv, as_text(nothing).schema) as rows,
        ParquetWriter(parquet, nothing.schema) as groups,
    ):
        for block in results.blocks():
            table = table_of(results, block)
            rows.write_table(as_text(table))
            groups.write_table(table)
    return paths


def table_of(results: Results, block: Block) -> Any:  # pyarrow has no types
    """The rows of `block` as an Arrow table."""
    return pa.table(dict(columns_of(results, block)))


def as_text(table: Any) -> Any:
    """`table` with what CSV has no type for as text: a matrix is six numbers with spaces."""
    for place, field in enumerate(table.schema):
        column = table.column(place)
        if field.name.endswith(f" {MATRIX}"):
            table = table.set_column(place, field.name, pa.chunked_array([as_numbers(column)]))
        elif pa.types.is_dictionary(field.type):
            table = table.set_column(place, field.name, column.cast(pa.string()))
    return table


def as_numbers(matrices: Any) -> Any:
    """The numbers of each of `matrices` in one text, with spaces between."""
    texts = [None if one is None else " ".join(map(repr, one)) for one in matrices.to_pylist()]
    return pa.array(texts, pa.string())
