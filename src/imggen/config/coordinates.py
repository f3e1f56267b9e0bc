"""Coordinates: whole numbers of px, or shares of the canvas like "50%"."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

FARTHEST = 1_000_000  # px
PERCENT = r"^-?[0-9]{1,4}(\.[0-9]{1,6})?%$"
NEARLY_PERCENT = r"^-?[0-9]*\.?[0-9]*%$"


def check_coordinate(value: object) -> object:
    """Refuse a value that is almost a coordinate, with a hint on how to correct it."""
    hint = hint_at(value)
    if hint:
        raise PydanticCustomError("coordinate", "{hint}", {"hint": hint})
    return value


def hint_at(value: object) -> str:
    """Return a hint on how to correct an almost valid coordinate; "" for any other value."""
    if isinstance(value, int):
        return f"The limit is {FARTHEST:,} px." if abs(value) > FARTHEST else ""
    if not isinstance(value, str) or re.match(PERCENT, value):
        return ""
    tight = "".join(value.split())
    if re.match(PERCENT, tight):
        return f'Write "{tight}", without a space.'
    if re.match(NEARLY_PERCENT, tight):
        return 'A share has up to 4 digits and 6 decimals, like "12.5%".'
    return ""


Pixels = int
ShareOfCanvas = Annotated[str, Field(pattern=PERCENT)]
Coordinate = Annotated[
    Pixels | ShareOfCanvas,
    BeforeValidator(check_coordinate, json_schema_input_type=Pixels | ShareOfCanvas),
]
