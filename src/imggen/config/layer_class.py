"""`class`, `classes_from` and `threshold` of a layer: what labels call its sprites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from imggen.config.sentences import show
from imggen.errors import ConfigError

if TYPE_CHECKING:
    from imggen.config.layer import Layer

ClassName = Annotated[str, Field(min_length=1)]
# A class for all variants, one for each by name or pattern; false: not labelled.
Class = ClassName | Literal[False] | dict[str, ClassName | Literal[False]]
ClassesFrom = Literal["variant", "group", "layer"]

CLASS = (
    "the name of a class, false for none, or one of them by variant, "
    'like { "red*" = "cardinal", fence = false }'
)
CLASSES_FROM = '"variant", "group" or "layer"'


def check_class(layer: Layer) -> None:
    """Refuse two ways to name the classes of a layer, and names that no label file could hold."""
    called = f"layer.{layer.name}"
    given = layer.own_class
    if given is not None and layer.classes_from is not None:
        message = (
            f"{called} has both class and classes_from, which says where the name of its class "
            "comes from; expected one of them."
        )
        raise ConfigError(message)
    if isinstance(given, dict) and not given:
        raise ConfigError(f"{called}.class is empty; expected {CLASS}.")
    for name in given.values() if isinstance(given, dict) else (given,):
        if isinstance(name, str) and (not name.isprintable() or name != name.strip()):
            message = (
                f"{called}.class is {show(name)}; expected a name of letters that can be printed, "
                "without spaces around it."
            )
            raise ConfigError(message)
