"""Turn the looks of sprites into what the kernel is asked to make, of many sprites at once."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from imggen.assets.runs import SHORTEST_GAP
from imggen.config.plain import FIELDS
from imggen.draw.modes import FIRST_MODE
from imggen.draw.recolour import IDENTITY, colour_matrix
from imggen.planning.placement.scaling import scaled_sizes, turned_sizes
from imggen.planning.scenes import Needs, Orders

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FRACTION_BITS = 32  # of a cosine or sine
COLUMNS = 11  # of an `Order` of draw/transform.h
BORDER = 8  # px around a sprite that is sampled
HUE, SATURATION, BRIGHTNESS = map(FIELDS.index, ("hue", "saturation", "brightness"))
NO_CHANGE = (0.0, 1.0, 1.0)  # hue, saturation, brightness


def make_orders(
    rows: Ints, looks: Floats, sizes: Ints, nearest: npt.NDArray[np.bool_], *, grey: bool
) -> Orders:
    """Order the sprites in `rows` (n,) with `looks` (n, FIELDS); parameters as `order_sprites`."""
    numbers, colours = order_sprites(rows, looks, sizes, nearest, grey=grey)
    return Orders(numbers, colours, needs_of(sizes[rows], numbers[:, 3:5]))


def order_sprites(
    rows: Ints, looks: Floats, sizes: Ints, nearest: npt.NDArray[np.bool_], *, grey: bool
) -> tuple[Ints, npt.NDArray[np.float32]]:
    """Return numbers and colours, as in `Orders`, of the sprites in `rows` (n,) with `looks`.

    Parameters
    ----------
    looks : (n, FIELDS)
    sizes, nearest : (sprites, 2), px, and (sprites,): of all rows; of `nearest`, pixels are copied
    """
    look = dict(zip(FIELDS, looks.T, strict=True))
    numbers = np.empty((len(rows), COLUMNS), np.int64)
    radians = np.radians(look["rotate"]).tolist()
    scaled = scaled_sizes(sizes[rows], look["scale"])
    recolours = (looks[:, HUE : BRIGHTNESS + 1] != NO_CHANGE).any(axis=1)
    numbers[:, 0] = rows
    numbers[:, 1:3] = scaled
    numbers[:, 3:5] = turned_sizes(scaled, look["rotate"])
    numbers[:, 5] = [round(math.cos(angle) * 2**FRACTION_BITS) for angle in radians]
    numbers[:, 6] = [round(math.sin(angle) * 2**FRACTION_BITS) for angle in radians]
    numbers[:, 7] = look["flip"] != 0
    numbers[:, 8] = nearest[rows]
    numbers[:, 9] = recolours | (look["opacity"] != 1)
    numbers[:, 10] = np.where(look["blend"] != 0, look["blend"] + (FIRST_MODE - 1), 0)
    return numbers, colours_of(looks, recolours, look["opacity"], grey=grey)


def needs_of(sources: Ints, sizes: Ints) -> list[Needs]:
    """Return what sprites of `sizes` (n, 2), px, need that are made of such `sources` (n, 2)."""
    width, height = sizes.T
    needs = width * height, height, height * most_runs(width), (sources + 2 * BORDER).prod(axis=1)
    return list(map(Needs, *(column.tolist() for column in needs), width.tolist()))


def most_runs(width: Ints) -> Ints:
    """Return how many runs a row of `width` px may have: no two are closer than SHORTEST_GAP."""
    return width // SHORTEST_GAP + 2


def colours_of(
    looks: Floats, recolours: npt.NDArray[np.bool_], opacity: Floats, *, grey: bool
) -> npt.NDArray[np.float32]:
    """Return `Orders.colours`; but for opacity, only colours marked in `recolours` change."""
    colours = np.empty((len(looks), 10), np.float32)
    colours[:, :9] = IDENTITY.ravel()
    colours[:, 9] = opacity
    changed = looks[recolours, HUE : BRIGHTNESS + 1].tolist()
    if changed:
        matrices = np.concatenate([colour_matrix(*values) for values in changed]).reshape(-1, 9)
        colours[recolours, :9] = matrices[:, :1] * IDENTITY.ravel() if grey else matrices
    return colours
