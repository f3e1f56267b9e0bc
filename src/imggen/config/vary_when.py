"""`[[layer.vary_when]]`: other variations, by what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from imggen.config.base import Shown
from imggen.config.names import check_layers
from imggen.config.plain import FIELDS, NEUTRAL
from imggen.config.vary import Vary, check_vary
from imggen.errors import ConfigError


class VaryWhen(Vary):
    """A variation for the images that show certain variants, of any layers and of the layer itself.

    Keys that are not given are those of the layer's `vary`, so only given keys are written.
    """

    when: Shown = Field(description='variants of layers, like { object = "seven" }')

    @model_serializer(mode="wrap")
    def write_given(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Return the values of the keys that were given."""
        return {key: value for key, value in write(self).items() if key in self.model_fields_set}

    def over(self, vary: Vary) -> Vary:
        """Return `vary` with the keys given here in place of its own."""
        given = self.model_fields_set - {"when"}
        return vary.model_copy(update={key: getattr(self, key) for key in given})


@dataclass(frozen=True)
class Variation:
    """All variations of a layer: its own, and those of `vary_when`, completed."""

    own: Vary
    special: tuple[Vary, ...] = ()

    def __iter__(self) -> Iterator[Vary]:
        return iter((self.own, *self.special))

    def levels(self, field: str) -> tuple[float, ...]:
        """Return the values that `field` may have in any of them, its own first."""
        if not self.special:
            return self.own.levels(field)
        return tuple(dict.fromkeys(value for one in self for value in one.levels(field)))

    @property
    def is_plain(self) -> bool:
        """True if a sprite is drawn as its file has it."""
        return all(self.levels(field) == (value,) for field, value in NEUTRAL.items())

    @property
    def drawn(self) -> tuple[str, ...]:
        """The fields whose value may differ from image to image."""
        return tuple(field for field in FIELDS if self.is_drawn(field))

    def is_drawn(self, field: str) -> bool:
        """Return True if the value of `field` may differ from image to image."""
        if not self.special:
            return self.own.is_drawn(field)
        return len(self.levels(field)) > 1


def check_vary_when(called: str, special: VaryWhen, layers: Sequence[str], mode: str) -> None:
    """Refuse a condition on no layer, one without any keys of a variation, and values in error."""
    check_layers(f"{called}.when", special.when, layers)
    if special.model_fields_set == {"when"}:
        message = f'{called} gives only "when"; expected keys of a variation too, like hue.'
        raise ConfigError(message)
    check_vary(called, special, mode)
