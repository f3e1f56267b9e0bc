"""`[[correlate]]`: the probability that a layer agrees with another."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from imggen.config.base import Model, Share, Shown
from imggen.config.names import check_different, check_layer
from imggen.errors import ConfigError


class Correlate(Model):
    """The probability that `layer` agrees with the layer it `follows`.

    `pairs` gives the variants that agree, by the variants of the followed layer.
    """

    layer: str = Field(description="the name of a layer")
    follows: str = Field(description="the name of another layer")
    agree: Share = Field(description="a number from 0 to 1")
    pairs: Shown = Field(
        description='what goes with each variant, like { mage = "forest", pirate = ["sea", "bay"] }'
    )


def check_correlate(called: str, correlate: Correlate, layers: Sequence[str]) -> None:
    """Refuse unknown layers, an empty table of pairs, and pairs without variants."""
    check_layer(f"{called}.layer", correlate.layer, layers)
    check_layer(f"{called}.follows", correlate.follows, layers)
    check_different(called, (correlate.layer, correlate.follows))
    if not correlate.pairs:
        raise ConfigError(f"{called}.pairs is empty; expected at least one pair of variants.")
    for variant, partners in correlate.pairs.items():
        if not partners:
            message = f"{called}.pairs.{variant} is empty; expected at least one variant."
            raise ConfigError(message)
