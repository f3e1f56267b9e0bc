"""The keys of a setting, and the dotted name that errors use for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

Keys = tuple[str | int, ...]

# Keys of lists of tables. A dotted name has each table's name, or else its number from 1.
LIST_KEYS = frozenset(
    {"layer", "place_when", "vary_when", "rule", "joint", "correlate", "split", "view"}
)


def dotted_name(keys: Sequence[str | int], values: Mapping[str, Any]) -> str:
    """Return the dotted name of the setting at `keys`: `layer.object.trim`, `rule.1.when`."""
    named = []
    inner: Any = values
    for before, key in zip(["", *keys], keys, strict=False):
        inner = inner.get(key) if isinstance(inner, dict) else inner[key]
        named.append(name_of(inner, int(key)) if before in LIST_KEYS else str(key))
    return ".".join(named)


def name_of(table: object, position: int) -> str:
    """Return the name of a table in a list, or its number from 1 if it has none."""
    name = table.get("name") if isinstance(table, dict) else None
    return name if isinstance(name, str) and name.isprintable() and name else str(position + 1)


def keys_named(sentence: str, values: Mapping[str, Any]) -> Keys:
    """Return the keys of the setting whose dotted name `sentence` begins with; () if none does.

    This is the inverse of `dotted_name`.
    """
    keys: Keys = ()
    inner: Any = values
    while True:
        names = names_in(inner, keys)
        fitting = [name for name in names if re.match(rf"{re.escape(name)}(?![\w-])", sentence)]
        if not fitting:
            return keys
        name = max(fitting, key=len)
        keys, inner = (*keys, names[name]), inner[names[name]]
        if not sentence.startswith(f"{name}."):
            return keys
        sentence = sentence[len(name) + 1 :]


def names_in(table: object, keys: Keys) -> dict[str, str | int]:
    """Return the key of each setting in the table or list at `keys`, by its name."""
    if isinstance(table, dict):
        return {str(key): key for key in table}
    if isinstance(table, list | tuple) and keys[-1:] and keys[-1] in LIST_KEYS:
        return {name_of(one, position): position for position, one in enumerate(table)}
    return {}
