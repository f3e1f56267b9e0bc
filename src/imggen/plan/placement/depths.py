"""The order in depth of sprites that each image orders for itself.

The layers of a depth group take turns in the places that they have in the order of layers: those
that lie furthest back in an image are drawn first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config import Layer
from imggen.config.depth import Ordering, depth_groups
from imggen.plan.groups import Index, Traits
from imggen.plan.placement.anchors import has_pixels
from imggen.plan.placement.spots import Ints
from imggen.plan.streams import random_words

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
    seed: int, groups: Sequence[DepthGroup], variants: Sequence[Variants], traits: Traits
) -> Ranks:
    """Draw ranks of images from 0 on, which show `traits` (images, slots).

    What draws nothing has rank 0, so that images that look the same are the same scene.
    """
    slots = [slot for group in groups if group.ordering == "random" for slot in group.slots]
    ranks = np.zeros((len(traits), len(slots)), np.uint16)
    for column, slot in enumerate(slots):
        words = random_words(seed, f"{variants[slot].stream}.depth", 0, len(traits))
        drawn = has_pixels(variants[slot].sizes)[traits[:, slot]]
        ranks[:, column] = np.where(drawn, words >> np.uint64(WORD_BITS - RANK_BITS), 0)
    return ranks


def order_items(
    groups: Sequence[DepthGroup],
    listed: Index,
    sizes: Ints,
    corners: Ints,
    ranks: Ranks,
) -> Iterator[tuple[Index, Index]]:
    """Yield places in the drawing order that images fill for themselves, and by which slots.

    `listed` are the slots in the order of layers, (sprites,). Yields (n,) places and (images, n)
    slots.
    """
    for group in groups:
        places = np.flatnonzero(np.isin(listed, group.slots))
        yield places, group.order(sizes, corners, ranks)
