"""The models of what ties layers to each other: rules, joint tables and correlations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from imggen.config.base import NONE, Model, Names, Share, Shown, Weight

Tables = dict[str, dict[str, Share]]  # by a name, then by variant
WeightTables = dict[str, dict[str, Weight]]

SHOWN = 'layers and what they show, like { character = "mage", object = ["axe", "bomb"] }'
LAYERS = 'names of two layers or more, like ["hat", "coat"]'
BY_LAYER = "numbers of 0 or more by layer and variant, like { object = { axe = 3, none = 7 } }"
SHARES_BY_LAYER = (
    "numbers from 0 to 1 by layer and variant, like { object = { axe = 0.3, none = 0.7 } }"
)
BY_VARIANTS = (
    "numbers of 0 or more by the first layer's variant, then the second's, "
    "like { forest = { mage = 3 } }"
)
SHARES_BY_VARIANTS = (
    "numbers from 0 to 1 by the first layer's variant, then the second's, "
    "like { forest = { mage = 0.3 } }"
)


class Rule(Model):
    """What holds for some layers `when` others show certain variants: one of the other fields.

    Layers are names; variants are names or patterns such as "red*". `probabilities` and `weights`
    give the whole distribution of a layer: what they leave out is not drawn. Of layers that are
    `all_different`, no two show variants of one name, but for "none"; that may hold without `when`.
    """

    when: Shown | None = Field(None, description=SHOWN)
    forbid: Shown | None = Field(None, description=SHOWN)
    require: Shown | None = Field(None, description=SHOWN)
    probabilities: Tables | None = Field(None, description=SHARES_BY_LAYER)
    weights: WeightTables | None = Field(None, description=BY_LAYER)
    all_different: Names | None = Field(None, description=LAYERS)

    @property
    def chances(self) -> Tables | WeightTables:
        """The conditional probabilities or weights, by layer, if it is these that it gives."""
        return self.probabilities or self.weights or {}


class Joint(Model):
    """How likely each pair of variants of two `layers` is. What is left out does not occur."""

    layers: Annotated[tuple[str, str], Field(strict=False)] = Field(
        description='the names of two layers, like ["background", "character"]'
    )
    probabilities: Tables | None = Field(None, description=SHARES_BY_VARIANTS)
    weights: WeightTables | None = Field(None, description=BY_VARIANTS)

    @property
    def chances(self) -> Tables | WeightTables:
        """The probabilities or weights of pairs, by the first layer's variant."""
        return self.probabilities or self.weights or {}

    def marginal(self, layer: str) -> dict[str, float]:
        """The sum of all pairs with each variant of `layer`; of another layer, nothing."""
        sums: dict[str, float] = {}
        for pair, number in self.cells():
            for name, variant in zip(self.layers, pair, strict=True):
                if name == layer:
                    sums[variant] = sums.get(variant, 0) + number
        return sums

    def cells(self) -> Iterator[tuple[tuple[str, str], float]]:
        """Each pair of variants and its number."""
        for first, row in self.chances.items():
            yield from (((first, second), number) for second, number in row.items())


class Correlate(Model):
    """How often a `layer` agrees with the one it `follows`, whose variants `pairs` names first."""

    layer: str = Field(description="the name of a layer")
    follows: str = Field(description="the name of another layer")
    agree: Share = Field(description="a number from 0 to 1")
    pairs: Shown = Field(
        description='what goes with each variant, like { mage = "forest", pirate = ["sea", "bay"] }'
    )


def may_draw_none(layer: str, rules: Sequence[Rule], joints: Sequence[Joint]) -> bool:
    """Whether the `rules` or `joints` say how likely it is that `layer` shows nothing."""
    tables = [rule.chances.get(layer, {}) for rule in rules]
    tables += [joint.marginal(layer) for joint in joints]
    return any(NONE in table for table in tables)
