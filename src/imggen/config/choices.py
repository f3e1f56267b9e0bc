"""Choices of the configuration, which may be written in any case."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pydantic import BaseModel, ValidationError

from imggen.config.explain import CHOICE, find_field
from imggen.config.keys import Keys


def with_choices(
    error: ValidationError, model: type[BaseModel], values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a copy of `values` in which the choices that `error` refuses have the right case."""
    corrected = deepcopy(dict(values))
    for one in error.errors(include_url=False):
        choice = same_choice(one) if one["type"] == "literal_error" else None
        field = find_field(one["loc"], model, values)
        if choice is not None and field.keys:
            replace_choice(corrected, field.keys, one["input"], choice)
    return corrected


def same_choice(error: Mapping[str, Any]) -> str | None:
    """Return the choice that differs from the input of `error` in case only; None if none does."""
    wanted = str(error["input"]).casefold()
    choices = CHOICE.findall(error["ctx"]["expected"])
    return next((choice for choice in choices if choice.casefold() == wanted), None)


def replace_choice(values: dict[str, Any], keys: Keys, wrong: str, choice: str) -> None:
    """Put `choice` in place of `wrong`, which is the value at `keys` or an item of it."""
    *outer, last = keys
    table: Any = values
    for key in outer:
        table = table[key]
    if isinstance(table[last], list | tuple):
        table[last] = [choice if item == wrong else item for item in table[last]]
    elif table[last] == wrong:
        table[last] = choice
