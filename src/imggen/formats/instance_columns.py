"""The columns of the table of instances as Arrow arrays; only merging loads pyarrow.

The rows of an image follow each other, in the order of layers and instances. What has no class is
not traced: its class, and what is seen of it, are null in Parquet and empty cells in CSV.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from imggen.formats import instances as names
from imggen.formats.class_map import sprite_layers
from imggen.formats.table_columns import drawn_columns, seen_columns, words, write_blocks
from imggen.geometry.record import INSTANCE, NOTHING
from imggen.planning.placement.anchors import has_pixels

if TYPE_CHECKING:
    from imggen.formats.results import Block, Results

IMAGES_AT_ONCE = 1000  # so that memory does not grow with the number of instances
NO_CLASS = -1

Array = npt.NDArray[Any]


def write_instances(results: Results, csv_path: Path, parquet_path: Path) -> None:
    """Write both files, a block of images at a time."""
    blocks = results.blocks(at_once=IMAGES_AT_ONCE)
    write_blocks(results, csv_path, parquet_path, table_of, blocks)


def table_of(results: Results, block: Block) -> Any:  # pyarrow has no types
    """Return the rows of the images in `block` as an Arrow table."""
    slots = sprite_layers(results.plan.library.layers)
    tables = [pa.table(dict(columns_of(results, block, slot))) for slot in slots]
    table = pa.concat_tables(tables).unify_dictionaries()
    order = np.argsort(table.column(names.IMAGE).to_numpy(), kind="stable")
    return table.take(pa.array(order))


def columns_of(results: Results, block: Block, slot: int) -> Iterator[tuple[str, Any]]:
    """Yield the columns of the images in `block` that show something in this slot."""
    layer = results.plan.library.layers[slot]
    drawn = np.flatnonzero(has_pixels(layer.sizes)[block.plan.traits[:, slot]])
    images, plan = block.indices[drawn], block.plan.take(drawn)
    traits, looks = plan.traits, plan.looks
    variants = traits[:, slot]
    yield names.IMAGE, pa.array(images)
    yield names.LAYER, words(layers_of(results), np.full(len(images), number_of(results, slot)))
    yield names.INSTANCE, pa.array(np.full(len(images), layer.instance or 0, np.int32))
    yield names.VARIANT, words(layer.names, variants)
    yield names.CLASS, class_column(results, slot, variants)
    sizes, corners = plan.boxes(traits, looks, plan.positions)
    boxes = [sizes[:, slot], corners[:, slot]]
    yield from drawn_columns(results, slot, looks, layer.sizes[variants], boxes)
    yield from seen_columns(records_of(results, block, slot)[drawn])


def layers_of(results: Results) -> list[str]:
    """Return the names of all layers."""
    return [one.layer for one in results.info.columns]


def number_of(results: Results, slot: int) -> int:
    """Return the place of the layer of a slot."""
    return layers_of(results).index(results.info.slots[slot])


def class_column(results: Results, slot: int, variants: Array) -> Any:
    """Return the names of the classes of `variants` (n,); null for those that have none."""
    classes = results.info.classes
    count = len(results.plan.library.layers[slot].names)
    rows = np.array([classes.rows.get((slot, variant), NO_CLASS) for variant in range(count)])
    found = rows[variants]
    return words(classes.names, np.maximum(found, 0), found == NO_CLASS)


def records_of(results: Results, block: Block, slot: int) -> Array:
    """Return what is kept of the instances in a slot, (n,) of INSTANCE; nothing if unlabelled."""
    depths = results.info.classes.depths
    if slot not in depths:
        return np.repeat(np.frombuffer(NOTHING, INSTANCE), len(block.indices))
    found: Array = block.files["instances"][:, depths.index(slot)]
    return found
