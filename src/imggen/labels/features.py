"""Images and labels as the rows of a table, with the schema that `datasets` reads as features.

Only runs that write Parquet load this module, and pyarrow with it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import accumulate, chain
from typing import Any, NamedTuple

import pyarrow as pa

from imggen.formats.caption import Captioner
from imggen.formats.picture import About, Picture
from imggen.geometry.instances import Box, Instance
from imggen.store.parquet import Row

IMAGE = "image"
INDEX = "index"
TEXT = "text"
OBJECTS = "objects"
METADATA = b"huggingface"  # the key of the schema that `datasets` looks for
PLAIN = (f"{IMAGE}.bytes", f"{IMAGE}.path")  # as Parquet calls them
BOX = pa.list_(pa.int64(), 4)
VALUE_BYTES = 8
OBJECT_BYTES = 96

Feature = dict[str, Any]


class Shown(NamedTuple):
    """What an image's row says besides its file."""

    path: str
    picture: Picture
    text: str
    objects: Sequence[Instance]


class Features:
    """The columns of a dataset, and the rows of images."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._captioner = None if about.labels.caption is None else Captioner(about)
        self._numbers = [
            {name: number for number, name in enumerate(names)} for _, names in about.layers
        ]
        self.schema = pa.schema(columns(about), metadata={METADATA: describe(about)})

    def row(self, picture: Picture, pieces: Sequence[bytes | memoryview]) -> Row[Shown]:
        """The row of `picture`, whose file is made of `pieces`."""
        path = self._about.within_split(picture) + self._about.suffix
        text = self._captioner.caption(picture.shown) if self._captioner else ""
        shown = Shown(path, picture, text, self._about.seen(picture))
        besides_bytes = (
            len(path.encode())
            + len(text.encode())
            + VALUE_BYTES * len(self.schema)
            + OBJECT_BYTES * len(shown.objects)
        )
        return Row(pieces, sum(map(len, pieces)), shown, besides_bytes)

    def table(self, rows: Sequence[Shown], files: pa.BinaryArray) -> pa.Table:
        """All columns of `rows`, whose images are in `files`."""
        paths = pa.array([row.path for row in rows])
        types = {field.name: field.type for field in self.schema}
        shown = zip(*(row.picture.shown for row in rows), strict=True)
        arrays = [
            pa.StructArray.from_arrays([files, paths], fields=list(types[IMAGE])),
            pa.array([row.picture.image for row in rows]),
            *(
                pa.array(map(numbers.__getitem__, names))
                for numbers, names in zip(self._numbers, shown, strict=True)
            ),
            *([pa.array([row.text for row in rows])] if self._captioner else []),
            self._objects([row.objects for row in rows], types[OBJECTS]),
        ]
        return pa.Table.from_arrays(arrays, schema=self.schema)

    def _objects(self, rows: Sequence[Sequence[Instance]], kind: pa.ListType) -> pa.ListArray:
        """The things of each row."""
        things = [thing for row in rows for thing in row]
        arrays = [
            boxes([thing.visible for thing in things]),
            pa.array(map(self._about.class_of, things), pa.int64()),
            pa.array([thing.visible_pixels for thing in things], pa.int64()),
            boxes([thing.amodal for thing in things]),
            pa.array([thing.visible_fraction for thing in things], pa.float64()),
            pa.array([thing.z for thing in things], pa.int64()),
        ]
        bounds = pa.array(accumulate(map(len, rows), initial=0), pa.int32())
        flat = pa.StructArray.from_arrays(arrays, fields=list(kind.value_type))
        return pa.ListArray.from_arrays(bounds, flat, type=kind)


def boxes(values: Sequence[Box]) -> pa.FixedSizeListArray:
    """A column of boxes."""
    flat = pa.array(chain.from_iterable(values), pa.int64())
    return pa.FixedSizeListArray.from_arrays(flat, type=BOX)


def columns(about: About) -> list[tuple[str, pa.DataType]]:
    """Name and type of each column."""
    thing = pa.struct(
        {
            "bbox": BOX,
            "category": pa.int64(),
            "area": pa.int64(),
            "amodal_bbox": BOX,
            "visible_fraction": pa.float64(),
            "z": pa.int64(),
        }
    )
    return [
        (IMAGE, pa.struct({"bytes": pa.binary(), "path": pa.string()})),
        (INDEX, pa.int64()),
        *((layer, pa.int64()) for layer, _ in about.layers),
        *([] if about.labels.caption is None else [(TEXT, pa.string())]),
        (OBJECTS, pa.list_(thing)),
    ]


def describe(about: About) -> bytes:
    """The features of these columns, as `datasets` writes them."""
    box = {"feature": value("int64"), "length": 4, "_type": "Sequence"}
    thing = {
        "bbox": box,
        "category": class_label(about.classes.names),
        "area": value("int64"),
        "amodal_bbox": box,
        "visible_fraction": value("float64"),
        "z": value("int64"),
    }
    features: dict[str, Feature | list[Feature]] = {
        IMAGE: {"_type": "Image"},
        INDEX: value("int64"),
        **{layer: class_label(names) for layer, names in about.layers},
        **({} if about.labels.caption is None else {TEXT: value("string")}),
        OBJECTS: [thing],
    }
    return json.dumps({"info": {"features": features}}).encode()


def value(dtype: str) -> Feature:
    """A plain column."""
    return {"dtype": dtype, "_type": "Value"}


def class_label(names: Sequence[str]) -> Feature:
    """A column of numbers that stand for `names`."""
    return {"names": list(names), "_type": "ClassLabel"}
