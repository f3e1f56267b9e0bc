"""The base of all configuration models, and the types that several of them use."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Annotated, Any, Self, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    model_serializer,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=1e15)]
# A list of names or patterns; a single one may be given without a list.
Names = Annotated[
    tuple[str, ...],
    Field(strict=False),
    BeforeValidator(
        lambda value: (value,) if isinstance(value, str) else value,
        json_schema_input_type=str | tuple[str, ...],
    ),
]
Shown = dict[str, Names]  # by layer
Tables = dict[str, dict[str, Share]]  # by a name, then by variant
WeightTables = dict[str, dict[str, Weight]]


class Model(BaseModel):
    """The base of all configuration models: frozen, strict about types, without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    def plain(self) -> Self:
        """Return an object with the same values as attributes, and nothing else.

        It pickles without the models, which workers do without.
        """
        values = {name: one.plain() if isinstance(one, Model) else one for name, one in self}
        return cast("Self", SimpleNamespace(**values))


def with_short(handler: GetJsonSchemaHandler, table: CoreSchema, short: Any) -> JsonSchemaValue:  # noqa: ANN401  # any type
    """Return the JSON Schema of a `table`, or of its `short` form: any type that pydantic knows."""
    return {"anyOf": [TypeAdapter(short).json_schema(), handler(table)]}


class SpecialCase(Model):
    """Settings that take the place of others in some images: only those that are given count."""

    @model_serializer(mode="wrap")
    def write_given(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Return the values of the keys that were given."""
        return {key: value for key, value in write(self).items() if key in self.model_fields_set}
