"""`[[joint]]`: how likely each pair of variants of two layers is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from imggen.config.base import Model, Tables, WeightTables
from imggen.config.chances import check_probabilities, check_weights
from imggen.config.names import check_different, check_layer
from imggen.errors import ConfigError

BY_VARIANTS = (
    "numbers of 0 or more by the first layer's variant, then the second's, "
    "like { forest = { mage = 3 } }"
)
SHARES_BY_VARIANTS = (
    "numbers from 0 to 1 by the first layer's variant, then the second's, "
    "like { forest = { mage = 0.3 } }"
)


class Joint(Model):
    """The probability of each pair of variants of two `layers`. Pairs left out do not occur."""

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
        """Return the sum over all pairs of each variant of `layer`; empty for other layers."""
        sums: dict[str, float] = {}
        for pair, number in self.cells():
            for name, variant in zip(self.layers, pair, strict=True):
                if name == layer:
                    sums[variant] = sums.get(variant, 0) + number
        return sums

    def cells(self) -> Iterator[tuple[tuple[str, str], float]]:
        """Yield each pair of variants and its number."""
        for first, row in self.chances.items():
            yield from (((first, second), number) for second, number in row.items())


def check_joint(called: str, joint: Joint, layers: Sequence[str]) -> None:
    """Refuse a table that is no distribution of two known layers."""
    given = [key for key in ("probabilities", "weights") if getattr(joint, key) is not None]
    if len(given) != 1:
        has = "both probabilities and weights" if given else "neither probabilities nor weights"
        raise ConfigError(f"{called} has {has}; expected one of them.")
    for name in joint.layers:
        check_layer(f"{called}.layers", name, layers)
    check_different(f"{called}.layers", joint.layers)
    check = check_probabilities if joint.probabilities is not None else check_weights
    check(f"{called}.{given[0]}", [p for row in joint.chances.values() for p in row.values()])
