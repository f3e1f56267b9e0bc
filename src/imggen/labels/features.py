"""Images and labels as the rows of a table, with the schema that `datasets` reads as features.

Only runs that write Parquet load this module, and pyarrow with it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from imggen.labels.formats.caption import Captioner
from imggen.labels.picture import About, Picture
from imggen.labels.shapes.geometry import Instance
from imggen.store.parquet import Row

IMAGE = "image"
INDEX = "index"
TEXT = "text"
OBJECTS = "objects"
METADATA = b"huggingface"  # the key of the schema that `datasets` looks for
PLAIN = (f"{IMAGE}.bytes", f"{IMAGE}.path")
VALUE_BYTES = 8
OBJECT_BYTES = 96

Feature = dict[str, Any]


class Features:
    """The columns of a dataset, and the row of an image."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._captioner = None if about.labels.caption is None else Captioner(about)
        self._numbers = [
            (layer, {name: number for number, name in enumerate(names)})
            for layer, names in about.layers
        ]
        self.schema = pa.schema(columns(about), metadata={METADATA: describe(about)})

    def row(self, picture: Picture, pieces: Sequence[bytes | memoryview]) -> Row:
        """The row of `picture`, whose file is made of `pieces`."""
        file = b"".join(pieces)
        objects = [self._object(instance) for instance in self._about.seen(picture)]
        path = self._about.within_split(picture) + self._about.suffix
        values: dict[str, Any] = {IMAGE: {"bytes": file, "path": path}, INDEX: picture.image}
        for (layer, numbers), shown in zip(self._numbers, picture.shown, strict=True):
            values[layer] = numbers[shown]
        text = self._captioner.caption(picture.shown) if self._captioner else ""
        values |= {TEXT: text} if self._captioner else {}
        values[OBJECTS] = objects
        besides = (
            len(path.encode())
            + len(text.encode())
            + VALUE_BYTES * len(values)
            + OBJECT_BYTES * len(objects)
        )
        return Row(values, len(file) + besides)

    def _object(self, instance: Instance) -> dict[str, Any]:
        return {
            "bbox": instance.visible,
            "category": self._about.class_of(instance),
            "area": instance.visible_pixels,
            "amodal_bbox": instance.amodal,
            "visible_fraction": instance.visible_fraction,
            "z": instance.z,
        }


def columns(about: About) -> list[tuple[str, pa.DataType]]:
    """Name and type of each column."""
    box = pa.list_(pa.int64(), 4)
    thing = pa.struct(
        {
            "bbox": box,
            "category": pa.int64(),
            "area": pa.int64(),
            "amodal_bbox": box,
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
