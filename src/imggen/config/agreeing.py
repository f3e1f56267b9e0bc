"""The values of a field of `vary` that a `[[correlate]]` says agree, and checks of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imggen.config.amount import Amount
from imggen.config.correlations import Correlate
from imggen.config.layer import Layer
from imggen.config.models import Config
from imggen.errors import ConfigError

SAME = 1e-9  # a larger difference is no rounding
MOST_NAMED = 8  # values


def value_correlates(config: Config) -> Iterator[tuple[str, Correlate]]:
    """Yield the names and correlations of values, of all splits and of each."""
    yield from named(config.correlate, "")
    for split in config.split:
        yield from named(split.correlate, f"split.{split.name}.")


def named(correlates: Sequence[Correlate], owner: str) -> Iterator[tuple[str, Correlate]]:
    """Yield the names and correlations of values among `correlates`."""
    for number, correlate in enumerate(correlates, 1):
        if correlate.vary is not None:
            yield f"{owner}correlate.{number}", correlate


def agreeing(amount: Amount, levels: Sequence[float]) -> tuple[bool, ...]:
    """Return which of `levels` are among the values that `amount` gives."""
    if amount.range is not None:
        lowest, highest = amount.range
        return tuple(lowest - SAME <= level <= highest + SAME for level in levels)
    values = amount.values or ()
    return tuple(any(abs(level - value) <= SAME for value in values) for level in levels)


def check_value_correlates(config: Config) -> None:
    """Refuse correlations of values that are not drawn, that no level meets, or two of one value.

    Two are those of one place: of all splits, or of one split.
    """
    layers = {layer.name: layer for layer in config.layer}
    owners: dict[tuple[str, str, str | None], str] = {}
    for called, correlate in value_correlates(config):
        check_one(called, correlate, layers[correlate.layer])
        place = (called.rpartition("correlate.")[0], *correlate.decides)
        if place in owners:
            message = (
                f"{owners[place]} and {called} both give the probabilities of {correlate.layer} "
                f"{correlate.vary}; remove one of them."
            )
            raise ConfigError(message)
        owners[place] = called


def check_one(called: str, correlate: Correlate, layer: Layer) -> None:
    """Refuse a correlation that `layer` cannot follow."""
    field = correlate.vary or ""
    varied = f"layer.{layer.name}.vary.{field}"
    levels = layer.vary.levels(field)
    for number, special in enumerate(layer.vary_when, 1):
        if field in special.model_fields_set:
            message = (
                f"{called} and layer.{layer.name}.vary_when.{number} both say how likely the "
                f"values of {layer.name} {field} are; remove one of them."
            )
            raise ConfigError(message)
    if len(levels) == 1:
        message = f"{called}.vary is {field}, and {varied} has one value; give it several."
        raise ConfigError(message)
    for variant, amount in (correlate.values or {}).items():
        found = agreeing(amount, levels)
        if not any(found) or (all(found) and correlate.agree < 1):
            which = "all" if any(found) else "none"
            message = (
                f"{called}.values.{variant} has {which} of the values of {varied}; expected some "
                f"of {say_levels(levels)}."
            )
            raise ConfigError(message)


def say_levels(levels: Sequence[float]) -> str:
    """Return values for people to read."""
    if len(levels) <= MOST_NAMED:
        return ", ".join(f"{level:g}" for level in levels)
    return f"{levels[0]:g} to {levels[-1]:g}"
