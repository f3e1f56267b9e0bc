"""What must hold within `[layer.vary]` and `[layer.parts]`."""

from __future__ import annotations

import math
from collections.abc import Sequence

from imggen.config.models import Layer, Mode
from imggen.config.sentences import show
from imggen.config.vary import COLOUR_BLENDS, LIMITS, Amount
from imggen.errors import ConfigError

MOST_LEVELS = 2**16  # of a value, to be drawn from
COLOURS = ("hue", "saturation")


def check_vary(layer: Layer, mode: Mode) -> None:
    """Refuse values that contradict each other, that a canvas of `mode` has not, or too many."""
    called = f"layer.{layer.name}.vary"
    for field, limits in LIMITS.items():
        amount: Amount | None = getattr(layer.vary, field)
        if amount is not None:
            check_amount(f"{called}.{field}", amount, limits)
            if mode == "L" and field in COLOURS:
                raise ConfigError(f"{called} has {field}, {needs_colour()}")
    check_values(f"{called}.blend", layer.vary.blend.values)
    for blend in layer.vary.blend.values:
        if mode == "L" and blend in COLOUR_BLENDS:
            raise ConfigError(f'{called}.blend is "{blend}", {needs_colour()}')


def needs_colour() -> str:
    """The end of a sentence on what greys do not have."""
    return 'which needs colours, and canvas.mode is "L"; remove it or use mode "RGB".'


def check_amount(called: str, amount: Amount, limits: tuple[float, float]) -> None:
    """Refuse an amount that is nothing, two things, or out of `limits`."""
    if amount.range is not None and amount.values is not None:
        raise ConfigError(f"{called} has both range and values; expected one of them.")
    if amount.range is None and amount.step is not None:
        message = (
            f"{called}.step is {show(amount.step)}, but goes with range, which is missing; "
            "give it or remove step."
        )
        raise ConfigError(message)
    if amount.values is not None:
        check_values(f"{called}.values", amount.values)
    given = amount.range or amount.values
    if given is None:
        raise ConfigError(f"{called} is an empty table; expected range or values in it.")
    for value in given:
        if not limits[0] <= value <= limits[1]:
            message = f"{called} holds {value:g}; expected {limits[0]} to {limits[1]}."
            raise ConfigError(message)
    if amount.range is not None:
        check_range(called, amount.range, amount.step)


def check_values(called: str, values: Sequence[object]) -> None:
    """Refuse a list of nothing, or of one thing twice."""
    if not values:
        raise ConfigError(f"{called} is an empty list; expected at least one value.")
    for value in values:
        if values.count(value) > 1:
            message = f"{called} holds {show(value)} twice; expected each value once."
            raise ConfigError(message)


def check_range(called: str, ends: tuple[float, float], step: float | None) -> None:
    """Refuse a range that is upside down, and a step that does not fit into it."""
    lowest, highest = ends
    if lowest > highest:
        message = (
            f"{called} is [{lowest:g}, {highest:g}]; expected the lowest first. "
            f"Write [{highest:g}, {lowest:g}]."
        )
        raise ConfigError(message)
    if step is None:
        return
    if step > highest - lowest:
        message = (
            f"{called}.step is {step:g}, and the range [{lowest:g}, {highest:g}] is "
            f"{highest - lowest:g} long; expected a smaller step, or a single number."
        )
        raise ConfigError(message)
    levels = math.floor((highest - lowest) / step) + 1
    if levels > MOST_LEVELS:
        message = (
            f"{called}.step is {step:g}, which gives {levels:,} values in "
            f"[{lowest:g}, {highest:g}]; expected at most {MOST_LEVELS:,}. Use a larger step."
        )
        raise ConfigError(message)


def check_parts(layer: Layer) -> None:
    """Refuse a table of no parts."""
    if layer.parts is not None and not layer.parts:
        message = (
            f"layer.{layer.name}.parts is empty; expected the depth of each part, "
            "like { back = -1, front = 0 }."
        )
        raise ConfigError(message)
