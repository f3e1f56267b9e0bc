"""The columns of Parquet shards as fields of Croissant: see imggen/formats/croissant.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from imggen.config.image_name import SPLIT
from imggen.containers.parquet import DATA
from imggen.containers.parquet_rows import IMAGE, INDEX, OBJECTS, TEXT
from imggen.formats.croissant import FILE_NAME, field, identifier
from imggen.formats.drawn import image_columns, type_of

if TYPE_CHECKING:
    from imggen.formats.info import DatasetInfo

Json = dict[str, Any]

KINDS = {"int64": "sc:Integer", "float64": "sc:Float", "string": "sc:Text"}
BOX = {"isArray": True, "arrayShape": "4"}
OF_OBJECTS: dict[str, tuple[str, str, Json]] = {
    "id": ("sc:Integer", "Its number within the image, from 0.", {}),
    "bbox": ("sc:Integer", "The box of what is seen: left, top, width and height, px.", BOX),
    "category": ("sc:Integer", "The number of one of classes.", {}),
    "area": ("sc:Integer", "The pixels that are seen.", {}),
    "amodal_bbox": ("sc:Integer", "The box of the whole sprite.", BOX),
    "visible_fraction": ("sc:Float", "The part of its pixels that is seen.", {}),
    "z": ("sc:Integer", "Its depth, from the back.", {}),
}


def fields_of(info: DatasetInfo) -> Iterator[Json]:
    """Yield a field for each column, and one for the split that the name of a shard has."""
    size = f"{info.size[0]}x{info.size[1]} px"
    yield field(IMAGE, "sc:ImageObject", size, {"source": column(IMAGE, "bytes")})
    named = {"source": column(IMAGE, "path")}
    yield field(FILE_NAME, "sc:Text", "The name of the image within its split.", named)
    yield field(INDEX, "sc:Integer", "The image's number, from 0.", {"source": column(INDEX)})
    if info.splits:
        name: Json = {"fileSet": {"@id": DATA}, "extract": {"fileProperty": "filename"}}
        within = {"transform": {"regex": r"(.*)-\d{5}-of-\d{5}\.parquet"}}
        yield field(SPLIT, "sc:Text", "One of splits.", {"source": name | within})
    for layer, _ in info.layers:
        text = f"The number of one of variants of {layer}."
        yield field(layer, "sc:Integer", text, {"source": column(layer)})
    for one in image_columns(info):
        text = "A value that each image draws; none where the layer shows nothing."
        yield field(one.name, KINDS[type_of(one.field)], text, {"source": column(one.name)})
    if info.labels.caption is not None:
        yield field(TEXT, "sc:Text", "The caption.", {"source": column(TEXT)})
    yield {
        "@type": "cr:Field",
        "@id": identifier("images", OBJECTS),
        "name": OBJECTS,
        "description": "What is seen of each labelled sprite.",
        "isArray": True,
        "arrayShape": "-1",
        "subField": [
            field(name, kind, text, {**more, "source": column(OBJECTS, name)}, f"images/{OBJECTS}")
            for name, (kind, text, more) in OF_OBJECTS.items()
        ],
    }


def column(name: str, key: str = "") -> Json:
    """Return a column of the shards, or what it has by `key`, as a source."""
    source: Json = {"fileSet": {"@id": DATA}, "extract": {"column": name}}
    return {**source, "transform": {"jsonPath": key}} if key else source
