"""The columns of the full table, for some images that follow each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from imggen.config import table_columns as names
from imggen.config.image_name import SPLIT
from imggen.config.pairs import PAIR_COLUMN
from imggen.config.vary import BLENDS, FIELDS
from imggen.formats.caption import Captioner
from imggen.formats.class_map import sprite_layers
from imggen.formats.record import NO_THING
from imggen.formats.results import Block, Results
from imggen.plan.pairs import IMAGES_PER_PAIR
from imggen.plan.placement.anchors import has_pixels
from imggen.plan.placement.transform import matrices

Array = npt.NDArray[Any]
Column = tuple[str, Any]  # name and Arrow array

DIGEST_DIGITS = 32  # hex, of XXH3-128


def columns_of(results: Results, block: Block) -> Iterator[Column]:
    """All columns, in their order."""
    plan = results.plan
    traits = plan.traits[block.images]
    yield from image_columns(results, block)
    for depth, layer in enumerate(plan.library.layers):
        yield layer.layer, words(layer.names, traits[:, depth])
    looks = plan.looks[block.images]
    boxes = plan.boxes(traits, looks, plan.positions[block.images])
    for depth in sprite_layers(plan.library.layers):
        layer = plan.library.layers[depth]
        shown = layer.sizes[traits[:, depth]]
        found = drawn_columns(results, depth, looks, shown, [side[:, depth] for side in boxes])
        for suffix, column in found:
            yield f"{layer.layer} {suffix}", column
        if depth in results.about.classes.depths:
            place = results.about.classes.depths.index(depth)
            for suffix, column in seen_columns(block.files["instances"][:, place]):
                yield f"{layer.layer} {suffix}", column
    yield from file_columns(results, block)


def image_columns(results: Results, block: Block) -> Iterator[Column]:
    """Which image it is, and where it belongs."""
    plan = results.plan
    files = [picture.name + results.about.suffix for picture in block.pictures]
    yield names.IMAGE, pa.array(block.images)
    yield names.FILE_NAME, pa.array(files, pa.string())
    if results.about.splits:
        yield SPLIT, words(results.about.splits, plan.splits[block.images])
    if plan.config.dataset.pair is not None:
        yield PAIR_COLUMN, pa.array(block.images // IMAGES_PER_PAIR)


def file_columns(results: Results, block: Block) -> Iterator[Column]:
    """What its file holds, and what says all of it."""
    count = len(block.images)
    digests = np.ascontiguousarray(block.files["digest"]).tobytes().hex()
    starts = range(0, len(digests), DIGEST_DIGITS)
    yield names.SEED, pa.array(np.full(count, results.about.seed, np.uint64))
    yield names.BYTES, pa.array(block.files["size_bytes"].astype(np.int64))
    yield names.CHECKSUM, pa.array([digests[k : k + DIGEST_DIGITS] for k in starts], pa.string())
    if results.about.labels.caption is not None:
        caption = Captioner(results.about).caption
        captions = [caption(picture.shown) for picture in block.pictures]
        yield names.CAPTION, pa.array(captions, pa.string())


def drawn_columns(
    results: Results, depth: int, looks: Array, art: Array, boxes: Sequence[Array]
) -> Iterator[Column]:
    """The drawn box, the look and the matrix of what the layer at `depth` shows.

    `art` (n, 2) is the size of what it draws; `boxes` are the sizes and corners, (n, 2) each, px.
    """
    table = results.plan.look_table
    values = {field: table.values(looks, depth, field) for field in FIELDS}
    nothing = ~has_pixels(art)
    sizes, corners = boxes
    for name, column in zip(names.BOX, np.hstack([corners, sizes]).T, strict=True):
        yield name, pa.array(column.astype(np.int32), mask=nothing)
    for field, column in values.items():
        if field == "blend":
            yield field, words(BLENDS, column.astype(np.int32), nothing)
        else:
            whole = column.astype(bool) if field == "flip" else np.ascontiguousarray(column)
            yield field, pa.array(whole, mask=nothing)
    found = matrices(art, corners, values["flip"], values["scale"], values["rotate"])
    flat = pa.array(found.ravel())
    yield (
        names.MATRIX,
        pa.FixedSizeListArray.from_arrays(flat, found.shape[1], mask=pa.array(nothing)),
    )


def seen_columns(records: npt.NDArray[np.void]) -> Iterator[Column]:
    """What is kept of one layer's things, (n,) of INSTANCE."""
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
    """`texts[rows]` (n,), of which each is kept once; null where there is `nothing`."""
    kept = pa.array(rows.astype(np.int32), mask=nothing)
    return pa.DictionaryArray.from_arrays(kept, pa.array(list(texts), pa.string()))
