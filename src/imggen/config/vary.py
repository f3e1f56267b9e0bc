"""`[layer.vary]`: how a sprite differs from its file; each image may draw its own values.

A value is a number, a range `[0.7, 1.3]`, a range in steps `{ range = [0.7, 1.3], step = 0.1 }`, or
a list `{ values = [0.5, 1, 2] }`. All of them become the last two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, model_validator

from imggen.config.base import Model
from imggen.config.plain import FIELDS, NEUTRAL
from imggen.config.sentences import show
from imggen.errors import ConfigError

Blend = Literal[
    "normal",
    "multiply", "screen", "overlay", "darken", "lighten", "color-dodge", "color-burn",
    "hard-light", "soft-light", "difference", "exclusion",
    "hue", "saturation", "color", "luminosity",
]  # fmt: skip
BLENDS: tuple[str, ...] = get_args(Blend)  # Compositing and Blending Level 1 (W3C, 2024)
COLOUR_BLENDS = BLENDS[-4:]  # of all channels at once: they need colours

LIMITS = {
    "scale": (0.01, 16),
    "rotate": (-360, 360),
    "hue": (-360, 360),
    "saturation": (0, 16),
    "brightness": (0, 16),
    "opacity": (0.01, 1),
}
# The coarsest step of a range that gives none.
STEPS = {"scale": 0.01, "rotate": 1, "hue": 1, "saturation": 0.01, "brightness": 0.01,
         "opacity": 0.01}  # fmt: skip
EPSILON = 1e-9  # so that 0.6 / 0.1 is 6 steps, whatever its last bit says
MOST_LEVELS = 2**16  # of a field
COLOURS = ("hue", "saturation")
DECIMALS = 9  # of a level, so that 0.7 + 0.1 is 0.8

Numbers = Annotated[tuple[float, ...], Field(strict=False)]
Ends = Annotated[tuple[float, float], Field(strict=False)]
NUMBERS = "a list of numbers, like [0.5, 1, 2]"
ENDS = "the lowest and the highest, like [0.7, 1.3]"


class Amount(Model):
    """The values that a number is drawn from, all equally likely.

    Either `values`, or a `range` in steps from its lowest to at most its highest; without a `step`,
    both ends and evenly between them.
    """

    range: Ends | None = Field(None, description=ENDS)
    step: Annotated[float, Field(gt=0)] | None = Field(None, description="a number above 0")
    values: Numbers | None = Field(None, description=NUMBERS)

    @model_validator(mode="before")
    @classmethod
    def from_short(cls, written: Any) -> Any:  # noqa: ANN401  # whatever TOML holds
        """Return a number as a list of one, and a list as a range."""
        if type(written) in (int, float):
            return {"values": [written]}
        return {"range": written} if isinstance(written, list) else written

    @property
    def is_drawn(self) -> bool:
        """True if there is more than one value."""
        ends = self.values if self.range is None else self.range
        return len(set(ends or ())) > 1

    def levels(self, coarsest: float) -> tuple[float, ...]:
        """Return the values; a range without a step is cut into steps of at most `coarsest`."""
        if self.range is None:
            return self.values or ()
        return levels_between(*self.range, self.step, coarsest)


@lru_cache(maxsize=1024)
def levels_between(
    lowest: float, highest: float, step: float | None, coarsest: float
) -> tuple[float, ...]:
    """Return the levels of a range; cached, as every scene that is planned alone needs them."""
    if step is not None:
        steps = math.floor((highest - lowest) / step * (1 + EPSILON))
    else:
        steps = math.ceil((highest - lowest) / coarsest * (1 - EPSILON))
        step = (highest - lowest) / max(steps, 1)
    return tuple(round(lowest + k * step, DECIMALS) for k in range(steps + 1))


class Blends(Model):
    """The blend modes that are drawn from, all equally likely."""

    values: Annotated[tuple[Blend, ...], Field(strict=False)] = Field(
        description='a list of blend modes, like ["normal", "multiply"]'
    )

    @model_validator(mode="before")
    @classmethod
    def from_short(cls, written: Any) -> Any:  # noqa: ANN401  # as above
        """Return a name as a list of one."""
        return {"values": [written]} if isinstance(written, str) else written


def expected(example: str, low: float, high: float) -> str:
    """Return what an error says was expected of an `Amount`."""
    return (
        f"a number from {low} to {high}, a range of them like {example}, "
        "or a table with range and step, or with values"
    )


class Vary(Model):
    """The ways in which a sprite differs from its file, drawn for each image, applied in order.

    flip: the probability of mirroring left-right; scale; rotate: degrees counter-clockwise; hue
    (degrees), saturation, brightness: as the filters of CSS; opacity; blend: a W3C name.
    """

    scale: Amount | None = Field(None, description=expected("[0.7, 1.3]", *LIMITS["scale"]))
    rotate: Amount | None = Field(None, description=expected("[-15, 15]", *LIMITS["rotate"]))
    flip: float = Field(0.0, ge=0, le=1, description="a probability, from 0 to 1")
    hue: Amount | None = Field(None, description=expected("[-20, 20]", *LIMITS["hue"]))
    saturation: Amount | None = Field(
        None, description=expected("[0.8, 1.2]", *LIMITS["saturation"])
    )
    brightness: Amount | None = Field(
        None, description=expected("[0.8, 1.2]", *LIMITS["brightness"])
    )
    opacity: Amount | None = Field(None, description=expected("[0.6, 1.0]", *LIMITS["opacity"]))
    blend: Blends = Field(
        Blends(values=("normal",)),
        description=f"one of {', '.join(BLENDS)}, or a table with values, a list of them",
    )

    def levels(self, field: str) -> tuple[float, ...]:
        """Return the values that `field` is drawn from, as numbers like those in NEUTRAL."""
        if field == "flip":
            return (0.0, 1.0) if self.is_drawn(field) else (self.flip,)
        if field == "blend":
            return tuple(float(BLENDS.index(name)) for name in self.blend.values)
        amount: Amount | None = getattr(self, field)
        return (NEUTRAL[field],) if amount is None else amount.levels(STEPS[field])

    @property
    def is_plain(self) -> bool:
        """True if a sprite is drawn as its file has it."""
        return all(self.levels(field) == (value,) for field, value in NEUTRAL.items())

    @property
    def drawn(self) -> tuple[str, ...]:
        """The fields of which each image draws its own value."""
        return tuple(field for field in FIELDS if self.is_drawn(field))

    def is_drawn(self, field: str) -> bool:
        """Return True if each image draws its own value of `field`."""
        if field == "flip":
            return 0 < self.flip < 1
        if field == "blend":
            return len(self.blend.values) > 1
        amount: Amount | None = getattr(self, field)
        return amount is not None and amount.is_drawn


def check_vary(called: str, vary: Vary, mode: str) -> None:
    """Refuse amounts that contradict themselves, and colours on a canvas whose `mode` has none."""
    for field, limits in LIMITS.items():
        amount: Amount | None = getattr(vary, field)
        if amount is not None:
            check_amount(f"{called}.{field}", amount, limits)
            if mode == "L" and field in COLOURS:
                raise ConfigError(f"{called} has {field}, {needs_colour()}")
    check_values(f"{called}.blend", vary.blend.values)
    for blend in vary.blend.values:
        if mode == "L" and blend in COLOUR_BLENDS:
            raise ConfigError(f'{called}.blend is "{blend}", {needs_colour()}')


def needs_colour() -> str:
    """Return the end of a sentence on a setting that grey images cannot have."""
    return 'which needs colours, and canvas.mode is "L"; remove it or use mode "RGB".'


def check_amount(called: str, amount: Amount, limits: tuple[float, float]) -> None:
    """Refuse an amount with no values or two kinds of them, or values outside of `limits`."""
    if amount.range is not None and amount.values is not None:
        raise ConfigError(f"{called} has both range and values; expected one of them.")
    if amount.range is None and amount.step is not None:
        message = (
            f"{called}.step is {show(amount.step)}, but needs range; give range or remove step."
        )
        raise ConfigError(message)
    if amount.values is not None:
        check_values(f"{called}.values", amount.values)
    numbers = amount.range or amount.values
    if numbers is None:
        raise ConfigError(f"{called} is an empty table; expected range or values in it.")
    for value in numbers:
        if not limits[0] <= value <= limits[1]:
            message = f"{called} holds {value:g}; expected {limits[0]} to {limits[1]}."
            raise ConfigError(message)
    if amount.range is not None:
        check_range(called, amount.range, amount.step)


def check_values(called: str, values: Sequence[object]) -> None:
    """Refuse an empty list, and a value that is in it twice."""
    if not values:
        raise ConfigError(f"{called} is an empty list; expected at least one value.")
    for value in values:
        if values.count(value) > 1:
            message = f"{called} holds {show(value)} twice; expected each value once."
            raise ConfigError(message)


def check_range(called: str, ends: tuple[float, float], step: float | None) -> None:
    """Refuse a range whose lowest is not first, and a step that does not fit into it."""
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
