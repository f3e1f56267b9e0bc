"""What each image shows as arrays of numbers, in the manner of dSprites.

`latents_names` are the layers and the values that images draw, as the columns of data.csv are
called. `latents_classes` are whole numbers: the place of a variant in its layer, or of a value
among those that may be drawn, or a position. `latents_values` are the values themselves. Where a
layer draws nothing, its drawn values are -1 and NaN.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from imggen.config.place import AXES
from imggen.config.vary import BLENDS
from imggen.plan.placement.anchors import has_pixels
from imggen.plan.placement.positions import placed_at_random
from imggen.store.arrays import Array

if TYPE_CHECKING:
    from imggen.formats.info import DatasetInfo
    from imggen.plan import Plan

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

AT_ONCE = 10_000  # images, so that memory does not grow with the count
NO_CLASS = -1


def latents(plan: Plan, info: DatasetInfo) -> Iterator[Array]:
    """All that is known of the images of `plan`, besides their pixels."""
    names = latent_names(plan, info)
    shape = plan.count, len(names)
    yield Array("latents_classes.npy", np.dtype("<i8"), shape, blocks(plan, classes))
    yield Array("latents_values.npy", np.dtype("<f8"), shape, blocks(plan, values))
    yield whole("latents_names.npy", np.array(names))
    if info.splits:
        splits = np.array(info.splits)
        pieces = blocks(plan, lambda plan, part: splits[plan.splits[part]])
        yield Array("splits.npy", splits.dtype, (plan.count,), pieces)
    yield whole("metadata.npy", np.array(describe(plan, info)))


def latent_names(plan: Plan, info: DatasetInfo) -> list[str]:
    """What each column is called."""
    layers = [layer for layer, _ in info.layers]
    positions = [f"{layers[depth]} {axis}" for depth in at_random(plan) for axis in AXES]
    looks = [f"{layers[depth]} {field}" for depth, field in looks_of(plan)]
    return [*layers, *positions, *looks]


def classes(plan: Plan, part: slice) -> Ints:
    """The whole numbers of some images: (n, columns)."""
    numbers = np.concatenate(
        [plan.traits[part], positions_of(plan, part), plan.looks[part]], axis=1, dtype=np.int64
    )
    return np.where(shown(plan, part), numbers, NO_CLASS)


def values(plan: Plan, part: slice) -> Floats:
    """The values of some images: (n, columns)."""
    looks = plan.looks[part]
    drawn = [plan.look_table.values(looks, *one)[:, None] for one in looks_of(plan)]
    numbers = np.concatenate(
        [plan.traits[part], positions_of(plan, part), *drawn], axis=1, dtype=np.float64
    )
    return np.where(shown(plan, part), numbers, np.nan)


def positions_of(plan: Plan, part: slice) -> npt.NDArray[np.integer[Any]]:
    """The drawn positions of some images: (n, twice the layers), x and y in turn."""
    positions = plan.positions[part]
    return positions.reshape(len(positions), 2 * positions.shape[1])


def shown(plan: Plan, part: slice) -> npt.NDArray[np.bool_]:
    """Which columns mean something in some images: (n, columns)."""
    traits = plan.traits[part]
    seen = [
        has_pixels(layer.sizes)[traits[:, depth]] for depth, layer in enumerate(plan.library.layers)
    ]
    drawn = [seen[depth] for depth in at_random(plan) for _ in AXES]
    drawn += [seen[depth] for depth, _ in looks_of(plan)]
    return np.stack([*np.ones(traits.shape[::-1], bool), *drawn], axis=1)


def at_random(plan: Plan) -> list[int]:
    """The layers whose positions are drawn."""
    return placed_at_random(plan.spots)


def looks_of(plan: Plan) -> list[tuple[int, str]]:
    """Layer and field of the looks that are drawn."""
    return list(plan.look_table.levels)


def blocks(
    plan: Plan, make: Callable[[Plan, slice], npt.NDArray[np.generic]]
) -> Iterator[npt.NDArray[np.generic]]:
    """What `make` makes of all images, some at a time."""
    return (make(plan, slice(start, start + AT_ONCE)) for start in range(0, plan.count, AT_ONCE))


def describe(plan: Plan, info: DatasetInfo) -> str:
    """What the numbers mean, as JSON."""
    width, height = info.size
    told = {
        "dataset": info.dataset,
        "seed": info.seed,
        "width": width,
        "height": height,
        "mode": plan.library.mode,
        "variants": {layer: list(names) for layer, names in info.layers},
        "blends": list(BLENDS),
        "splits": list(info.splits),
    }
    return json.dumps(told, ensure_ascii=False)


def whole(name: str, values: npt.NDArray[np.generic]) -> Array:
    """A small array, in one block."""
    return Array(name, values.dtype, values.shape, [values])
