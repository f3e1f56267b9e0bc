"""Put boxes of one colour into scenes, in place of the sprites of some layers.

A box lies around all pixels of the sprite, as it is scaled and turned; it is made of at most
MOST_IN_BOX opaque sprites, which may overlap, and hides what is behind it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.assets.library import BoxSprites, Library
from imggen.config.plain import FIELDS, NEUTRAL
from imggen.planning.placement.transform import matrices
from imggen.planning.scenes import Scenes

if TYPE_CHECKING:
    from imggen.planning.placement.spots import Ints

Numbers = npt.NDArray[np.int64]
PLAIN = list(NEUTRAL.values())


class Tiles(NamedTuple):
    """The opaque sprites that n boxes are made of: of the largest powers of 2 that fit in.

    Attributes
    ----------
    rows : (n,) of one of these in `Sprites.table`
    first, last : (n, 2), x and y of those at the top left and at the bottom right, px
    across : (n, 2), how many there are in a row and in a column: 1, or 2; 0 of no box
    """

    rows: Numbers
    first: Numbers
    last: Numbers
    across: Numbers


def with_boxes(scenes: Scenes, library: Library, colours: Ints) -> Scenes:
    """Return `scenes` with boxes in place of sprites, which cast no shadow then.

    `colours` (scenes, slots) are those of the boxes, from 1 on, or 0 where there is none.
    """
    image = np.repeat(np.arange(len(scenes)), np.diff(scenes.bounds))
    colour = colours[image, scenes.slots]
    if library.boxes is None or not colour.any():
        return scenes
    is_shadow = scenes.items[:, 0] >= len(library.boxes.outlines)
    boxed = np.flatnonzero((colour > 0) & ~is_shadow)
    tiles = tiles_of(scenes, library, library.boxes, boxed, colour[boxed])
    count = np.ones(len(colour), np.int64)
    count[colour > 0] = 0
    count[boxed] = tiles.across.prod(axis=1)
    items = np.repeat(scenes.items, count, axis=0)
    new = np.repeat(colour > 0, count)
    source = np.repeat(np.arange(len(boxed)), count[boxed])
    number = np.arange(len(source)) - np.repeat(
        np.cumsum(count[boxed]) - count[boxed], count[boxed]
    )
    at_end = np.stack(np.divmod(number, tiles.across[source, 0])[::-1], axis=1) > 0
    items[new, 0] = tiles.rows[source]
    items[new, 1:] = np.where(at_end, tiles.last[source], tiles.first[source])
    looks = None if scenes.looks is None else np.repeat(scenes.looks, count, axis=0)
    if looks is not None:
        looks[new] = PLAIN
    ends = np.append(0, np.cumsum(count))
    slots = np.repeat(scenes.slots, count)
    edges = None if scenes.edges is None else np.repeat(scenes.edges, count, axis=0)
    bounds = ends[scenes.bounds]
    return replace(scenes, items=items, looks=looks, slots=slots, edges=edges, bounds=bounds)


def tiles_of(
    scenes: Scenes,
    library: Library,
    boxes: BoxSprites,
    boxed: npt.NDArray[np.intp],
    colours: Numbers,
) -> Tiles:
    """Return the tiles of the boxes of `colours` (n,) around the sprites `boxed` (n,) of scenes."""
    first, stop = boxes_around(scenes, library, boxes.outlines, boxed)
    size = stop - first
    powers: npt.NDArray[Any] = np.frexp(np.maximum(size, 1))[1].astype(np.int64) - 1
    across = np.where(size > 0, 1 + (size > 1 << powers), 0)
    of_colour = (colours - 1) * boxes.heights + powers[:, 1]
    rows = boxes.first + of_colour * boxes.widths + powers[:, 0]
    return Tiles(rows, first, stop - (1 << powers), across)


def boxes_around(
    scenes: Scenes,
    library: Library,
    outlines: npt.NDArray[np.float64],
    boxed: npt.NDArray[np.intp],
) -> tuple[Numbers, Numbers]:
    """Return the ends of the boxes around the sprites `boxed` (n,) on the canvas: (n, 2) each."""
    items = scenes.items[boxed]
    looks = np.tile(PLAIN, (len(boxed), 1)) if scenes.looks is None else scenes.looks[boxed]
    flip, scale, rotate = (looks[:, FIELDS.index(key)] for key in ("flip", "scale", "rotate"))
    art = library.sprites.table[items[:, 0], 2:]
    whole = matrices(art, items[:, 1:], flip, scale, rotate).reshape(-1, 2, 3)
    points = np.einsum("nij,nkj->nki", whole[..., :2], outlines[items[:, 0]]) + whole[:, None, :, 2]
    rounding = 1e-6  # what is left of matrices and cosines
    low = np.floor(points.min(axis=1, initial=np.inf) + rounding)
    high = np.ceil(points.max(axis=1, initial=-np.inf) - rounding)
    first, stop = (np.clip(ends, 0, library.size).astype(np.int64) for ends in (low, high))
    return first, stop
