"""`[[view]]`: images of each scene without some layers, or with another variant of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from imggen.config.base import Model, Names, Tables, WeightTables
from imggen.config.correlations import Correlate
from imggen.config.plain import NONE
from imggen.config.rules import BY_LAYER, SHARES_BY_LAYER, Rule

OWN = ("probabilities", "weights", "rule", "correlate")  # what a drawn variant depends on


class View(Model):
    """An image of each scene: `without` some layers, or with `another` variant of one.

    The first view shows scenes as they are. `probabilities`, `weights`, rules and correlations are
    those of the other variant, in place of those of the scene or, of rules, after them.
    """

    name: str = Field(description="a name in quotes")
    without: Names = Field((), description='names of layers, like ["object"]')
    another: str | None = Field(None, description="the name of a layer")
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
