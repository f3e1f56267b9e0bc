"""The first value in which two sets of settings differ, as a sentence names it."""

from __future__ import annotations

import json
from typing import TypeGuard


def first_difference(known: object, now: object, field: str = "") -> str | None:
    """Return the first difference, like `dataset.seed was 0 and is 5`; None if there is none.

    Keys that one table lacks come last: others may be why, as a container has settings of its own.
    """
    if isinstance(known, dict) and isinstance(now, dict):
        keys = sorted({**known, **now}, key=lambda key: (key in known) + (key in now), reverse=True)
        pairs = [(join(field, key), known.get(key), now.get(key)) for key in keys]
    elif is_list_of_tables(known) and is_list_of_tables(now) and len(known) == len(now):
        pairs = [
            (join(field, called(position, item)), item, now[position])
            for position, item in enumerate(known)
        ]
    else:
        return None if known == now else f"{field} was {show(known)} and is {show(now)}"
    found = (first_difference(old, new, inner) for inner, old, new in pairs)
    return next((difference for difference in found if difference), None)


def is_list_of_tables(value: object) -> TypeGuard[list[object]]:
    """Return True for a list with tables, whose items are compared one by one."""
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def join(field: str, key: str) -> str:
    """Return the name of what is called `key` within `field`."""
    return f"{field}.{key}" if field else key


def called(position: int, item: object) -> str:
    """Return how an item of a list is called: by its name if it has one."""
    return str(item["name"] if isinstance(item, dict) and "name" in item else position)


def show(value: object) -> str:
    """Return a value as people write it."""
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)
