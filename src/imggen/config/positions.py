"""`x` and `y` of a random place: the positions that each image draws one of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import (
    Field,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from imggen.config.amount import WEIGHTS, Weights, check_kind, check_value_weights, check_values
from imggen.config.base import Model, with_short
from imggen.config.coordinates import Coordinate
from imggen.config.sentences import show
from imggen.errors import ConfigError

LENGTH = 'px or a share of the canvas like "50%"'
RANGE = (
    f"a whole number of {LENGTH}, or the lowest and the highest, like [200, 1720], "
    "or a table with range, values or normal"
)

CoordinateEnds = Annotated[tuple[Coordinate, Coordinate], Field(strict=False)]


class Positions(Model):
    """The positions along an axis that are drawn from, whole px or shares of the canvas.

    A `range` of whole px, or in steps; `values`, as likely as their `weights` say or all alike; or
    `normal`, a mean and a standard deviation, cut off at `range` or 3 standard deviations from the
    mean.
    """

    range: CoordinateEnds | None = Field(
        None, description=f"the lowest and the highest, {LENGTH}, like [200, 1720]"
    )
    step: Coordinate | None = Field(None, description=f"a whole number of {LENGTH}, above 0")
    values: Annotated[tuple[Coordinate, ...], Field(strict=False)] | None = Field(
        None, description=f"a list of whole numbers of {LENGTH}, like [200, 400, 800]"
    )
    weights: Weights | None = Field(None, description=WEIGHTS)
    normal: CoordinateEnds | None = Field(
        None, description=f'the mean and the standard deviation, {LENGTH}, like ["50%", 100]'
    )

    @model_validator(mode="before")
    @classmethod
    def from_short(cls, written: Any) -> Any:  # noqa: ANN401  # whatever TOML holds
        """Return a list as a range, and a single position as a range of one."""
        if isinstance(written, dict | cls):
            return written
        return {"range": written if isinstance(written, list | tuple) else (written, written)}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, table: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> JsonSchemaValue:
        """Return the JSON Schema of the table or its short form."""
        return with_short(handler, table, Coordinate | tuple[Coordinate, Coordinate])

    @model_serializer(mode="wrap")
    def write_short(self, write: SerializerFunctionWrapHandler) -> Any:  # noqa: ANN401  # likewise
        """Return a range without a step as a list."""
        plain = self.model_copy(update={"range": None}) == type(self)()
        return list(self.range) if self.range is not None and plain else write(self)

    @property
    def is_stated(self) -> bool:
        """True if its positions are those that are written, and not all whole px of a range."""
        single = self.range is not None and self.normal is None and self.range[0] == self.range[1]
        return single or self.values is not None or self.step is not None


def check_positions(called: str, positions: Positions) -> None:
    """Refuse no positions or two kinds of them, ranges the wrong way round, and no width."""
    check_kind(called, positions)
    if positions.values is not None:
        check_values(f"{called}.values", positions.values)
        check_value_weights(called, positions.values, positions.weights)
    if positions.range is not None:
        check_ends(called, positions.range)
    for key, length in (("step", positions.step), ("normal", (positions.normal or (0, 1))[1])):
        if length is not None and not is_above_0(length):
            value = show(list(positions.normal or ())) if key == "normal" else show(length)
            what = "a standard deviation above 0" if key == "normal" else "a step above 0"
            raise ConfigError(f"{called}.{key} is {value}; expected {what}.")


def check_ends(called: str, ends: Sequence[int | str]) -> None:
    """Refuse ends in px whose lowest is not first."""
    lowest, highest = ends
    if isinstance(lowest, int) and isinstance(highest, int) and lowest > highest:
        message = (
            f"{called} is [{lowest}, {highest}]; expected the lowest first. "
            f"Write [{highest}, {lowest}]."
        )
        raise ConfigError(message)


def is_above_0(length: int | str) -> bool:
    """Return True if a length is more than nothing."""
    return (length if isinstance(length, int) else float(length[:-1])) > 0
