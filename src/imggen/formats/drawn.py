"""The values that an image draws, as the rows of shards have them: by column, and by object."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from imggen.config.plain import AXES, BLENDS

if TYPE_CHECKING:
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.planning.drawn import DrawnColumn

DRAWN = "drawn"
WHOLE = (*AXES, "flip")

Value = int | float | str | None


def image_columns(info: DatasetInfo) -> list[DrawnColumn]:
    """Return the columns of values that an image has one of: those of data.csv."""
    return [column for column in info.drawn if not column.counted]


def object_fields(info: DatasetInfo) -> dict[str, str]:
    """Return the fields that labelled layers draw, and their types."""
    slots = info.classes.depths
    return {one.field: type_of(one.field) for one in info.drawn if one.slot in slots}


def type_of(field: str) -> str:
    """Return the type of a field, as Arrow and `datasets` call it."""
    if field == "blend":
        return "string"
    return "int64" if field in WHOLE else "float64"


def value_of(field: str, value: float) -> Value:
    """Return a value as readers know it; None if there is none."""
    if math.isnan(value):
        return None
    if field == "blend":
        return BLENDS[int(value)]
    return int(value) if field in WHOLE else value


def values_of_image(info: DatasetInfo, image: ImageInfo) -> dict[str, Value]:
    """Return the values of `image_columns`, by name."""
    pairs = zip(info.drawn, image.drawn, strict=True)
    return {one.name: value_of(one.field, value) for one, value in pairs if not one.counted}


def values_of_objects(
    info: DatasetInfo, image: ImageInfo, slots: Sequence[int]
) -> list[dict[str, Value]]:
    """Return the values of `object_fields` of each object of `image`, whose slots are given."""
    fields = object_fields(info)
    own: dict[int, dict[str, Value]] = {slot: dict.fromkeys(fields) for slot in slots}
    for one, value in zip(info.drawn, image.drawn, strict=True):
        if one.slot in own:
            own[one.slot][one.field] = value_of(one.field, value)
    return [own[slot] for slot in slots]
