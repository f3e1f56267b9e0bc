"""Refuse more images than a plan holds."""

from __future__ import annotations

from imggen.errors import PlanError

MOST_IMAGES = 10**9  # a plan keeps a few bytes of each in memory


def check_count(count: int) -> None:
    """Refuse a `dataset.count` that is larger than a plan."""
    if count > MOST_IMAGES:
        message = (
            f"dataset.count is {count:,}; expected at most {MOST_IMAGES:,}. "
            "Make several datasets, each with its own seed."
        )
        raise PlanError(message)


def check_combinations(possible: int) -> None:
    """Refuse to make all of more combinations than a plan holds."""
    if possible > MOST_IMAGES:
        message = (
            f"the layers give {possible:,} combinations; expected at most {MOST_IMAGES:,} for all "
            "of them. Give a count instead."
        )
        raise PlanError(message)
