"""Arrays of numbers that say what each image shows, in the manner of dSprites.

`latents_names` are the layers and the values that images draw, as the columns of data.csv are
called; of a layer with instances, each has columns of its own, "bird/0", "bird/0 x", ...
`latents_classes` are whole numbers: the place of a variant in its layer, or of a value
among those that may be drawn, or a position. `latents_values` are the values themselves. Where a
layer draws nothing, its drawn values are -1 and NaN. A position is the top left corner, px; but
where a place lists its positions, or has them in steps, it is that of the anchor, and its class the
place among them. Where images are not of the size of the canvas, classes are of positions on the
canvas, and values of those in images.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from imggen.config.camera import Camera
from imggen.config.plain import AXES, BLENDS, BOX, CAMERA
from imggen.planning.placement.anchors import anchor_of, has_pixels
from imggen.planning.placement.boxes import sizes_of
from imggen.planning.placement.positions import placed_at_random
from imggen.store.arrays import Array

if TYPE_CHECKING:
    from imggen.formats.info import DatasetInfo
    from imggen.planning import Plan, Segments

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

AT_ONCE = 10_000  # images, so that memory does not grow with the count
NO_CLASS = -1


def latents(segments: Segments, info: DatasetInfo) -> Iterator[Array]:
    """Yield the arrays that are written besides the pixels of `plan`'s images."""
    names = latent_names(segments, info)
    shape = segments.count, len(names)
    yield Array("latents_classes.npy", np.dtype("<i8"), shape, blocks(segments, classes))
    yield Array("latents_values.npy", np.dtype("<f8"), shape, blocks(segments, values))
    yield small_array("latents_names.npy", np.array(names))
    if info.splits:
        splits = np.array(info.splits)
        rows = blocks(segments, lambda plan, images: splits[plan.splits[images]])
        yield Array("splits.npy", splits.dtype, (segments.count,), rows)
    yield small_array("metadata.npy", np.array(describe(segments, info)))


def latent_names(plan: Plan | Segments, info: DatasetInfo) -> list[str]:
    """Return the name of each column."""
    del info
    layers = [layer.stream for layer in plan.library.layers]
    positions = [f"{layers[depth]} {axis}" for depth in at_random(plan) for axis in AXES]
    looks = [f"{layers[depth]} {field}" for depth, field in looks_of(plan)]
    camera = [f"{CAMERA} {field}" for field in (plan.config.camera or Camera()).drawn]
    return [*layers, *positions, *looks, *camera]


def classes(plan: Plan, images: slice) -> Ints:
    """Return the whole numbers of some images: (n, columns)."""
    numbers = np.concatenate(
        [
            plan.traits[images],
            positions_of(plan, images, classes=True),
            plan.looks[images][:, [plan.look_table.columns[one] for one in looks_of(plan)]],
            *shots(plan, images),
        ],
        axis=1,
        dtype=np.int64,
    )
    return np.where(meaningful(plan, images), numbers, NO_CLASS)


def values(plan: Plan, images: slice) -> Floats:
    """Return the values of some images: (n, columns)."""
    looks = plan.looks[images]
    drawn = [plan.look_table.values(looks, *one)[:, None] for one in looks_of(plan)]
    if plan.cameras is not None:
        columns = plan.cameras.take(images).columns(plan.cameras.levels)
        drawn += [column[:, None] for column in columns.values()]
    numbers = np.concatenate(
        [plan.traits[images], drawn_positions(plan, images), *drawn], axis=1, dtype=np.float64
    )
    return np.where(meaningful(plan, images), numbers, np.nan)


def drawn_positions(plan: Plan, images: slice) -> npt.NDArray[Any]:
    """Return the positions of some images, as `positions_of` does, in px of images."""
    planned = positions_of(plan, images)
    if plan.library.canvas is None:
        return planned
    drawn = plan.drawn_positions(images.start, images.stop).reshape(planned.shape)
    stated = [
        axis in own for own in (stated_axes(plan)[depth] for depth in at_random(plan))
        for axis in range(len(AXES))
    ]  # fmt: skip
    return np.where(stated, planned * np.tile(plan.library.scale, len(stated) // 2), drawn)


def positions_of(
    plan: Plan, images: slice, *, classes: bool = False
) -> npt.NDArray[np.integer[Any]]:
    """Return positions on the canvas of some images: (n, twice the layers), x and y in turn.

    Those that are stated are of anchors or, with `classes`, places among all that are stated.
    """
    positions = plan.positions[images].astype(np.int64)
    stated = stated_axes(plan)
    if any(stated.values()):
        traits, looks = plan.traits[images], plan.looks[images]
        sizes = sizes_of(plan.look_table, plan.planned_layers, traits, looks)
        for column, depth in enumerate(at_random(plan)):
            spot = plan.spots[depth].spots[0]
            anchors = positions[:, column] + anchor_of(spot.anchor, sizes[:, depth]) - spot.at
            for axis in stated[depth]:
                mass, own = spot.masses[axis], anchors[:, axis]
                place = np.searchsorted(mass.positions, own) if mass and classes else own
                positions[:, column, axis] = place
    return positions.reshape(len(positions), 2 * positions.shape[1])


def stated_axes(plan: Plan) -> dict[int, list[int]]:
    """Return the axes, of each layer whose positions are drawn, along which these are stated."""
    layers = {layer.name: layer for layer in plan.config.layer}
    found: dict[int, list[int]] = {}
    for depth in at_random(plan):
        places = layers[plan.spots[depth].layer].places
        axes = places[0].axes if len(places) == 1 else None
        found[depth] = [k for k, axis in enumerate(axes or ()) if axis.values or axis.step]
    return found


def shots(plan: Plan, images: slice) -> list[npt.NDArray[np.integer[Any]]]:
    """Return the rows of what the camera draws for some images, if there is one: (n, fields)."""
    return [plan.cameras.rows[images]] if plan.cameras else []


def meaningful(plan: Plan, images: slice) -> npt.NDArray[np.bool_]:
    """Return which columns mean something in some images: (n, columns)."""
    traits = plan.traits[images]
    seen = [
        has_pixels(layer.sizes)[traits[:, depth]] for depth, layer in enumerate(plan.library.layers)
    ]
    drawn = [seen[depth] for depth in at_random(plan) for _ in AXES]
    drawn += [seen[depth] for depth, _ in looks_of(plan)]
    drawn += [np.ones(len(traits), bool) for _ in (plan.cameras.levels if plan.cameras else ())]
    return np.stack([*np.ones(traits.shape[::-1], bool), *drawn], axis=1)


def at_random(plan: Plan | Segments) -> list[int]:
    """Return the layers whose positions are drawn."""
    return placed_at_random(plan.spots)


def looks_of(plan: Plan | Segments) -> list[tuple[int, str]]:
    """Return layer and field of the looks that are drawn."""
    return [one for one in plan.look_table.levels if one[1] != BOX]


def blocks(
    segments: Segments, make: Callable[[Plan, slice], npt.NDArray[np.generic]]
) -> Iterator[npt.NDArray[np.generic]]:
    """Yield what `make` returns for all images, some at a time."""
    for plan in segments:
        for start in range(0, plan.count, AT_ONCE):
            yield make(plan, slice(start, start + AT_ONCE))


def describe(plan: Plan | Segments, info: DatasetInfo) -> str:
    """Return what the numbers mean, as JSON."""
    width, height = info.size
    facts = {
        "dataset": info.dataset,
        "seed": info.seed,
        "width": width,
        "height": height,
        "mode": plan.library.mode,
        "variants": {one.layer: list(one.names) for one in info.columns},
        "blends": list(BLENDS),
        "splits": list(info.splits),
    }
    return json.dumps(facts, ensure_ascii=False)


def small_array(name: str, values: npt.NDArray[np.generic]) -> Array:
    """Return a small array, in one block."""
    return Array(name, values.dtype, values.shape, [values])
