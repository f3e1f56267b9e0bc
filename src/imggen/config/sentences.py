"""Phrases that error messages share."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence

LONGEST_VALUE = 60  # characters
SYNONYMS = {"jpg": "jpeg"}  # what a known name is called, too


def did_you_mean(name: str, known: Sequence[str], expected: str) -> str:
    """Return the end of a sentence about the unknown `name`: the nearest of `known`, or all."""
    meant = nearest(name, known)
    if meant is not None:
        return f'did you mean "{meant}"?'
    return f"expected {expected}{', '.join(known)}."


def nearest(name: str, known: Sequence[str]) -> str | None:
    """Return the name in `known` that `name` most likely misspells; None if none is close."""
    lowered = {other.casefold(): other for other in known}
    lowered |= {other: name for other, name in SYNONYMS.items() if name in known}
    matches = difflib.get_close_matches(name.casefold(), lowered, n=1)
    return lowered[matches[0]] if matches else None


def show(value: object) -> str:
    """Return a value as in TOML, cut off if it is long."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, float):
        return repr(value)
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 4] + " ..."


def show_traits(traits: Mapping[str, Sequence[str]]) -> str:
    """Return layers and variants as in TOML: `{ sky = "day", hat = ["cap", "none"] }`."""
    pairs = (f"{k} = {show(v[0] if len(v) == 1 else list(v))}" for k, v in traits.items())
    return f"{{ {', '.join(pairs)} }}"


def lower_first(text: str) -> str:
    """Return `text` with its first letter in lower case, to continue a sentence."""
    return text[:1].lower() + text[1:]


def counted(count: int, what: str) -> str:
    """Return `count` and the noun `what`, in the plural if need be: "1 worker", "2 workers"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
