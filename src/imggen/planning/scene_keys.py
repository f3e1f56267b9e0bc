"""The columns that tell scenes apart; by them, scenes are sorted, compared and given digests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.planning.groups import Traits
from imggen.planning.placement.anchors import Positions
from imggen.planning.placement.depths import Ranks
from imggen.planning.placement.looks import Looks
from imggen.planning.sampling.splits import mixed

MOST_SORTED = 64  # keys; layers without instances have fewer, as a rule


def scene_keys(
    traits: Traits, looks: Looks, positions: Positions, ranks: Ranks
) -> list[npt.NDArray[Any]]:
    """Return the columns that tell scenes apart, (images,) each; the first layer comes first."""
    return [
        *traits.T,
        *looks.T,
        *(axis for layer in positions.transpose(1, 2, 0) for axis in layer),
        *ranks.T,
    ]


def sort_scenes(keys: Sequence[npt.NDArray[Any]], shots: int = 0) -> npt.NDArray[np.intp]:
    """Return images in an order in which equal scenes are neighbours, by the first of `keys` first.

    The last keys, `shots` of them, sort only those of equal scenes. Many keys are sorted by a
    mixture of them: then scenes that differ may change places.
    """
    if len(keys) <= MOST_SORTED:
        return np.lexsort(keys[::-1])
    scenes, last = keys[: len(keys) - shots], keys[len(keys) - shots :]
    return np.lexsort([*last[::-1], hash_scenes(scenes), keys[0]])


def starts_scene(
    keys: Sequence[npt.NDArray[Any]], order: npt.NDArray[np.integer[Any]]
) -> npt.NDArray[np.bool_]:
    """Mark images that differ in any of `keys` from the one before in `order`: (images,)."""
    starts = np.ones(len(order), bool)
    alike = np.arange(1, len(order))
    for key in keys:  # soon few are left to compare
        if not len(alike):
            break
        alike = alike[key[order[alike]] == key[order[alike - 1]]]
    starts[alike] = False
    return starts


def hash_scenes(keys: Sequence[npt.NDArray[Any]]) -> npt.NDArray[np.uint64]:
    """Return a mixture of all `keys` of each scene: (images,)."""
    mixture = np.zeros(len(keys[0]), np.uint64)
    for key in keys:
        mixture = mixed(mixture + key.astype(np.int64).view(np.uint64))
    return mixture
