"""One spelling of each name: Unicode's composed form, NFC.

A Mac gives file names decomposed (NFD), editors write them composed. Both look the same, and mean
the same here.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from imggen.config.keys import Keys, call
from imggen.config.sentences import show
from imggen.errors import ConfigError


def composed(name: str) -> str:
    """Return `name` in NFC."""
    return unicodedata.normalize("NFC", name)


def composed_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings `values` with all names and texts in NFC.

    Folders of layers stay as they are written: `find_path` finds them in either form.

    Raises
    ------
    ConfigError
        If two keys of a table are one then.
    """

    def compose(value: Any, keys: Keys) -> Any:  # noqa: ANN401  # whatever TOML holds
        if isinstance(value, str):
            is_folder = len(keys) == 3 and (keys[0], keys[2]) == ("layer", "folder")
            return value if is_folder else composed(value)
        if isinstance(value, list | tuple):
            return type(value)(compose(one, (*keys, k)) for k, one in enumerate(value))
        return compose_table(value, keys) if isinstance(value, Mapping) else value

    def compose_table(table: Mapping[Any, Any], keys: Keys) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key, value in table.items():
            name = composed(key) if isinstance(key, str) else key
            if name in result:
                message = (
                    f"{call(keys, values)} names {show(name)} twice, in two Unicode forms (NFC "
                    "and NFD) that look the same; expected it once. Remove one."
                )
                raise ConfigError(message)
            result[name] = compose(value, (*keys, key))
        return result

    return compose_table(values, ())


def find_path(path: Path) -> Path:
    """Return `path` or, if it does not exist, the one that does in another Unicode form."""
    if os.path.exists(path) or path.parent == path:  # noqa: PTH110  # Path.exists may raise
        return path
    parent, name = find_path(path.parent), composed(path.name)
    try:
        twins = sorted(other for other in parent.iterdir() if composed(other.name) == name)
    except OSError:
        return path
    return twins[0] if twins else path
