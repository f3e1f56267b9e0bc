"""Translation of pydantic's errors into sentences: the setting, its value, what was expected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from imggen.config.keys import LIST_KEYS, Keys, dotted_name
from imggen.config.problems import Problem
from imggen.config.sentences import did_you_mean, nearest, show

CHOICE = re.compile("'([^']*)'")  # in pydantic's list of what a literal may be
Location = tuple[str | int, ...]  # pydantic's "loc": keys, followed by marks of its own


class Field(NamedTuple):
    """A setting: its keys, its value, and a description of the expected value.

    `model` is the model of a table, or of the tables in a list; None for other settings.
    """

    keys: Keys
    value: Any
    expected: str | None
    model: type[BaseModel] | None


def explain(
    error: ValidationError, model: type[BaseModel], values: Mapping[str, Any]
) -> list[Problem]:
    """Return the problems in `error`, which `model` raised for `values`."""
    errors = error.errors(include_url=False)
    misspelt = {one["loc"][:-1] for one in errors if one["type"] == "extra_forbidden"}
    problems: dict[tuple[Keys, str], Problem] = {}
    for one in errors:
        location, kind = one["loc"], one["type"]
        table, field = (find_field(keys, model, values) for keys in (location[:-1], location))
        in_table = table.keys == location[:-1] and isinstance(table.value, dict)
        if kind == "extra_forbidden":
            problem = explain_unknown(location, table, values)
        elif kind != "missing" or not in_table:
            problem = explain_value(one, field, values)
        elif location[:-1] in misspelt:  # an unknown key is most likely the missing one
            continue
        else:
            problem = explain_missing(location, table, values)
        # A value that fits none of several types has an error for each: the first is enough.
        item = show(one["input"]) if is_item(one, field) else ""
        problems.setdefault((problem.keys, item), problem)
    return list(problems.values())


def explain_unknown(location: Location, table: Field, values: Mapping[str, Any]) -> Problem:
    """Return the problem of an unknown key in `table`."""
    known = list(fields_of(table.model))
    name = str(location[-1])
    hint = did_you_mean(name, known, expected="one of ")
    meant = nearest(name, known) or name
    sentence = f"{dotted_name(location, values)} is not a known key; {hint}"
    return Problem(location, sentence, (*table.keys, meant))


def explain_missing(location: Location, table: Field, values: Mapping[str, Any]) -> Problem:
    """Return the problem of a required key that `table` lacks."""
    expected = describe(table.model, str(location[-1]))
    called = ".".join(filter(None, [dotted_name(table.keys, values), str(location[-1])]))
    return Problem(location, f"{called} is missing; expected {expected}.", location)


def explain_value(error: Mapping[str, Any], field: Field, values: Mapping[str, Any]) -> Problem:
    """Return the problem of a wrong value."""
    called = dotted_name(field.keys, values)
    hint = error.get("ctx", {}).get("hint") or meant_choice(error)
    has = f"has {show(error['input'])}" if is_item(error, field) else f"is {show(field.value)}"
    sentence = f"{called} {has}; expected {expected_of(error, field)}."
    return Problem(field.keys, f"{sentence} {hint}" if hint else sentence, field.keys)


def meant_choice(error: Mapping[str, Any]) -> str | None:
    """Return a hint at the choice that a wrong value most likely misspells; None if none is."""
    if error["type"] != "literal_error" or not isinstance(error["input"], str):
        return None
    meant = nearest(error["input"], CHOICE.findall(error["ctx"]["expected"]))
    return None if meant is None else f"Did you mean {show(meant)}?"


def is_item(error: Mapping[str, Any], field: Field) -> bool:
    """Return True if `error` is about one item of the list in `field`."""
    is_list = isinstance(field.value, list | tuple)
    return is_list and error["type"] == "literal_error" and error["input"] != field.value


def expected_of(error: Mapping[str, Any], field: Field) -> str:
    """Return a description of the value expected in `field`, which is why `error` was raised."""
    if error["type"] == "less_than_equal" and (field.expected or "").endswith("or more"):
        return f"at most {error['ctx']['le']:,}"
    if field.keys[-1] in LIST_KEYS:
        table = ".".join(str(key) for key in field.keys if isinstance(key, str))
        return f"a list of tables. Write [[{table}]], two brackets"
    if field.model is not None and isinstance(field.keys[-1], int):
        return "a table of settings"
    return field.expected or "a table of settings"


def find_field(location: Location, model: type[BaseModel], values: object) -> Field:
    """Return the innermost existing setting on the way to `location`."""
    field = Field((), values, None, model)
    for key in location:
        in_list = isinstance(field.value, list | tuple) and field.keys[-1] in LIST_KEYS
        if not (in_list or (isinstance(field.value, dict) and key in field.value)):
            break
        expected, inner = field.expected, field.model
        if inner is not None and not in_list:
            expected = describe(inner, str(key))
            inner = model_of(inner, str(key))
        field = Field((*field.keys, key), field.value[key], expected, inner)
    return field


def describe(model: type[BaseModel] | None, key: str) -> str | None:
    """Return the description of the field `key` of `model`; None if it has none, like a table."""
    known = fields_of(model)
    return known[key].description if key in known else None


def model_of(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    """Return the model of the table or tables in a field; None for other fields."""
    known = fields_of(model)
    return next(models_in(known[key].annotation), None) if key in known else None


def fields_of(model: type[BaseModel] | None) -> dict[str, FieldInfo]:
    """Return the fields of `model` by their keys."""
    fields = model.model_fields if model is not None else {}
    return {field.alias or name: field for name, field in fields.items()}


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401  # any type there is
    """Yield the models among a type and its type arguments."""
    for one in (annotation, *get_args(annotation)):
        if isinstance(one, type) and issubclass(one, BaseModel):
            yield one
