"""Images and labels as the rows of a table, with the schema that `datasets` reads as features.

Only runs that write Parquet load this module, and pyarrow with it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from imggen.containers.parquet_details import (
    detail_arrays,
    detail_bytes,
    detail_features,
    detail_fields,
)
from imggen.containers.shards import ShardSink
from imggen.formats.captions import Captioner
from imggen.formats.drawn import (
    DRAWN,
    Value,
    image_columns,
    object_fields,
    type_of,
    values_of_image,
    values_of_objects,
)
from imggen.store.parquet import ParquetWriter, Row

if TYPE_CHECKING:
    from imggen.containers.parquet import Parquet
    from imggen.containers.sink import Labelled, Pieces, Target
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.formats.licences import Origin
    from imggen.geometry.instances import Box, Instance

IMAGE = "image"
INDEX = "index"
TEXT = "text"
OBJECTS = "objects"
METADATA = b"huggingface"  # the key of the schema that `datasets` looks for
PLAIN = (f"{IMAGE}.bytes", f"{IMAGE}.path")  # as Parquet calls them
BOX = pa.list_(pa.int64(), 4)
VALUE_BYTES = 8
OBJECT_BYTES = 104

Feature = dict[str, Any]


class Shown(NamedTuple):
    """The values of an image's row besides its file."""

    path: str
    image: ImageInfo
    text: str
    objects: Sequence[Instance]


class ParquetSink(ShardSink[Row[Shown]]):
    """Writes an image as a row of a Parquet shard."""

    def __init__(self, container: Parquet, target: Target) -> None:
        self._features = Features(target.info)
        made = self._features.schema, self._features.table
        super().__init__(container, target, partial(ParquetWriter, *made, PLAIN))

    def _sample(self, image: Labelled, pieces: Pieces) -> Row[Shown]:
        return self._features.row(image.info, pieces)


class Features:
    """The columns of a dataset, and the rows of images."""

    def __init__(self, info: DatasetInfo) -> None:
        self._info = info
        self._captioner = None if info.labels.caption is None else Captioner(info)
        self._numbers = [
            {name: number for number, name in enumerate(names)} for _, names in info.layers
        ]
        self.schema = pa.schema(columns(info), metadata={METADATA: describe(info)})

    def row(self, image: ImageInfo, pieces: Sequence[bytes | memoryview]) -> Row[Shown]:
        """Return the row of `image`, whose file is made of `pieces`."""
        path = self._info.within_split(image) + self._info.suffix
        text = self._captioner.caption(image.variants) if self._captioner else ""
        shown = Shown(path, image, text, self._info.seen(image.instances))
        besides_bytes = (
            len(path.encode())
            + len(text.encode())
            + VALUE_BYTES * len(self.schema)
            + (OBJECT_BYTES + VALUE_BYTES * len(object_fields(self._info))) * len(shown.objects)
            + detail_bytes(self._info, image)
        )
        return Row(pieces, sum(map(len, pieces)), shown, besides_bytes)

    def table(self, rows: Sequence[Shown], files: pa.BinaryArray) -> pa.Table:
        """Return all columns of `rows`, whose images are in `files`."""
        paths = pa.array([row.path for row in rows])
        types = {field.name: field.type for field in self.schema}
        drawn = [values_of_image(self._info, row.image) for row in rows]
        shown = zip(*(row.image.variants for row in rows), strict=True)
        arrays = [
            pa.StructArray.from_arrays([files, paths], fields=list(types[IMAGE])),
            pa.array([row.image.index for row in rows]),
            *(
                pa.array(map(numbers.__getitem__, names))
                for numbers, names in zip(self._numbers, shown, strict=True)
            ),
            *(
                pa.array([values[one.name] for values in drawn], types[one.name])
                for one in image_columns(self._info)
            ),
            *([pa.array([row.text for row in rows])] if self._captioner else []),
            self._objects(rows, types[OBJECTS]),
        ]
        return pa.Table.from_arrays(arrays, schema=self.schema)

    def _objects(self, rows: Sequence[Shown], kind: pa.ListType) -> pa.ListArray:
        """Return the column of the objects of each row."""
        things = [thing for row in rows for thing in row.objects]
        arrays = [
            pa.array(chain.from_iterable(range(len(row.objects)) for row in rows), pa.int64()),
            boxes([thing.visible for thing in things]),
            pa.array(map(self._info.class_of, things), pa.int64()),
            pa.array([thing.visible_pixels for thing in things], pa.int64()),
            boxes([thing.amodal for thing in things]),
            pa.array([thing.visible_fraction for thing in things], pa.float64()),
            pa.array([thing.z for thing in things], pa.int64()),
            *detail_arrays(self._info, [row.image for row in rows]),
        ]
        if object_fields(self._info):
            arrays.append(pa.array(self._drawn(rows), kind.value_type.field(DRAWN).type))
        counts = (len(row.objects) for row in rows)
        bounds = pa.array(accumulate(counts, initial=0), pa.int32())
        flat = pa.StructArray.from_arrays(arrays, fields=list(kind.value_type))
        return pa.ListArray.from_arrays(bounds, flat, type=kind)

    def _drawn(self, rows: Sequence[Shown]) -> list[dict[str, Value]]:
        """Return what is drawn of each object of each row."""
        return [
            values
            for row in rows
            for values in values_of_objects(
                self._info, row.image, [thing.depth for thing in row.objects]
            )
        ]


def boxes(values: Sequence[Box]) -> pa.FixedSizeListArray:
    """Return a column of boxes."""
    flat = pa.array(chain.from_iterable(values), pa.int64())
    return pa.FixedSizeListArray.from_arrays(flat, type=BOX)


def columns(info: DatasetInfo) -> list[tuple[str, pa.DataType]]:
    """Name and type of each column."""
    thing = pa.struct(
        {
            "id": pa.int64(),
            "bbox": BOX,
            "category": pa.int64(),
            "area": pa.int64(),
            "amodal_bbox": BOX,
            "visible_fraction": pa.float64(),
            "z": pa.int64(),
            **detail_fields(info),
            **({DRAWN: pa.struct(arrow_types(object_fields(info)))} if object_fields(info) else {}),
        }
    )
    return [
        (IMAGE, pa.struct({"bytes": pa.binary(), "path": pa.string()})),
        (INDEX, pa.int64()),
        *((layer, pa.int64()) for layer, _ in info.layers),
        *arrow_types({one.name: type_of(one.field) for one in image_columns(info)}).items(),
        *([] if info.labels.caption is None else [(TEXT, pa.string())]),
        (OBJECTS, pa.list_(thing)),
    ]


def describe(info: DatasetInfo) -> bytes:
    """Return the features of these columns, as `datasets` writes them."""
    box = {"feature": value("int64"), "length": 4, "_type": "Sequence"}
    thing = {
        "id": value("int64"),
        "bbox": box,
        "category": class_label(info.classes.names),
        "area": value("int64"),
        "amodal_bbox": box,
        "visible_fraction": value("float64"),
        "z": value("int64"),
        **detail_features(info),
    }
    if object_fields(info):
        thing[DRAWN] = {name: value(kind) for name, kind in object_fields(info).items()}
    features: dict[str, Feature | list[Feature]] = {
        IMAGE: {"_type": "Image"},
        INDEX: value("int64"),
        **{layer: class_label(names) for layer, names in info.layers},
        **{one.name: value(type_of(one.field)) for one in image_columns(info)},
        **({} if info.labels.caption is None else {TEXT: value("string")}),
        OBJECTS: [thing],
    }
    return json.dumps({"info": {"features": features, **about(info.origin)}}).encode()


def arrow_types(types: dict[str, str]) -> dict[str, pa.DataType]:
    """Return Arrow's types of these names."""
    return {name: pa.type_for_alias(kind) for name, kind in types.items()}


def about(origin: Origin) -> dict[str, str]:
    """Return the licence and origin as `datasets.DatasetInfo` has them."""
    licence = origin.licence.name if origin.licence else None
    said = {"description": origin.description, "homepage": origin.url, "license": licence}
    return {key: value for key, value in said.items() if value is not None}


def value(dtype: str) -> Feature:
    """Return the feature of a plain column."""
    return {"dtype": dtype, "_type": "Value"}


def class_label(names: Sequence[str]) -> Feature:
    """Return the feature of a column of numbers that stand for `names`."""
    return {"names": list(names), "_type": "ClassLabel"}
