"""Slots: the columns of traits, one for each layer and for each instance that an image may show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imggen.config.plain import NONE

if TYPE_CHECKING:  # workers do without what plans
    from imggen.assets import Variants
    from imggen.planning.groups import Index, Traits


@dataclass(frozen=True)
class Slots:
    """The columns of traits that show each layer of the configuration.

    Attributes
    ----------
    layers : the variants of each slot
    columns : the slots of each layer, one after the other
    """

    layers: tuple[Variants, ...]
    columns: tuple[slice, ...]

    @classmethod
    def of(cls, layers: Sequence[Variants]) -> Slots:
        """Return the slots of the layers of a library."""
        firsts = [slot for slot, layer in enumerate(layers) if not layer.instance]
        ends = [*firsts[1:], len(layers)]
        return cls(tuple(layers), tuple(map(slice, firsts, ends)))

    @property
    def declared(self) -> tuple[Variants, ...]:
        """The variants of each layer."""
        return tuple(self.layers[columns.start] for columns in self.columns)

    @property
    def instanced(self) -> tuple[int, ...]:
        """The layers with instances, in the order of the layers of their numbers."""
        return tuple(d for d, one in enumerate(self.declared) if one.instance is not None)

    def number(self, depth: int) -> int:
        """Return the place of the layer that numbers the instances of the one at `depth`."""
        return len(self.columns) + self.instanced.index(depth)

    def numbers(self, depth: int) -> range:
        """Return the slots of the layer at `depth`."""
        return range(len(self.layers))[self.columns[depth]]

    def shown(self, traits: Traits, depth: int) -> Traits:
        """Return what the instances of the layer at `depth` show: (images, instances)."""
        return traits[:, self.columns[depth]]

    def counts(self, traits: Traits, depth: int) -> Index:
        """Count the instances of the layer at `depth` in each image of (images, slots)."""
        none = none_of(self.declared[depth])
        counts: Index = (self.shown(traits, depth) != none).sum(axis=1)
        return counts

    def collapse(self, traits: Traits) -> Traits:
        """Return the variant of first instances, then the numbers: (images, layers), as drawn."""
        firsts = traits[:, [columns.start for columns in self.columns]]
        if not self.instanced:
            return firsts
        numbers = [self.counts(traits, depth) for depth in self.instanced]
        return np.column_stack([firsts, *numbers]).astype(np.uint16)


def none_of(layer: Variants) -> int:
    """Return the place of `none` among the variants of a layer with instances."""
    return layer.names.index(NONE)
