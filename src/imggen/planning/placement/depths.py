"""The order in depth of sprites that each image orders for itself.

The layers of a depth group take turns in the places that they have in the order of layers: those
that lie furthest back in an image are drawn first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config import Layer
from imggen.config.depth import Ordering, depth_groups
from imggen.config.parts import drawing_order
from imggen.planning.groups import Index, Traits
from imggen.planning.placement.anchors import has_pixels
from imggen.planning.placement.spots import Ints
from imggen.planning.streams import random_words

Ranks = npt.NDArray[np.uint16]  # (images, slots at random depths), the lowest at the back

RANK_BITS = 16
WORD_BITS = 64


@dataclass(frozen=True)
class DepthGroup:
    """Sprites of one or several layers whose order in depth is that of each image.

    Attributes
    ----------
    ordering : "random", by drawn ranks, or "bottom": what reaches lowest is in front
    slots : (n,) the layers and instances in it, as they are listed
    first : the column of the first of them in `Ranks`
    """

    ordering: Ordering
    slots: Index
    first: int

    def order(self, sizes: Ints, corners: Ints, ranks: Ranks) -> Index:
        """Return the slots of each image from back to front: (images, n).

        `sizes` and `corners` are (images, slots, 2), `ranks` as in `Ranks`. What is equal keeps the
        order of the layers.
        """
        if self.ordering == "random":
            keys: npt.NDArray[Any] = ranks[:, self.first : self.first + len(self.slots)]
        else:
            keys = corners[:, self.slots, 1] + sizes[:, self.slots, 1]
        return self.slots[np.argsort(keys, axis=1, kind="stable")]


@dataclass(frozen=True)
class DrawingOrder:
    """The order in which the sprites of a scene are drawn.

    Attributes
    ----------
    listed : slot and part of each sprite that a scene may show, from back to front, as the order of
        the layers has it
    groups : the sprites that each image orders for itself
    """

    listed: tuple[tuple[int, int], ...]
    groups: tuple[DepthGroup, ...]

    @classmethod
    def of(cls, layers: Sequence[Layer], variants: Sequence[Variants]) -> DrawingOrder:
        """Return the order of `layers`; `variants` are those of each slot."""
        slots = [
            [slot for slot, one in enumerate(variants) if one.layer == layer.name]
            for layer in layers
        ]
        listed = [(slot, part) for depth, part in drawing_order(layers) for slot in slots[depth]]
        return cls(tuple(listed), make_depth_groups(layers, variants))

    def order(self, sizes: Ints, corners: Ints, ranks: Ranks) -> Index:
        """Return the places in `listed` of the sprites of images, from back to front.

        `sizes` and `corners` are (images, slots, 2), `ranks` as in `Ranks`. Returns (images,
        sprites).
        """
        listed = np.array([slot for slot, _ in self.listed])
        order = np.broadcast_to(np.arange(len(listed)), (len(sizes), len(listed)))
        for group in self.groups:
            places = np.flatnonzero(np.isin(listed, group.slots))
            place_of = np.zeros(sizes.shape[1], np.intp)
            place_of[listed[places]] = places
            order = order.copy()
            order[:, places] = place_of[group.order(sizes, corners, ranks)]
        return order


def make_depth_groups(
    layers: Sequence[Layer], variants: Sequence[Variants]
) -> tuple[DepthGroup, ...]:
    """Return the groups of `layers`, whose instances show these variants."""
    groups = []
    first = 0
    for ordering, places in depth_groups(layers):
        names = {layers[place].name for place in places}
        slots = np.array([slot for slot, one in enumerate(variants) if one.layer in names])
        groups.append(DepthGroup(ordering, slots, first))
        first += len(slots) if ordering == "random" else 0
    return tuple(groups)


def draw_ranks(
    seed: int,
    groups: Sequence[DepthGroup],
    variants: Sequence[Variants],
    traits: Traits,
    start: int = 0,
) -> Ranks:
    """Draw ranks of images from scene `start` on, which show `traits` (images, slots).

    What draws nothing has rank 0, so that images that look the same are the same scene.
    """
    slots = [slot for group in groups if group.ordering == "random" for slot in group.slots]
    ranks = np.zeros((len(traits), len(slots)), np.uint16)
    for column, slot in enumerate(slots):
        stop = start + len(traits)
        words = random_words(seed, f"{variants[slot].stream}.depth", start, stop)
        drawn = has_pixels(variants[slot].sizes)[traits[:, slot]]
        ranks[:, column] = np.where(drawn, words >> np.uint64(WORD_BITS - RANK_BITS), 0)
    return ranks
