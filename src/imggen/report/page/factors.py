"""Factors: what varies from image to image, or from object to object, as columns of codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Kind = Literal["label", "value", "split"]

BINS = 12  # of a number that varies
LEAST_IN_BIN = 25  # rows: fewer of them, and there are fewer bins
AROUND = {"hue": 360.0, "rotate": 360.0}  # degrees, so that 359 and 1 are neighbours


class Node(NamedTuple):
    """An aspect of a layer that a setting can decide.

    `aspect` is "" for its variant, "number" of its instances, "group" of its variant, "x", "y",
    "size", "depth", or a key of `vary`. The split is the node ("", "split"), a camera's value
    ("camera", its name), and the class of objects of any layer ("", "class").
    """

    layer: str
    aspect: str


@dataclass(frozen=True)
class Factor:
    """One column of codes.

    Attributes
    ----------
    name : for people, like "object" or "hue of object"
    node : what it is about
    kind : "label" if a network may be asked for it, "split", or "value"
    levels : what each code stands for, for people to read
    codes : (n,) int64; -1 where there is no value
    values : (n,) float64, of a number that varies; None of others
    """

    name: str
    node: Node
    kind: Kind
    levels: tuple[str, ...]
    codes: Codes
    values: Floats | None = None

    @property
    def varies(self) -> bool:
        """True if rows differ in it."""
        known = self.codes[self.codes >= 0]
        return bool(len(known)) and bool((known != known[0]).any())

    def of(self, rows: npt.NDArray[Any]) -> Factor:
        """Return the factor of some rows."""
        values = None if self.values is None else self.values[rows]
        return replace(self, codes=self.codes[rows], values=values)


def categorical(
    name: str, node: Node, levels: Sequence[str], codes: npt.NDArray[Any], kind: Kind = "label"
) -> Factor:
    """Return the factor of named levels."""
    return Factor(name, node, kind, tuple(levels), codes.astype(np.int64))


def binned(name: str, node: Node, values: npt.NDArray[Any], kind: Kind = "value") -> Factor:
    """Return the factor of a number: its values if they are few, else bins of equal width."""
    values = values.astype(np.float64)
    known = ~np.isnan(values)
    codes = np.full(len(values), -1, np.int64)
    distinct = np.unique(values[known])
    around = AROUND.get(node.aspect)
    shown = values if around is None else np.mod(values, around)
    if len(distinct) <= BINS:
        codes[known] = np.searchsorted(distinct, values[known])
        return Factor(name, node, kind, tuple(f"{one:g}" for one in distinct), codes, values)
    bins = int(np.clip(known.sum() // LEAST_IN_BIN, 3, BINS))
    low, high = np.min(shown[known]), np.max(shown[known])
    edges = np.linspace(low, high, bins + 1)
    codes[known] = np.clip(np.searchsorted(edges, shown[known], "right") - 1, 0, bins - 1)
    levels = tuple(f"{low:.3g} to {high:.3g}" for low, high in pairwise(edges))
    return Factor(name, node, kind, levels, codes, values)
