"""`[[view]]`: images of each scene that show less of it, or some of it otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from imggen.config.base import Model, Names, SpecialCase, Tables, WeightTables
from imggen.config.correlations import Correlate
from imggen.config.plain import NONE, RESIZING, VARIED
from imggen.config.rules import BY_LAYER, SHARES_BY_LAYER, Rule
from imggen.config.vary import Vary

OWN = ("probabilities", "weights", "rule", "correlate")  # what a drawn variant depends on


class ViewVary(Vary, SpecialCase):
    """Values of a variation, one of each key that is given."""


class View(Model):
    """An image of each scene: `without` some layers, or with `another` variant of one.

    The first view shows scenes as they are. `vary` sets values of some layers, and `box` shows a
    box of one colour in place of each sprite. `probabilities`, `weights`, rules and correlations
    are those of the other variant, in place of those of the scene or, of rules, after them.
    """

    name: str = Field(description="a name in quotes")
    without: Names = Field((), description='names of layers, like ["object"]')
    another: str | None = Field(None, description="the name of a layer")
    vary: dict[str, ViewVary] | None = Field(
        None, description="values by layer, like { object = { brightness = 0 } }"
    )
    box: dict[str, str] | None = Field(
        None, description='a colour by layer, like { object = "#000000" }'
    )
    probabilities: Tables | None = Field(None, description=SHARES_BY_LAYER)
    weights: WeightTables | None = Field(None, description=BY_LAYER)
    rule: Annotated[tuple[Rule, ...], Field(strict=False)] = Field(
        (), description="a list of tables"
    )
    correlate: Annotated[tuple[Correlate, ...], Field(strict=False)] = Field(
        (), description="a list of tables"
    )

    @property
    def called(self) -> str:
        """Its name in sentences."""
        return f"view.{self.name}"

    @property
    def chances(self) -> Tables | WeightTables:
        """Its own probabilities or weights, by layer."""
        return {**(self.probabilities or {}), **(self.weights or {})}

    @property
    def changed(self) -> tuple[str, ...]:
        """The layers whose sprites differ from those of the scene."""
        return (*self.without, *((self.another,) if self.another is not None else ()))

    @property
    def resized(self) -> tuple[str, ...]:
        """The layers whose sprites may be of another size."""
        given = (self.vary or {}).items()
        return tuple(name for name, vary in given if vary.model_fields_set & {*RESIZING})

    @property
    def altered(self) -> tuple[str, ...]:
        """The layers that it shows otherwise: with other values, or as boxes."""
        return (*(self.vary or {}), *(self.box or {}))

    def fixed(self, layer: str) -> tuple[tuple[str, float], ...]:
        """Return the keys of `vary` that it sets for `layer`, and their values."""
        vary = (self.vary or {}).get(layer)
        given = [field for field in VARIED if vary and field in vary.model_fields_set]
        return tuple((field, vary.levels(field)[0]) for field in given if vary)

    @property
    def has_own(self) -> bool:
        """True if another variant has a distribution of its own."""
        return any(getattr(self, key) for key in OWN)

    def may_draw_none(self, layer: str) -> bool:
        """Return True if this view shows nothing of `layer`, or may draw that."""
        tables: Sequence[Mapping[str, float]] = [
            self.chances.get(layer, {}),
            *(rule.chances.get(layer, {}) for rule in self.rule),
        ]
        return layer in self.without or any(NONE in table for table in tables)


def colours_of(views: Sequence[View]) -> tuple[str, ...]:
    """Return the colours of all boxes, each once."""
    return tuple(dict.fromkeys(one for view in views for one in (view.box or {}).values()))
