"""Texts for what an image shows of each layer, in a cell of a table or in a name.

That is the name of a variant or, of a layer with instances, how many of them there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from imggen.config.plain import NONE
from imggen.planning.slots import Slots, none_of

if TYPE_CHECKING:  # workers do without what plans
    from imggen.assets import Variants
    from imggen.planning.groups import Traits

MOST_NAMED = 5  # instances of a layer, to people


@dataclass(frozen=True)
class LayerColumns:
    """The columns of traits that show a layer, and the texts that stand for what they show.

    Attributes
    ----------
    names : of its variants
    texts : the same or, of a layer with instances, "0", "1", ... for their number
    slots : the columns
    none : of a layer with instances, the variant of one that is not there; else None
    """

    layer: str
    names: tuple[str, ...]
    texts: tuple[str, ...]
    slots: slice
    none: int | None

    @property
    def counted(self) -> bool:
        """Return True if the layer has instances."""
        return self.none is not None

    def rows(self, traits: Traits) -> npt.NDArray[np.integer[Any]]:
        """Return the row of the text that each image of (n, slots) has: (n,)."""
        if self.none is None:
            return traits[:, self.slots.start]
        counts: npt.NDArray[np.int64] = (traits[:, self.slots] != self.none).sum(axis=1)
        return counts

    def present(self, traits: npt.NDArray[np.unsignedinteger[Any]]) -> list[int]:
        """Return the variants of the instances that an image, (slots,), shows."""
        return [variant for variant in traits[self.slots].tolist() if variant != self.none]

    def shown(self, traits: npt.NDArray[np.unsignedinteger[Any]]) -> str:
        """Return the names of what an image, (slots,), shows, for people to read."""
        names = [self.names[variant] for variant in self.present(traits)]
        if len(names) > MOST_NAMED:
            names = [*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} more"]
        return " and ".join(names) or NONE


def layer_columns(layers: Sequence[Variants]) -> tuple[LayerColumns, ...]:
    """Return the columns of each layer of the configuration; `layers` are those of a library."""
    slots = Slots.of(layers)
    return tuple(
        LayerColumns(own.layer, own.names, own.names, columns, None)
        if own.instance is None
        else LayerColumns(
            own.layer,
            own.names,
            tuple(map(str, range(columns.stop - columns.start + 1))),
            columns,
            none_of(own),
        )
        for own, columns in zip(slots.declared, slots.columns, strict=True)
    )
