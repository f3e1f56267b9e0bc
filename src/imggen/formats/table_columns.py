"""The columns of the full table as Arrow arrays, and both files; only merging loads pyarrow.

Row i is image i. Where a layer shows nothing there is no value: null in Parquet, an empty cell in
CSV.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.csv import CSVWriter
from pyarrow.parquet import ParquetWriter

from imggen.config.image_name import SPLIT
from imggen.config.plain import BLENDS, CAMERA_FIELDS, FIELDS, SHADOW
from imggen.formats import table as names
from imggen.formats.captions import Captioner
from imggen.formats.class_map import sprite_layers
from imggen.geometry.record import NO_THING
from imggen.planning.families import family_columns
from imggen.planning.placement.anchors import has_pixels
from imggen.planning.placement.transform import matrices
from imggen.store.files import open_atomic

if TYPE_CHECKING:
    from imggen.formats.results import Block, Results

Array = npt.NDArray[Any]
Column = tuple[str, Any]  # name and Arrow array

DIGEST_DIGITS = 32  # hex, of XXH3-128
WHOLE = "^-?[0-9]+$"  # what Arrow writes of floats like 1.0


def write_tables(results: Results, csv_path: Path, parquet_path: Path) -> None:
    """Write both files, a block of images at a time."""
    write_blocks(results, csv_path, parquet_path, table_of, results.blocks())


def write_blocks(
    results: Results,
    csv_path: Path,
    parquet_path: Path,
    make: Callable[[Results, Block], Any],
    blocks: Iterable[Block],
) -> None:
    """Write the rows that `make` makes of each of `blocks`, as CSV and Parquet."""
    nothing = make(results, results.no_images())
    with (
        open_atomic(csv_path) as csv,
        open_atomic(parquet_path) as parquet,
        CSVWriter(csv, as_text(nothing).schema) as rows,
        ParquetWriter(parquet, nothing.schema) as groups,
    ):
        for block in blocks:
            table = make(results, block)
            rows.write_table(as_text(table))
            groups.write_table(table)


def table_of(results: Results, block: Block) -> Any:  # pyarrow has no types
    """Return the rows of `block` as an Arrow table."""
    return pa.table(dict(columns_of(results, block)))


def columns_of(results: Results, block: Block) -> Iterator[Column]:
    """Yield all columns, in their order."""
    plan = results.plan
    traits, looks = block.plan.traits, block.plan.looks
    yield from image_columns(results, block)
    for one in plan.columns:
        rows = one.rows(traits)
        yield one.layer, pa.array(rows, pa.int64()) if one.counted else words(one.names, rows)
    boxes = block.plan.boxes(traits, looks, block.plan.positions)
    for depth in sprite_layers(plan.library.layers):
        layer = plan.library.layers[depth]
        if layer.instance is not None:
            continue  # each has a row in the table of instances
        shown = layer.sizes[traits[:, depth]]
        found = drawn_columns(results, depth, looks, shown, [side[:, depth] for side in boxes])
        for suffix, column in found:
            yield f"{layer.layer} {suffix}", column
        if depth in results.info.classes.depths:
            position = results.info.classes.depths.index(depth)
            for suffix, column in seen_columns(block.files["instances"][:, position]):
                yield f"{layer.layer} {suffix}", column
    if block.plan.cameras is not None:
        for name, values in block.plan.cameras.columns(CAMERA_FIELDS).items():
            yield name, pa.array(np.ascontiguousarray(values))
    yield from file_columns(results, block)


def image_columns(results: Results, block: Block) -> Iterator[Column]:
    """Yield which image a row is of: index, file, split and family."""
    plan = results.plan
    files = [image.name + results.info.suffix for image in block.images]
    yield names.IMAGE, pa.array(block.indices)
    yield names.FILE_NAME, pa.array(files, pa.string())
    if results.info.splits:
        yield SPLIT, words(results.info.splits, block.plan.splits)
    for name, numbers, texts in family_columns(plan.config, plan.family, block.indices):
        yield name, pa.array(numbers) if texts is None else words(texts, numbers)


def file_columns(results: Results, block: Block) -> Iterator[Column]:
    """Yield what is known of the file of an image, and its caption."""
    count = len(block.indices)
    digests = np.ascontiguousarray(block.files["digest"]).tobytes().hex()
    starts = range(0, len(digests), DIGEST_DIGITS)
    yield names.SEED, pa.array(np.full(count, results.info.seed, np.uint64))
    yield names.BYTES, pa.array(block.files["size_bytes"].astype(np.int64))
    yield names.CHECKSUM, pa.array([digests[k : k + DIGEST_DIGITS] for k in starts], pa.string())
    if results.info.labels.caption is not None:
        caption = Captioner(results.info).caption
        captions = [caption(image.variants) for image in block.images]
        yield names.CAPTION, pa.array(captions, pa.string())


def drawn_columns(
    results: Results, depth: int, looks: Array, art: Array, boxes: Sequence[Array]
) -> Iterator[Column]:
    """Yield the drawn box, the look and the matrix of what the layer at `depth` shows.

    `art` (n, 2) is the size of what it draws; `boxes` are sizes and corners, (n, 2) each, px.
    """
    table = results.plan.look_table
    fields = (*FIELDS, *names.drawn_edges(results.plan.config))
    values = {field: table.values(looks, depth, field) for field in fields}
    no_shadow = not results.plan.library.layers[depth].shadowed
    nothing = ~has_pixels(art)
    sizes, corners = boxes
    for name, column in zip(names.BOX, np.hstack([corners, sizes]).T, strict=True):
        yield name, pa.array(column.astype(np.int32), mask=nothing)
    for field, column in values.items():
        if field == "blend":
            yield field, words(BLENDS, column.astype(np.int32), nothing)
        else:
            whole = column.astype(bool) if field == "flip" else np.ascontiguousarray(column)
            without = nothing | (no_shadow and field in SHADOW)
            yield field, pa.array(whole, mask=without)
    found = matrices(art, corners, values["flip"], values["scale"], values["rotate"])
    flat = pa.array(found.ravel())
    yield (
        names.MATRIX,
        pa.FixedSizeListArray.from_arrays(flat, found.shape[1], mask=pa.array(nothing)),
    )


def seen_columns(records: npt.NDArray[np.void]) -> Iterator[Column]:
    """Yield boxes and pixel counts from the records of one layer, (n,) of INSTANCE."""
    nothing = records["z"] == NO_THING
    for box, suffixes in names.BOXES.items():
        for name, column in zip(suffixes, records[box].T, strict=True):
            yield name, pa.array(np.ascontiguousarray(column), mask=nothing)
    pixels, visible = (records[field].astype(np.int32) for field in ("pixels", "visible_pixels"))
    yield names.PIXELS, pa.array(pixels, mask=nothing)
    yield names.VISIBLE_PIXELS, pa.array(visible, mask=nothing)
    yield names.VISIBLE_FRACTION, pa.array(visible / np.maximum(pixels, 1), mask=nothing)
    yield names.Z, pa.array(np.ascontiguousarray(records["z"]).astype(np.int32), mask=nothing)


def words(texts: Sequence[str], rows: Array, nothing: Array | None = None) -> Any:
    """Return `texts[rows]` (n,) with each text kept once; null where there is `nothing`."""
    kept = pa.array(rows.astype(np.int32), mask=nothing)
    return pa.DictionaryArray.from_arrays(kept, pa.array(list(texts), pa.string()))


def as_text(table: Any) -> Any:
    """Return `table` with what CSV has no type for as text.

    A matrix is six numbers with spaces. Floats that are whole have a point, too, so that readers
    that guess types from the first rows find floats there: 1.0, where Arrow would write 1.
    """
    for position, field in enumerate(table.schema):
        column = table.column(position)
        if field.name.split(" ")[-1] == names.MATRIX and pa.types.is_fixed_size_list(field.type):
            table = table.set_column(position, field.name, pa.chunked_array([as_numbers(column)]))
        elif pa.types.is_floating(field.type):
            table = table.set_column(position, field.name, with_point(column))
        elif pa.types.is_dictionary(field.type):
            table = table.set_column(position, field.name, column.cast(pa.string()))
    return table


def with_point(floats: Any) -> Any:
    """Return each of `floats` as text that is a float's to any reader."""
    texts = pc.cast(floats, pa.string())
    pointed = pc.binary_join_element_wise(texts, "0", ".")
    return pc.if_else(pc.match_substring_regex(texts, WHOLE), pointed, texts)


def as_numbers(matrices: Any) -> Any:
    """Return the numbers of each of `matrices` in one text, with spaces between."""
    texts = [None if one is None else " ".join(map(repr, one)) for one in matrices.to_pylist()]
    return pa.array(texts, pa.string())
