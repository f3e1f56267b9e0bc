"""The model of a split."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from imggen.config.base import NONE, Model, Share, Shown
from imggen.config.rules import (
    BY_LAYER,
    SHARES_BY_LAYER,
    Correlate,
    Rule,
    Tables,
    WeightTables,
    may_draw_none,
)


class Split(Model):
    """A part of the dataset in a folder of its own: a `share` or a `count` of its images.

    `probabilities` and `weights` replace those of layers, and leave undrawn what they do not name.
    Its rules come after those of all splits; a `correlate` replaces that of the same layer. What is
    in `hold_out` is shown by no split that does not hold it out, too.
    """

    name: str = Field(description="a name in quotes")
    share: Share | None = Field(None, gt=0, description="a number above 0, up to 1")
    count: int | None = Field(None, ge=1, description="a whole number, 1 or more")
    probabilities: Tables | None = Field(None, description=SHARES_BY_LAYER)
    weights: WeightTables | None = Field(None, description=BY_LAYER)
    rule: Annotated[tuple[Rule, ...], Field(strict=False)] = Field(
        (), description="a list of tables"
    )
    correlate: Annotated[tuple[Correlate, ...], Field(strict=False)] = Field(
        (), description="a list of tables"
    )
    hold_out: Annotated[tuple[Shown, ...], Field(strict=False)] = Field(
        (), description='a list of tables, like [{ character = "mage", object = "axe" }]'
    )

    @property
    def chances(self) -> Tables | WeightTables:
        """The probabilities or weights of its own, by layer."""
        return {**(self.probabilities or {}), **(self.weights or {})}

    def may_draw_none(self, layer: str) -> bool:
        """Whether this split says how likely it is that `layer` shows nothing."""
        return NONE in self.chances.get(layer, {}) or may_draw_none(layer, self.rule, ())
