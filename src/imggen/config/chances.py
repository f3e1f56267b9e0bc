"""What must hold of probabilities, weights and counts."""

from __future__ import annotations

import math
from collections.abc import Collection
from pathlib import Path

from imggen.config.base import NONE
from imggen.config.composed import composed, find_path
from imggen.config.ignored import is_ignored
from imggen.config.models import Dataset, Layer
from imggen.config.sentences import show
from imggen.errors import ConfigError

TOLERANCE = 1e-9
REST = "rest"
CHANCES = ("probabilities", "weights", "counts")


def check_chances(layer: Layer, root: Path) -> None:
    """Refuse probabilities and weights that are no distribution."""
    called = f"layer.{layer.name}"
    given = [key for key in CHANCES if getattr(layer, key) is not None]
    if len(given) > 1:
        message = f"{called} has both {given[0]} and {given[1]}; expected one of them."
        raise ConfigError(message)
    hint = " Remove it to draw all alike."
    if layer.probabilities is not None:
        missing = forgotten(layer, root)
        check_probabilities(f"{called}.probabilities", layer.probabilities.values(), hint, missing)
    if layer.weights is not None:
        check_weights(f"{called}.weights", layer.weights.values(), hint)


def check_probabilities(
    called: str, numbers: Collection[float], hint: str = "", missing: str = ""
) -> None:
    """Refuse what does not sum to 1."""
    check_some(called, numbers, hint)
    total = math.fsum(numbers)
    if abs(total - 1) > TOLERANCE:
        message = (
            f"{called} sums to {total:.12g}; expected 1{missing}. "
            'Use "weights" for relative numbers.'
        )
        raise ConfigError(message)


def check_weights(called: str, numbers: Collection[float], hint: str = "") -> None:
    """Refuse what has no sum."""
    check_some(called, numbers, hint)
    if not any(numbers):
        raise ConfigError(f"{called} are all 0; expected at least one that is more.")


def check_some(called: str, numbers: Collection[object], hint: str) -> None:
    """Refuse nothing at all."""
    if not numbers:
        raise ConfigError(f"{called} is empty; expected a number per variant.{hint}")


def forgotten(layer: Layer, root: Path) -> str:
    """A hint at the files that have no probability, if there are some."""
    try:
        folder = find_path(root / layer.folder)
        files = [path for path in folder.iterdir() if not is_ignored(path)]
    except OSError:
        return ""
    missing = sorted(
        {composed(path.stem) for path in files} - set(layer.probabilities or ()) - {NONE}
    )
    return f" (missing: {', '.join(missing)})" if missing else ""


def check_counts(layer: Layer, dataset: Dataset) -> None:
    """Refuse counts that are not for quota sampling, or do not make up the dataset's."""
    if layer.counts is None:
        return
    called = f"layer.{layer.name}.counts"
    check_some(called, layer.counts, "")
    if dataset.sampling != "quota":
        message = (
            f'{called} is given and dataset.sampling is "{dataset.sampling}"; expected "quota", '
            'which meets counts. Use "weights" for relative numbers.'
        )
        raise ConfigError(message)
    rests = [name for name, count in layer.counts.items() if count == REST]
    if len(rests) > 1:
        message = (
            f'{called} gives "{REST}" to {", ".join(map(show, rests))}; expected it for one '
            "variant, which gets all images that the others leave."
        )
        raise ConfigError(message)
