"""Checks of probabilities and weights, which several tables have."""

from __future__ import annotations

import math
from collections.abc import Collection

from imggen.errors import ConfigError

TOLERANCE = 1e-9
REST = "rest"
CHANCES = ("probabilities", "weights", "counts")


def check_probabilities(
    called: str, numbers: Collection[float], hint: str = "", missing: str = ""
) -> None:
    """Refuse probabilities that do not sum to 1."""
    check_some(called, numbers, hint)
    total = math.fsum(numbers)
    if abs(total - 1) > TOLERANCE:
        message = (
            f"{called} sums to {total:.12g}; expected 1{missing}. "
            'Use "weights" for relative numbers.'
        )
        raise ConfigError(message)


def check_weights(called: str, numbers: Collection[float], hint: str = "") -> None:
    """Refuse weights that are all 0."""
    check_some(called, numbers, hint)
    if not any(numbers):
        raise ConfigError(f"{called} are all 0; expected at least one above 0.")


def check_some(called: str, numbers: Collection[object], hint: str) -> None:
    """Refuse an empty table."""
    if not numbers:
        raise ConfigError(f"{called} is empty; expected a number per variant.{hint}")
