"""The full table: all that is known of each image, typed, as CSV and as Parquet.

Row i is image i. Nothing stands where a layer shows nothing: null in Parquet, an empty cell in CSV.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.csv import CSVWriter
from pyarrow.parquet import ParquetWriter

from imggen.config.table_columns import MATRIX
from imggen.formats.full_columns import columns_of
from imggen.formats.results import Block, Results
from imggen.store.files import whole_file

CSV, PARQUET = "labels.csv", "labels.parquet"
WHOLE = "^-?[0-9]+$"  # what Arrow writes of floats like 1.0


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
    """Return `table` with what CSV has no type for as text.

    A matrix is six numbers with spaces. Floats that are whole have a point, too, so that readers
    that guess types from the first rows find floats there: 1.0, where Arrow would write 1.
    """
    for place, field in enumerate(table.schema):
        column = table.column(place)
        if field.name.endswith(f" {MATRIX}"):
            table = table.set_column(place, field.name, pa.chunked_array([as_numbers(column)]))
        elif pa.types.is_floating(field.type):
            table = table.set_column(place, field.name, with_point(column))
        elif pa.types.is_dictionary(field.type):
            table = table.set_column(place, field.name, column.cast(pa.string()))
    return table


def with_point(floats: Any) -> Any:
    """Return each of `floats` as text that is a float's to any reader."""
    texts = pc.cast(floats, pa.string())
    pointed = pc.binary_join_element_wise(texts, "0", ".")
    return pc.if_else(pc.match_substring_regex(texts, WHOLE), pointed, texts)


def as_numbers(matrices: Any) -> Any:
    """The numbers of each of `matrices` in one text, with spaces between."""
    texts = [None if one is None else " ".join(map(repr, one)) for one in matrices.to_pylist()]
    return pa.array(texts, pa.string())
