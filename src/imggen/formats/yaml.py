"""Texts in files of YAML."""

from __future__ import annotations

import json


def quoted(text: str) -> str:
    """Return `text` as a double-quoted scalar of YAML 1.2, 7.3.1: JSON, with more escapes.

    Empty names, and ones like `no` or `007`, would else be read as something other than text.
    """
    return "".join(
        character if character.isprintable() else f"\\U{ord(character):08x}"
        for character in json.dumps(text, ensure_ascii=False)
    )
