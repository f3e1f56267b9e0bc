"""Checks of names: safe in paths and tables, distinct, and of existing layers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from imggen.config.sentences import did_you_mean, show
from imggen.errors import ConfigError

LONGEST_NAME = 64
# Matching names are safe in paths, CSV headers and spreadsheets, and as fields of image_name.
SAFE_NAME = re.compile(rf"(?=[^\W\d])[\w -]{{0,{LONGEST_NAME - 1}}}[\w-]")
SAFE_NAME_WORDS = (
    f"expected at most {LONGEST_NAME} letters, digits, spaces, _ and -, starting with a letter."
)


def take_name(taken: dict[str, str], called: str, name: str, owner: str) -> None:
    """Add the column `name` of `owner` to `taken`; refuse it if another owner has it already."""
    if fold(name) in taken:
        message = (
            f'{called} is "{name}", which {taken[fold(name)]} also has '
            "(case is ignored); rename one."
        )
        raise ConfigError(message)
    taken[fold(name)] = owner


def check_safe(called: str, name: str) -> None:
    """Refuse a name that is unsafe in paths or CSV headers."""
    if not SAFE_NAME.fullmatch(name):
        raise ConfigError(f"{called} is {show(name)}; {SAFE_NAME_WORDS}")


def fold(name: str) -> str:
    """Return `name` in a form that ignores case and Unicode composition."""
    return unicodedata.normalize("NFKC", name).casefold()


def check_layer(called: str, layer: str, layers: Sequence[str]) -> None:
    """Refuse a layer that does not exist."""
    if layer not in layers:
        hint = did_you_mean(layer, layers, expected="one of ")
        raise ConfigError(f'{called} names "{layer}", which is no layer; {hint}')


def check_layers(
    called: str, tables: Mapping[str, Collection[object]], layers: Sequence[str]
) -> None:
    """Refuse a table that is empty, names an unknown layer, or gives no variants for a layer."""
    if not tables:
        raise ConfigError(f"{called} is empty; expected at least one layer.")
    for layer, variants in tables.items():
        check_layer(called, layer, layers)
        if not variants:
            raise ConfigError(f"{called}.{layer} is empty; expected at least one variant.")


def check_different(called: str, layers: Sequence[str]) -> None:
    """Refuse a pair that names the same layer twice."""
    if layers[0] == layers[1]:
        message = f'{called} names "{layers[0]}" twice; expected two different layers.'
        raise ConfigError(message)
