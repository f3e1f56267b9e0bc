"""The dataset card of tar shards, which tells `datasets` the type of all that is in a sample.

Without it `datasets` guesses types from the first five samples, and then fails at the first object
if these show none. Source: Hugging Face Hub, "Dataset Cards", and `datasets`, `Features`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imggen.config import NONE
from imggen.config.plain import LABEL_FORMATS
from imggen.containers.webdataset import SHARDS
from imggen.formats.card import CONFIG_NAME, general_lines, page_lines, split_lines, whole_card
from imggen.formats.drawn import DRAWN, image_columns, object_fields, type_of
from imggen.formats.imagefolder import SPLIT_NAME, has_objects
from imggen.formats.registry import find_format
from imggen.formats.yaml import quoted
from imggen.store.files import open_atomic
from imggen.store.layout import CARD

if TYPE_CHECKING:
    from imggen.formats.info import DatasetInfo
    from imggen.formats.results import Results

Type = str | list[Any] | Mapping[str, Any]  # of a value, of lists of one type, and by key

NUMBER = 6 * "[0-9]"  # of a shard, in patterns
SEGMENTATIONS: dict[str, Type] = {
    "rle": {"size": ["int64"], "counts": "string"},
    "polygons": [["int64"]],
}
COLUMNS = (
    f'`json` holds the variant of each layer in `traits`, where "{NONE}" shows nothing, and in',
    "`objects` what is seen of each labelled sprite: its box as left, top, width and height in px.",
)


def write_card(results: Results) -> Path:
    """Write `README.md`, and return its path."""
    path = results.out / CARD
    with open_atomic(path) as file:
        file.write(shard_card(results).encode())
    return path


def shard_card(results: Results) -> str:
    """Return the whole card."""
    counts = results.counts
    return whole_card(header_lines(results), page_lines(results, counts, COLUMNS))


def header_lines(results: Results) -> Iterator[str]:
    """Yield the header, in YAML, with types if `datasets` can call the splits as they are."""
    counts = results.counts
    yield from general_lines(results, counts, with_objects=has_objects(results))
    if not all(SPLIT_NAME.fullmatch(split) for split in counts if split):
        return
    yield from split_lines(
        {
            split: f"{SHARDS}/{split}-{NUMBER}.tar" if split else f"{SHARDS}/*.tar"
            for split in counts
        }
    )
    yield "dataset_info:"
    yield f"  config_name: {CONFIG_NAME}"
    yield "  features:"
    for name, kind in sample_types(results.info).items():
        yield f"  - {feature(name, kind)}"


def sample_types(info: DatasetInfo) -> dict[str, Type]:
    """Return the types of the members of a sample, by extension, and of what readers add."""
    labels = info.labels
    split: dict[str, Type] = {"split": "string"} if info.splits else {}
    traits = {layer: "string" for layer, _ in info.layers}
    drawn: dict[str, Type] = {one.name: type_of(one.field) for one in image_columns(info)}
    own: dict[str, Type] = {DRAWN: drawn} if drawn else {}
    shown = {"index": "int64", **split, "traits": traits, **own, "objects": [object_types(info)]}
    return {
        info.suffix.removeprefix("."): "image",
        "json": shown,
        **({"txt": "string"} if labels.caption is not None else {}),
        **({"cls": "int64"} if labels.class_layer is not None else {}),
        **label_types(info.labels.formats),
        "__key__": "string",
        "__url__": "string",
    }


def label_types(formats: Collection[str]) -> dict[str, Type]:
    """Return the types of the label files of `formats`, by extension."""
    found = [find_format(name) for name in LABEL_FORMATS if name in formats]
    return {
        extension: one.sample_type
        for one in found
        if one.in_samples
        for extension in one.extensions
    }


def object_types(info: DatasetInfo) -> dict[str, Type]:
    """Return the types of one of `objects`, by key."""
    types: dict[str, Type] = {
        "id": "int64",
        "layer": "string",
        "class": "string",
        "category": "int64",
        "bbox": ["int64"],
        "amodal_bbox": ["int64"],
        "area": "int64",
        "visible_fraction": "float64",
        "z": "int64",
    }
    if any(find_format(name).segments for name in info.labels.formats):
        types["segmentation"] = SEGMENTATIONS[info.labels.segmentation]
    more: dict[str, tuple[str, Type]] = {
        "obb": ("obb", ["float64"]),
        "amodal": ("amodal_segmentation", SEGMENTATIONS[info.labels.segmentation]),
        "occlusion": ("occluded_by", ["int64"]),
        "keypoints": ("keypoints", [["float64"]]),
    }
    fields = object_fields(info)
    drawn: dict[str, Type] = {DRAWN: dict(fields)} if fields else {}
    return types | dict(more[name] for name in more if name in info.thing_details) | drawn


def feature(name: str, kind: Type) -> str:
    """Return a feature as YAML on one line."""
    return f"{{name: {quoted(name)}, {typed(kind)}}}"


def typed(kind: Type) -> str:
    """Return what a feature says of its type."""
    if isinstance(kind, str):
        return f"dtype: {kind}"
    if isinstance(kind, list):
        [item] = kind
        return f"list: {item}" if isinstance(item, str) else f"list: {listed(item)}"
    return f"struct: {listed(kind)}"


def listed(kind: Type) -> str:
    """Return the type of what is in a list, or in a struct."""
    if isinstance(kind, Mapping):
        return f"[{', '.join(feature(*one) for one in kind.items())}]"
    return f"{{{typed(kind)}}}"
