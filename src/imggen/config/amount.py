"""Numbers that images draw: how they are written, and their checks; levels.py has their values.

An `Amount` is a number, a range `[0.7, 1.3]`, or a table: a range in steps, a list of values, a
normal or a logarithmic distribution. All have finitely many values. Those of a continuous
distribution are evenly spaced, and each is as likely as the numbers nearest to it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from imggen.config.base import Model, Weight, with_short
from imggen.config.chances import check_weights
from imggen.config.levels import EPSILON, Levels, find_levels, likely, normal_ends, normal_mass
from imggen.config.sentences import show
from imggen.errors import ConfigError

MOST_LEVELS = 2**16  # of a field

Numbers = Annotated[tuple[float, ...], Field(strict=False)]
Ends = Annotated[tuple[float, float], Field(strict=False)]
Weights = Annotated[tuple[Weight, ...], Field(strict=False)]
NUMBERS = "a list of numbers, like [0.5, 1, 2]"
ENDS = "the lowest and the highest, like [0.7, 1.3]"
NORMAL = "the mean and the standard deviation, like [1, 0.2]"
WEIGHTS = "a list of numbers from 0 to 1e15, one for each of values, like [3, 1, 1]"
KINDS = ("values", "normal", "log")


class Amount(Model):
    """The values that a number is drawn from.

    `values`, as likely as their `weights` say or all alike; a `range` in steps from its lowest to
    at most its highest, or, without a `step`, both ends and evenly between them; `normal`, a mean
    and a standard deviation, cut off at `range` or 3 standard deviations from the mean; `log`, a
    range whose values have the same `factor` between them, which is uniform in the logarithm.
    """

    range: Ends | None = Field(None, description=ENDS)
    step: Annotated[float, Field(gt=0)] | None = Field(None, description="a number above 0")
    values: Numbers | None = Field(None, description=NUMBERS)
    weights: Weights | None = Field(None, description=WEIGHTS)
    normal: Ends | None = Field(None, description=NORMAL)
    log: Ends | None = Field(None, description="two numbers above 0, like [0.5, 2]")
    factor: Annotated[float, Field(gt=1)] | None = Field(None, description="a number above 1")

    @model_validator(mode="before")
    @classmethod
    def from_short(cls, written: Any) -> Any:  # noqa: ANN401  # whatever TOML holds
        """Return a number as a list of one, and a list as a range."""
        if type(written) in (int, float):
            return {"values": [written]}
        return {"range": written} if isinstance(written, list) else written

    @classmethod
    def __get_pydantic_json_schema__(
        cls, table: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> JsonSchemaValue:
        """Return the JSON Schema of the table or its short form."""
        return with_short(handler, table, float | tuple[float, float])

    @property
    def is_drawn(self) -> bool:
        """True if there is more than one value."""
        if self.normal is not None:
            return self.range is None or self.range[0] < self.range[1]
        ends = self.log or self.range or likely(self.values or (), self.weights).values
        return len(set(ends)) > 1

    @property
    def is_stated(self) -> bool:
        """True if its values are those that are written, and not just spaced finely."""
        return self.values is not None or self.step is not None or self.factor is not None

    def levels(self, coarsest: float, limits: tuple[float, float]) -> Levels:
        """Return the values, within `limits`, and how likely each is.

        A range without a step is cut into steps of at most `coarsest`.
        """
        return find_levels(self, coarsest, limits)


def check_amount(called: str, amount: Amount, limits: tuple[float, float]) -> None:
    """Refuse an amount with no values or two kinds of them, or values outside of `limits`."""
    check_kind(called, amount)
    if amount.values is not None:
        check_values(f"{called}.values", amount.values)
        check_value_weights(called, amount.values, amount.weights)
    numbers = [*(amount.range or ()), *(amount.values or ()), *(amount.log or ())]
    for value in [*numbers, *(amount.normal or ())[:1]]:
        if not limits[0] <= value <= limits[1]:
            message = f"{called} holds {value:g}; expected {limits[0]} to {limits[1]}."
            raise ConfigError(message)
    if amount.log is not None:
        check_log(called, amount.log, amount.factor)
    if amount.range is not None:
        check_range(called, amount.range, amount.step)
    if amount.normal is not None:
        check_normal(called, amount, limits)


def check_kind(called: str, amount: Any) -> None:  # noqa: ANN401  # an amount of numbers or px
    """Refuse no values, two kinds of them, and keys that go with another kind."""
    kinds = [key for key in KINDS if getattr(amount, key, None) is not None]
    if amount.range is not None and kinds != ["normal"]:
        kinds.insert(0, "range")
    if len(kinds) > 1:
        raise ConfigError(f"{called} has both {kinds[0]} and {kinds[1]}; expected one of them.")
    for key, needed in (("step", "range"), ("weights", "values"), ("factor", "log")):
        value, stepped = getattr(amount, key, None), key == "step" and amount.normal is not None
        if value is not None and getattr(amount, needed) is None and not stepped:
            message = (
                f"{called}.{key} is {show(value)}, but needs {needed}; give {needed} or remove "
                f"{key}."
            )
            raise ConfigError(message)
    if not kinds:
        raise ConfigError(f"{called} is an empty table; expected range or values in it.")


def check_values(called: str, values: Sequence[object]) -> None:
    """Refuse an empty list, and a value that is in it twice."""
    if not values:
        raise ConfigError(f"{called} is an empty list; expected at least one value.")
    for value in values:
        if values.count(value) > 1:
            message = f"{called} holds {show(value)} twice; expected each value once."
            raise ConfigError(message)


def check_value_weights(
    called: str, values: Sequence[object], weights: Sequence[float] | None
) -> None:
    """Refuse weights that are not one for each value, or all 0."""
    if weights is None:
        return
    if len(weights) != len(values):
        message = (
            f"{called} has {len(values)} values and {len(weights)} weights; expected a weight for "
            "each value."
        )
        raise ConfigError(message)
    check_weights(f"{called}.weights", weights)


def check_log(called: str, ends: tuple[float, float], factor: float | None) -> None:
    """Refuse ends that have no logarithm or are the wrong way round, and a factor beyond them."""
    lowest, highest = ends
    if lowest <= 0:
        message = f"{called}.log is [{lowest:g}, {highest:g}]; expected two numbers above 0."
        raise ConfigError(message)
    check_order(f"{called}.log", ends)
    if factor is None:
        return
    if factor > highest / lowest * (1 + EPSILON):
        message = (
            f"{called}.factor is {factor:g}, and the highest of [{lowest:g}, {highest:g}] is "
            f"{highest / lowest:g} times the lowest; expected a smaller factor, or a single number."
        )
        raise ConfigError(message)
    count = math.floor(math.log(highest / lowest) / math.log(factor)) + 1
    check_count(f"{called}.factor", factor, count, ends, "factor")


def check_order(called: str, ends: tuple[float, float]) -> None:
    """Refuse ends whose lowest is not first."""
    lowest, highest = ends
    if lowest > highest:
        message = (
            f"{called} is [{lowest:g}, {highest:g}]; expected the lowest first. "
            f"Write [{highest:g}, {lowest:g}]."
        )
        raise ConfigError(message)


def check_range(called: str, ends: tuple[float, float], step: float | None) -> None:
    """Refuse a range whose lowest is not first, and a step that does not fit into it."""
    check_order(called, ends)
    lowest, highest = ends
    if step is None:
        return
    if step > highest - lowest:
        message = (
            f"{called}.step is {step:g}, and the range [{lowest:g}, {highest:g}] is "
            f"{highest - lowest:g} long; expected a smaller step, or a single number."
        )
        raise ConfigError(message)
    levels = math.floor((highest - lowest) / step) + 1
    check_count(f"{called}.step", step, levels, ends, "step")


def check_count(
    called: str, value: float, count: int, ends: tuple[float, float], what: str
) -> None:
    """Refuse more levels than are kept."""
    if count > MOST_LEVELS:
        message = (
            f"{called} is {value:g}, which gives {count:,} values in "
            f"[{ends[0]:g}, {ends[1]:g}]; expected at most {MOST_LEVELS:,}. Use a larger {what}."
        )
        raise ConfigError(message)


def check_normal(called: str, amount: Amount, limits: tuple[float, float]) -> None:
    """Refuse a normal distribution without a width, and one that does not reach its range."""
    mean, deviation = amount.normal or (0, 1)
    if deviation <= 0:
        message = (
            f"{called}.normal is [{mean:g}, {deviation:g}]; expected a standard deviation above 0, "
            "or a single number."
        )
        raise ConfigError(message)
    ends = normal_ends(mean, deviation, amount.range, limits)
    if amount.range is None:
        check_range(called, ends, amount.step)
    elif not normal_mass(ends[0] - mean, ends[1] - mean, deviation) and ends[0] < ends[1]:
        message = (
            f"{called}.range is [{ends[0]:g}, {ends[1]:g}], which a normal distribution with mean "
            f"{mean:g} and standard deviation {deviation:g} never reaches; change one of them."
        )
        raise ConfigError(message)
