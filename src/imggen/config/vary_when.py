"""`[[layer.vary_when]]`: other variations, by what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import Field

from imggen.config.base import Shown, SpecialCase
from imggen.config.names import check_layers
from imggen.config.plain import BOX
from imggen.config.vary import Vary, Varying, check_vary
from imggen.errors import ConfigError


class VaryWhen(Vary, SpecialCase):
    """A variation for the images that show certain variants, of any layers and of the layer itself.

    Keys that are not given are those of the layer's `vary`, so only given keys are written.
    """

    when: Shown = Field(description='variants of layers, like { object = "seven" }')

    def over(self, vary: Vary) -> Vary:
        """Return `vary` with the keys given here in place of its own."""
        given = self.model_fields_set - {"when"}
        return vary.model_copy(update={key: getattr(self, key) for key in given})


@dataclass(frozen=True)
class Variation(Varying):
    """All variations of a layer: its own, and those of `vary_when`, completed.

    `fixed` are the values that views set in place of those, and `boxes` how many colours there are
    of boxes that views show in place of its sprites.
    """

    own: Vary
    special: tuple[Vary, ...] = ()
    fixed: tuple[tuple[str, float], ...] = ()
    boxes: int = 0

    def __iter__(self) -> Iterator[Vary]:
        return iter((self.own, *self.special))

    def levels(self, field: str) -> tuple[float, ...]:
        """Return the values that `field` may have in any of them, its own first."""
        if field == BOX:
            return tuple(map(float, range(self.boxes + 1)))
        fixed = [value for own, value in self.fixed if own == field]
        if not self.special and not fixed:
            return self.own.levels(field)
        drawn = [value for one in self for value in one.levels(field)]
        return tuple(dict.fromkeys([*drawn, *fixed]))

    def is_drawn(self, field: str) -> bool:
        """Return True if the value of `field` may differ from image to image."""
        if not self.special and all(own != field for own, _ in self.fixed):
            return self.own.is_drawn(field)
        return len(self.levels(field)) > 1

    @property
    def is_plain(self) -> bool:
        """True if a sprite is drawn as its file has it, in all views."""
        return super().is_plain and not self.boxes

    @property
    def drawn(self) -> tuple[str, ...]:
        """The fields of which each image has its own value: those of `vary`, then of boxes."""
        return (*super().drawn, BOX) if self.boxes else super().drawn


def check_vary_when(called: str, special: VaryWhen, layers: Sequence[str], mode: str) -> None:
    """Refuse a condition on no layer, one without any keys of a variation, and values in error."""
    check_layers(f"{called}.when", special.when, layers)
    if special.model_fields_set == {"when"}:
        message = f'{called} gives only "when"; expected keys of a variation too, like hue.'
        raise ConfigError(message)
    check_vary(called, special, mode)
