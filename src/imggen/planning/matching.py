"""Find the variants of a layer that names and patterns in the configuration stand for."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config.plain import NONE
from imggen.config.sentences import nearest
from imggen.errors import PlanError

Mask = npt.NDArray[np.bool_]  # (variants,)


def find_variants(called: str, patterns: Iterable[str], layer: Variants) -> Mask:
    """Return the variants of `layer` that names, or patterns like `"red*"`, match: (variants,).

    Raises
    ------
    PlanError
        If one of `patterns` means none.
    """
    mask = np.zeros(len(layer.names), bool)
    for pattern in patterns:
        exact = pattern in layer.names  # a name may itself hold a * or a [
        found = [name == pattern if exact else fnmatchcase(name, pattern) for name in layer.names]
        if not any(found):
            raise PlanError(say_unknown(called, pattern, layer))
        mask |= found
    return mask


def check_known(called: str, names: Iterable[str], layer: Variants) -> None:
    """Refuse the first of `names` that is no variant of `layer`.

    Raises
    ------
    PlanError
        With the sentence on it.
    """
    for name in names:
        if name not in layer.names:
            raise PlanError(say_unknown(called, name, layer))


def say_unknown(called: str, name: str, layer: Variants) -> str:
    """Return the sentence on a `name` that is no variant of `layer`."""
    meant = nearest(name, layer.names)
    hint = f'; did you mean "{meant}"?' if meant else "; expected the name of one of its files."
    if name == NONE:
        hint = f"; to allow {NONE}, give it a probability, a weight or a count there."
    return f'{called} names "{name}", which is no variant of {layer.layer}{hint}'
