"""Refuse more images than can be made, or than fit in memory where all are drawn together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imggen.config.dataset import FREE
from imggen.errors import PlanError

if TYPE_CHECKING:
    from imggen.config import Dataset

MOST_IMAGES = 10**9  # whose variants are all kept in memory: a few bytes of each


def check_together(dataset: Dataset, size_bytes: int, memory_bytes: int | None) -> None:
    """Refuse to draw all images of `dataset` together if that takes more than `memory_bytes`."""
    check_count(dataset.count)
    if memory_bytes is not None and size_bytes > memory_bytes:
        message = (
            f"{say_together(dataset)} draws all {dataset.count:,} images together, which takes "
            f"about {size_bytes / 1e6:,.0f} MB of memory; expected at most "
            f"{memory_bytes / 1e6:,.0f} MB. Lower the count, give a larger --memory, or make "
            "several datasets, each with its own seed."
        )
        raise PlanError(message)


def say_together(dataset: Dataset) -> str:
    """Return the setting that has all images drawn together."""
    if dataset.unique:
        return "dataset.unique"
    if dataset.sampling not in FREE:
        return f'dataset.sampling = "{dataset.sampling}"'
    return dataset.scenes_first or ""


def check_count(count: int) -> None:
    """Refuse a `dataset.count` that is larger than what can be kept of all images."""
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
