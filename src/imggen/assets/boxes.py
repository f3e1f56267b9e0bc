"""Lay out what the boxes of views are made of, and find out how large they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import ImageColor

from imggen.assets.decode import Art, Size
from imggen.assets.library import CHANNELS, NO_SPRITE, BoxSprites, Ints, Variants
from imggen.config import Config
from imggen.config.views import colours_of

Floats = npt.NDArray[np.float64]
Point = tuple[int, int]


def add_boxes(
    config: Config,
    size: Size,
    layers: Sequence[Variants],
    loose: list[Art],
    sprites: int,
    feathers: Ints | None,
) -> BoxSprites | None:
    """Add opaque sprites to `loose`, as large as the canvas, of `size`, allows; say where.

    For each colour of a box there is one for each two powers of 2, the widths of a height together.
    The first `sprites` of `loose` are those of `layers`, and have an outline, with each of their
    soft edges: in the rows `feathers`.
    """
    colours = colours_of(config.view)
    if not colours:
        return None
    first = len(loose)
    boxed = {name for view in config.view for name in view.box or {}}
    points: list[list[Point]] = [[(0, 0)]] * sprites
    for layer in layers:
        rows = layer.sprites[layer.sprites != NO_SPRITE].tolist() if layer.layer in boxed else ()
        if feathers is not None:
            rows = np.unique(feathers[list(rows)]).tolist()
        for row in rows:
            alpha = np.maximum.reduce([art.alpha for art in loose[row : row + layer.parts]])
            points[row : row + layer.parts] = [outline_of(alpha)] * layer.parts
    widths, heights = (side.bit_length() for side in size)
    mode = config.canvas.mode
    for colour in colours:
        for height in range(heights):
            loose += [box_art(colour, 1 << width, 1 << height, mode) for width in range(widths)]
    return BoxSprites(first, widths, heights, padded(points))


def outline_of(alpha: npt.NDArray[np.uint8]) -> list[Point]:
    """Return the corners, px, of the convex hull of all pixels of `alpha` that are seen."""
    rows = np.flatnonzero(alpha.any(axis=1))
    seen = alpha[rows] > 0
    ends = np.stack([seen.argmax(axis=1), alpha.shape[1] - seen[:, ::-1].argmax(axis=1)], axis=1)
    both = zip(rows.tolist(), ends.tolist(), strict=True)
    points = sorted({(x, y + down) for y, row in both for x in row for down in (0, 1)})
    return [*half_hull(points), *half_hull(points[::-1])] or [(0, 0)]


def half_hull(points: Sequence[Point]) -> list[Point]:
    """Return one side of the convex hull of sorted `points`.

    Source: Andrew, "Another efficient algorithm for convex hulls in two dimensions", 1979.
    """
    hull: list[Point] = []
    for x, y in points:
        while len(hull) > 1:
            (ax, ay), (bx, by) = hull[-2:]
            if (bx - ax) * (y - ay) > (by - ay) * (x - ax):
                break
            hull.pop()
        hull.append((x, y))
    return hull


def padded(points: Sequence[Sequence[Point]]) -> Floats:
    """Return lists of points as one array, (lists, most points, 2), the last ones repeated."""
    most = max(map(len, points), default=1)
    full = [[*own, *[own[-1]] * (most - len(own))] for own in points]
    return np.array(full, np.float64).reshape(len(points), most, 2)


def box_art(colour: str, width: int, height: int, mode: str) -> Art:
    """Return an opaque sprite of one colour, "#rrggbb"; grey where `mode` has no colours."""
    pixels = np.empty((height, width, CHANNELS[mode]), np.uint8)
    pixels[:] = ImageColor.getcolor(colour, mode)
    return Art(pixels, np.full((height, width), 255, np.uint8))
