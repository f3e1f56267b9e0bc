"""The keys that lead to a setting, and the name that people know it by."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

Keys = tuple[str | int, ...]

# Keys of lists of tables; each table is called by its name or its number from 1.
LIST_KEYS = frozenset({"layer", "place_when", "rule", "joint", "correlate", "split"})


def call(keys: Sequence[str | int], values: Mapping[str, Any]) -> str:
    """Return `keys` as one name: `layer.object.trim`, `rule.1.when`."""
    named = []
    inner: Any = values
    for before, key in zip(["", *keys], keys, strict=False):
        inner = inner.get(key) if isinstance(inner, dict) else inner[key]
        named.append(name_of(inner, int(key)) if before in LIST_KEYS else str(key))
    return ".".join(named)


def name_of(table: object, position: int) -> str:
    """Return how a table of a list is called: by its name if it has one, else its number."""
    name = table.get("name") if isinstance(table, dict) else None
    return name if isinstance(name, str) and name.isprintable() and name else str(position + 1)


def keys_named(sentence: str, values: Mapping[str, Any]) -> Keys:
    """Return the keys of the setting whose name `sentence` begins with, as far as there are any.

    It is the reverse of `call`.
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
    """Return the key of each setting or table in `table`, which is at `keys`, by its name."""
    if isinstance(table, dict):
        return {str(key): key for key in table}
    if isinstance(table, list | tuple) and keys[-1:] and keys[-1] in LIST_KEYS:
        return {name_of(one, position): position for position, one in enumerate(table)}
    return {}
