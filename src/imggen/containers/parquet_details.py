"""The details of objects in Parquet: types, features and arrays of `labels.fields`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from imggen.formats.thing_fields import covered_by, rounded
from imggen.geometry.rle import rle_counts, rle_string

if TYPE_CHECKING:
    from imggen.formats.details import Details
    from imggen.formats.info import DatasetInfo, ImageInfo

CORNERS = 8  # numbers
VALUES = 3  # of a keypoint
VALUE_BYTES = 8
MASK = pa.struct({"size": pa.list_(pa.int64(), 2), "counts": pa.string()})
NAMES = {
    "obb": "obb",
    "amodal": "amodal_segmentation",
    "occlusion": "occluded_by",
    "keypoints": "keypoints",
}


def wanted(info: DatasetInfo) -> list[str]:
    """Return the details that objects have, in order."""
    return [name for name in NAMES if name in info.thing_details]


def detail_fields(info: DatasetInfo) -> dict[str, pa.DataType]:
    """Return name and type of each added value of an object."""
    types = {
        "obb": pa.list_(pa.float64(), CORNERS),
        "amodal": MASK,
        "occlusion": pa.list_(pa.int64()),
        "keypoints": pa.list_(pa.list_(pa.float64(), VALUES), max(len(info.keypoints.names), 1)),
    }
    return {NAMES[name]: types[name] for name in wanted(info)}


def detail_features(info: DatasetInfo) -> dict[str, Any]:
    """Return the features of these values, as `datasets` writes them."""
    number, whole = ({"dtype": dtype, "_type": "Value"} for dtype in ("float64", "int64"))
    point = listed(number, VALUES)
    features = {
        "obb": listed(number, CORNERS),
        "amodal": {"size": listed(whole, 2), "counts": {"dtype": "string", "_type": "Value"}},
        "occlusion": listed(whole),
        "keypoints": listed(point, len(info.keypoints.names)),
    }
    return {NAMES[name]: features[name] for name in wanted(info)}


def listed(feature: dict[str, Any], length: int = -1) -> dict[str, Any]:
    """Return the feature of a list, of any length if `length` is -1."""
    return {"feature": feature, "length": length, "_type": "Sequence"}


def detail_arrays(info: DatasetInfo, images: Sequence[ImageInfo]) -> list[pa.Array]:
    """Return the added values of the objects of `images`, one behind the other."""
    details = [image.details for image in images if image.details is not None]
    types = detail_fields(info)
    return [
        pa.array(list(chain.from_iterable(values_of(info, one, name) for one in details)),
                 types[NAMES[name]])
        for name in wanted(info)
    ]  # fmt: skip


def values_of(info: DatasetInfo, details: Details, name: str) -> list[Any]:
    """Return one value for each object of an image."""
    if name == "obb":
        return rounded(details.oriented_boxes.reshape(-1, CORNERS))
    if name == "keypoints":
        return rounded(details.keypoints)
    if name == "occlusion":
        return covered_by(details)
    width, height = info.size
    return [
        {"size": [height, width], "counts": rle_string(rle_counts(mask, info.size)).decode()}
        for mask in details.amodal_masks
    ]


def detail_bytes(info: DatasetInfo, image: ImageInfo) -> int:
    """Return about how many bytes the added values of the objects of an image take."""
    if image.details is None:
        return 0
    size = 0
    for name in wanted(info):
        for value in values_of(info, image.details, name):
            size += len(value["counts"]) if name == "amodal" else VALUE_BYTES * len(value)
    return size
