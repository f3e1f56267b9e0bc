"""`instances` of a layer: how many of its sprites each image shows."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from imggen.config.base import Share
from imggen.config.chances import TOLERANCE, check_some
from imggen.config.sentences import show
from imggen.errors import ConfigError

MOST_INSTANCES = 1000  # of a layer, in an image
SELF = "self"  # in `avoid`: the earlier instances of the layer itself

Number = Annotated[int, Field(ge=0, le=MOST_INSTANCES)]
# A number, a range with both ends, or how likely each number is.
Instances = Number | Annotated[tuple[Number, Number], Field(strict=False)] | dict[str, Share]

INSTANCES = (
    f"a whole number from 0 to {MOST_INSTANCES}, the lowest and the highest, like [3, 7], or how "
    "likely each is, like { 0 = 0.1, 1 = 0.5, 4 = 0.4 }"
)
INSTANCES_BY_LAYER = "how many by layer, like { bird = [3, 7] }"


def chances_by_number(instances: Instances) -> dict[int, float]:
    """Return how likely each number of instances is, from 0 up; numbers left out do not occur."""
    if isinstance(instances, int):
        return {instances: 1.0}
    if isinstance(instances, tuple):
        lowest, highest = instances
        return dict.fromkeys(range(lowest, highest + 1), 1 / (highest - lowest + 1))
    return {int(number): share for number, share in instances.items() if share > 0}


def check_instances(called: str, instances: Instances) -> None:
    """Refuse a range whose lowest is not first, and a table that is no distribution of numbers."""
    if isinstance(instances, tuple) and instances[0] > instances[1]:
        lowest, highest = instances
        message = (
            f"{called} is [{lowest}, {highest}]; expected the lowest first. "
            f"Write [{highest}, {lowest}]."
        )
        raise ConfigError(message)
    if isinstance(instances, dict):
        check_table(called, instances)


def check_table(called: str, chances: dict[str, float]) -> None:
    """Refuse keys that are no numbers of instances, and shares that do not sum to 1."""
    check_some(called, chances, "")
    for number in chances:
        plain = number.isascii() and number.isdecimal() and str(int(number)) == number
        if not plain or int(number) > MOST_INSTANCES:
            message = (
                f"{called} has {show(number)}; expected whole numbers from 0 to "
                f"{MOST_INSTANCES:,}, like {{ 0 = 0.1, 1 = 0.5, 4 = 0.4 }}."
            )
            raise ConfigError(message)
    total = sum(chances.values())
    if abs(total - 1) > TOLERANCE:
        message = (
            f"{called} sums to {total:.12g}; expected 1. Write [lowest, highest] for numbers that "
            "are all alike likely."
        )
        raise ConfigError(message)
