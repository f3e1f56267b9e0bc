"""`[[correlate]]`: the probability that a layer, or how it varies, agrees with a layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from pydantic import Field

from imggen.config.amount import Amount, check_values
from imggen.config.base import Model, Share, Shown
from imggen.config.names import check_different, check_layer
from imggen.errors import ConfigError

PAIRS = 'what goes with each variant, like { mage = "forest", pirate = ["sea", "bay"] }'
VALUES = "the values that go with each variant, like { zero = 0, one = [90, 150] }"
Amounts = Literal[
    "scale", "rotate", "hue", "saturation", "brightness", "opacity",
    "feather", "shadow_x", "shadow_y", "shadow_blur", "shadow_opacity",
]  # fmt: skip


class Correlate(Model):
    """The probability that `layer` agrees with the layer it `follows`.

    `pairs` gives the variants that agree, by the variants of the followed layer. With `vary`, it is
    that value of the layer's `vary` that agrees, and `values` gives those that do; then a layer may
    follow itself.
    """

    layer: str = Field(description="the name of a layer")
    vary: Amounts | None = Field(
        None, description=f"one of {', '.join(get_args(Amounts))}, in quotes"
    )
    follows: str = Field(description="the name of another layer")
    agree: Share = Field(description="a number from 0 to 1")
    pairs: Shown | None = Field(None, description=PAIRS)
    values: dict[str, Amount] | None = Field(None, description=VALUES)

    @property
    def decides(self) -> tuple[str, str | None]:
        """The layer and the value that it decides: None for its variants."""
        return self.layer, self.vary


def of_variants(correlates: Sequence[Correlate]) -> Iterator[tuple[int, Correlate]]:
    """Yield the correlations of variants, each with its number."""
    for number, correlate in enumerate(correlates, 1):
        if correlate.vary is None:
            yield number, correlate


def check_correlate(called: str, correlate: Correlate, layers: Sequence[str]) -> None:
    """Refuse unknown layers, an empty table of pairs, and pairs without variants."""
    check_layer(f"{called}.layer", correlate.layer, layers)
    check_layer(f"{called}.follows", correlate.follows, layers)
    check_kind(called, correlate)
    if correlate.vary is not None:
        check_agreeing(called, correlate)
        return
    check_different(called, (correlate.layer, correlate.follows))
    if not correlate.pairs:
        raise ConfigError(f"{called}.pairs is empty; expected at least one pair of variants.")
    for variant, partners in correlate.pairs.items():
        if not partners:
            message = f"{called}.pairs.{variant} is empty; expected at least one variant."
            raise ConfigError(message)


def check_kind(called: str, correlate: Correlate) -> None:
    """Refuse a correlation of variants without pairs, and one of values without values."""
    given, other, expected = ("pairs", "values", PAIRS)
    if correlate.vary is not None:
        given, other, expected = ("values", "pairs", VALUES)
    if getattr(correlate, other) is not None:
        without = "is missing" if correlate.vary is None else f'is "{correlate.vary}"'
        message = (
            f"{called} has {other}, and {called}.vary {without}; expected {given}, {expected}."
        )
        raise ConfigError(message)
    if getattr(correlate, given) is None:
        raise ConfigError(f"{called}.{given} is missing; expected {expected}.")


def check_agreeing(called: str, correlate: Correlate) -> None:
    """Refuse no values that agree, and values that are no number, range or list."""
    if not correlate.values:
        raise ConfigError(f"{called}.values is empty; expected at least one variant.")
    for variant, amount in correlate.values.items():
        named = f"{called}.values.{variant}"
        if amount.values is not None and amount.range is None:
            check_values(f"{named}.values", amount.values)
        plain = amount.model_dump(exclude_none=True).keys() in ({"values"}, {"range"})
        if not plain:
            message = f"{named} is a table; expected a number, a range like [90, 150] or values."
            raise ConfigError(message)
