"""Pydantic's errors in plain words: which setting, its value, what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from imggen.config.keys import LIST_KEYS, Keys, call
from imggen.config.problems import Problem
from imggen.config.sentences import did_you_mean, nearest, show

Place = tuple[str | int, ...]  # as pydantic has it: keys, and its own marks behind them


class Field(NamedTuple):
    """A setting: the keys that lead to it, its value, and what is expected of it.

    `model` is that of the table, or of the tables in the list, if it is one.
    """

    keys: Keys
    value: Any
    expected: str | None
    model: type[BaseModel] | None


def explain(
    error: ValidationError, model: type[BaseModel], values: Mapping[str, Any]
) -> list[Problem]:
    """Return the problems that `error`, raised by `model` for `values`, is about."""
    errors = error.errors(include_url=False)
    misspelt = {one["loc"][:-1] for one in errors if one["type"] == "extra_forbidden"}
    said: dict[tuple[Keys, str], Problem] = {}
    for one in errors:
        place, kind = one["loc"], one["type"]
        table, field = (find_field(part, model, values) for part in (place[:-1], place))
        in_table = table.keys == place[:-1] and isinstance(table.value, dict)
        if kind == "extra_forbidden":
            problem = explain_unknown(place, table, values)
        elif kind != "missing" or not in_table:
            problem = explain_value(one, field, values)
        elif place[:-1] in misspelt:  # an unknown key is most likely the missing one
            continue
        else:
            problem = explain_missing(place, table, values)
        # A value that fits none of several types has an error for each: the first is enough.
        item = show(one["input"]) if is_item(one, field) else ""
        said.setdefault((problem.keys, item), problem)
    return list(said.values())


def explain_unknown(place: Place, table: Field, values: Mapping[str, Any]) -> Problem:
    """Return the problem of a key that `table` does not know."""
    known = list(fields_of(table.model))
    name = str(place[-1])
    hint = did_you_mean(name, known, expected="one of ")
    meant = nearest(name, known) or name
    return Problem(place, f"{call(place, values)} is not a known key; {hint}", (*table.keys, meant))


def explain_missing(place: Place, table: Field, values: Mapping[str, Any]) -> Problem:
    """Return the problem of a key that `table` lacks."""
    expected = describe(table.model, str(place[-1]))
    called = ".".join(filter(None, [call(table.keys, values), str(place[-1])]))
    return Problem(place, f"{called} is missing; expected {expected}.", place)


def explain_value(error: Mapping[str, Any], field: Field, values: Mapping[str, Any]) -> Problem:
    """Return the problem of a value that is not as expected."""
    called = call(field.keys, values)
    hint = error.get("ctx", {}).get("hint")
    has = f"has {show(error['input'])}" if is_item(error, field) else f"is {show(field.value)}"
    sentence = f"{called} {has}; expected {expected_of(field)}." + (f" {hint}" if hint else "")
    return Problem(field.keys, sentence, field.keys)


def is_item(error: Mapping[str, Any], field: Field) -> bool:
    """Return True if `error` is about one name in the list that is the value of `field`."""
    is_list = isinstance(field.value, list | tuple)
    return is_list and error["type"] == "literal_error" and error["input"] != field.value


def expected_of(field: Field) -> str:
    """Return what is expected of `field`."""
    if field.keys[-1] in LIST_KEYS:
        table = ".".join(str(key) for key in field.keys if isinstance(key, str))
        return f"a list of tables. Write [[{table}]], two brackets"
    if field.model is not None and isinstance(field.keys[-1], int):
        return "a table of settings"
    return field.expected or "a table of settings"


def find_field(place: Sequence[str | int], model: type[BaseModel], values: Any) -> Field:  # noqa: ANN401
    """Return the innermost setting on the way to `place`, behind which pydantic adds marks."""
    field = Field((), values, None, model)
    for key in place:
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
    """Return what is expected of a field of `model`; None if it is a table of settings."""
    known = fields_of(model)
    return known[key].description if key in known else None


def model_of(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    """Return the model of the tables in a field, if it holds tables."""
    known = fields_of(model)
    return next(models_in(known[key].annotation), None) if key in known else None


def fields_of(model: type[BaseModel] | None) -> dict[str, FieldInfo]:
    """Return the fields of `model` by their keys."""
    fields = model.model_fields if model is not None else {}
    return {field.alias or name: field for name, field in fields.items()}


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401  # any type there is
    """Yield the models among a type and its arguments."""
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part
