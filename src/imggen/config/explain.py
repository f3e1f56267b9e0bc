"""Sentences on unknown keys and on values of a wrong type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel

from imggen.config.canvas import Canvas
from imggen.config.correlations import Correlate
from imggen.config.dataset import Dataset
from imggen.config.joints import Joint
from imggen.config.keys import LIST_KEYS, call, name_of
from imggen.config.labels import Collection, Labels
from imggen.config.layer import Layer
from imggen.config.models import Config
from imggen.config.output import Output
from imggen.config.place import Place, PlaceWhen
from imggen.config.rules import Rule
from imggen.config.sentences import did_you_mean, show
from imggen.config.splits import Split
from imggen.config.vary import LIMITS, Amount, Blends, Vary
from imggen.errors import ConfigError

TABLES: dict[str, type[BaseModel]] = {
    "dataset": Dataset,
    "canvas": Canvas,
    "layer": Layer,
    "layer.place": Place,
    "layer.place_when": PlaceWhen,
    "layer.vary": Vary,
    "layer.vary.blend": Blends,
    **{f"layer.vary.{field}": Amount for field in LIMITS},
    "rule": Rule,
    "joint": Joint,
    "correlate": Correlate,
    "split": Split,
    "split.rule": Rule,
    "split.correlate": Correlate,
    "output": Output,
    "labels": Labels,
    "labels.collection": Collection,
}
OPTIONS = {  # where an option is not called as its key
    "labels.formats": "--labels",
    "output.shard_images": "--shard-images",
    "output.shard_bytes": "--shard-bytes",
}
LISTS = ("layer", "rule", "joint", "correlate", "split")  # tables in two brackets
INNER_LISTS = {"layer": ("place_when",), "split": ("rule", "correlate")}  # those within


def check_keys(values: Mapping[str, Any]) -> None:
    """Refuse keys that are not known, and tables that are none.

    Raises
    ------
    ConfigError
        Naming the nearest known key.
    """
    check_table("", values, [name for name in Config.model_fields if name != "root"])
    for name in ("dataset", "canvas", "output", "labels"):
        check_model(name, name, values.get(name, {}))
    collection = values.get("labels", {}).get("collection", {})
    check_model("labels.collection", "labels.collection", collection)
    for name in LISTS:
        check_list(name, name, values.get(name, []))
    for position, layer in enumerate(values.get("layer", [])):
        called = f"layer.{name_of(layer, position)}"
        check_model("layer.place", f"{called}.place", layer.get("place", {}))
        check_model("layer.vary", f"{called}.vary", layer.get("vary", {}))
        for field, value in layer.get("vary", {}).items():
            if isinstance(value, dict) and f"layer.vary.{field}" in TABLES:
                check_model(f"layer.vary.{field}", f"{called}.vary.{field}", value)


def check_list(table: str, called: str, tables: object) -> None:
    """Refuse what is no list of tables with keys that `table` knows."""
    if not isinstance(tables, list):
        message = (
            f"{called} is {show(tables)}; expected a list of tables. "
            f"Write [[{table}]], two brackets."
        )
        raise ConfigError(message)
    for position, one in enumerate(tables):
        own = f"{called}.{name_of(one, position)}"
        check_model(table, own, one)
        for inner in INNER_LISTS.get(table, ()):
            check_list(f"{table}.{inner}", f"{own}.{inner}", one.get(inner, []))


def check_model(table: str, called: str, values: object) -> None:
    """Refuse what is no table, or has keys that `table` does not know."""
    if not isinstance(values, dict):
        raise ConfigError(f"{called} is {show(values)}; expected a table of settings.")
    check_table(called, values, list(TABLES[table].model_fields))


def check_table(called: str, values: Iterable[str], known: Sequence[str]) -> None:
    """Refuse the keys among `values` that are not `known`."""
    prefix = f"{called}." if called else ""
    unknown = [key for key in values if key not in known]
    if not unknown:
        return
    hint = did_you_mean(unknown[0], known, expected="one of ")
    if len(unknown) == 1:
        raise ConfigError(f"{prefix}{unknown[0]} is not a known key; {hint}")
    listed = ", ".join(prefix + key for key in unknown)
    raise ConfigError(f"{listed} are not known keys; {hint}")


def explain(
    problem: Mapping[str, Any], values: Mapping[str, Any], overrides: Mapping[str, Any]
) -> str:
    """One sentence for the first of pydantic's errors on `values`."""
    field, keys, value, missing = find_field(problem["loc"], values)
    called = call(keys, values)
    key = ".".join(map(str, keys))
    if key in overrides:
        called = OPTIONS.get(key, f"--{keys[-1]}")
    if missing:
        return f"{called} is missing; expected {field}."
    hint = problem.get("ctx", {}).get("hint")
    one_of_a_list = problem["type"] == "literal_error" and isinstance(value, list | tuple)
    given = f"has {show(problem['input'])}" if one_of_a_list else f"is {show(value)}"
    return f"{called} {given}; expected {field}." + (f" {hint}" if hint else "")


def find_field(
    place: Sequence[str | int], values: Mapping[str, Any]
) -> tuple[str, list[str | int], Any, bool]:
    """What was expected at pydantic's `place`, the keys that lead there, what is there, or nothing.

    Pydantic's places go on into unions and tuples; a field is where its models end.
    """
    model: type[BaseModel] | None = Config
    value: Any = values
    expected = ""
    keys: list[str | int] = []
    for key in place:
        if isinstance(key, str) and not isinstance(value, dict):  # a table, written shorter
            break
        if isinstance(value, dict) and key not in value:
            return describe_field(model, key), [*keys, key], None, True
        if model is not None and isinstance(key, str):
            expected = describe_field(model, key)
            model = model_of(model, key)
        elif not (isinstance(value, dict) or (keys and keys[-1] in LIST_KEYS)):
            break
        value = value[key]
        keys.append(key)
    return expected, keys, value, False


def describe_field(model: type[BaseModel] | None, key: str | int) -> str:
    """What is expected of a field of `model`."""
    if model is None:
        return "a value"
    return model.model_fields[str(key)].description or "another value"


def model_of(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    """The model of the tables in a field, if it holds tables."""
    annotation = model.model_fields[key].annotation
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None
