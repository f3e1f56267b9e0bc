"""Attributes of tokens: what they say of the layers, under which names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from imggen.config.plain import NONE

if TYPE_CHECKING:  # workers do without what plans
    from imggen.planning.columns import LayerColumns
    from imggen.planning.groups import Traits


@dataclass(frozen=True)
class Attribute:
    """An attribute that says what one of its layers shows: the first one that shows something.

    Attributes
    ----------
    name : its `trait_type`
    texts : what it may say, among them "none"
    columns : its layers, from back to front
    places : the numbers of these layers
    """

    name: str
    texts: tuple[str, ...]
    columns: tuple[LayerColumns, ...]
    places: tuple[int, ...]

    def value(self, shown: Sequence[str]) -> str:
        """Return what it says of an image whose layers show `shown`."""
        own = (shown[place] for place in self.places)
        return next((text for text in own if text != NONE), NONE)

    def rows(self, traits: Traits) -> npt.NDArray[np.integer[Any]]:
        """Return the number of the value that each image of (n, slots) has: (n,)."""
        number_of = {text: number for number, text in enumerate(self.texts)}
        nothing = number_of[NONE]
        rows = np.full(len(traits), nothing)
        for one in reversed(self.columns):
            numbers = np.array([number_of[text] for text in one.texts])
            own = numbers[one.rows(traits)]
            rows = np.where(own == nothing, rows, own)
        return rows


def attributes_of(columns: Iterable[LayerColumns], names: Mapping[str, str]) -> list[Attribute]:
    """Return the attributes of layers, by `names` of some of them; "" leaves a layer out."""
    places: dict[str, list[int]] = {}
    columns = list(columns)
    for place, one in enumerate(columns):
        places.setdefault(names.get(one.layer, one.layer), []).append(place)
    places.pop("", None)
    return [
        attribute_of(name, [columns[place] for place in own], own) for name, own in places.items()
    ]


def attribute_of(name: str, columns: Sequence[LayerColumns], places: Iterable[int]) -> Attribute:
    """Return the attribute called `name` of the layers of `columns`."""
    texts = dict.fromkeys([*(text for one in columns for text in one.texts), NONE])
    return Attribute(name, tuple(texts), tuple(columns), tuple(places))
