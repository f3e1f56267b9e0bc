"""The JSON Schema of the configuration, by which editors complete and check the TOML file."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from imggen.config.models import Config


def config_schema() -> dict[str, Any]:
    """Return the JSON Schema of a TOML file, as a dictionary.

    Descriptions are what errors say was expected. What only a whole configuration shows, like a
    sum of probabilities or the name of a layer that does not exist, is left to `load_config`.
    Source: JSON Schema, draft 2020-12.
    """
    schema = Config.model_json_schema(schema_generator=TomlSchema)
    return {"$schema": TomlSchema.schema_dialect, **schema, "title": "imggen"}


class TomlSchema(GenerateJsonSchema):
    """JSON Schemas of TOML, which has no null, without the titles that repeat each key."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Return the schema of the value that may also be left out."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Return the schema of a value that has a default; those of tables are in their own."""
        described = super().default_schema(schema)
        if isinstance(described.get("default"), dict | None):
            del described["default"]
        return described

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002  # the base's
        """Return False."""
        return False
