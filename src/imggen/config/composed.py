"""Unicode normalisation: all names are compared in the composed form, NFC.

A Mac returns file names decomposed (NFD), while editors write them composed. Both look the same,
and imggen treats them as equal.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from imggen.config.keys import Keys, dotted_name
from imggen.config.sentences import show
from imggen.errors import ConfigError


def composed(name: str) -> str:
    """Return `name` in NFC."""
    return unicodedata.normalize("NFC", name)


def composed_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings `values` with all names and texts in NFC.

    Folders of layers are not changed, because `find_path` finds them in either form.

    Raises
    ------
    ConfigError
        If two keys of a table have the same NFC form.
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
                    f"{dotted_name(keys, values)} names {show(name)} twice, in two Unicode forms "
                    "(NFC and NFD) that look the same; expected it once. Remove one."
                )
                raise ConfigError(message)
            result[name] = compose(value, (*keys, key))
        return result

    return compose_table(values, ())


def find_path(path: Path) -> Path:
    """Return `path` or, if it does not exist, an existing path that equals it in NFC."""
    if os.path.exists(path) or path.parent == path:  # noqa: PTH110  # Path.exists may raise
        return path
    parent, name = find_path(path.parent), composed(path.name)
    try:
        twins = sorted(other for other in parent.iterdir() if composed(other.name) == name)
    except OSError:
        return path
    return twins[0] if twins else path
