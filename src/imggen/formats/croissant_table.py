"""The table beside Croissant's metadata; only merging loads pyarrow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow.parquet import ParquetWriter

from imggen.config.image_name import SPLIT
from imggen.formats.croissant import FILE_NAME, INDEX
from imggen.store.files import open_atomic

if TYPE_CHECKING:
    from imggen.formats.results import Block, Results


def write_table(results: Results, path: Path) -> None:
    """Write a row for each image, a block at a time."""
    schema = rows_of(results, results.no_images()).schema
    with open_atomic(path) as file, ParquetWriter(file, schema) as writer:
        for block in results.blocks():
            writer.write_table(rows_of(results, block))


def rows_of(results: Results, block: Block) -> Any:
    """Return the rows of `block` as an Arrow table."""
    info, images = results.info, block.images
    columns = {
        FILE_NAME: pa.array([image.name + info.suffix for image in images], pa.string()),
        INDEX: pa.array([image.index for image in images], pa.int64()),
    }
    if info.splits:
        columns[SPLIT] = pa.array([image.split for image in images], pa.string())
    for depth, (layer, _) in enumerate(info.layers):
        columns[layer] = pa.array([image.variants[depth] for image in images], pa.string())
    return pa.table(columns)
