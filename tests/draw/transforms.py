"""Sprites transformed alone, as tests look at them."""

import math
from typing import NamedTuple

import numpy as np
from PIL import Image

from imggen.assets.decode import to_art
from imggen.assets.layout import lay_out_sprites
from imggen.assets.library import CHANNELS
from imggen.draw.orders import most_runs
from imggen.draw.recolour import IDENTITY
from imggen.draw.sprites import sprite_arrays
from imggen.draw.transform import Transformer
from imggen.kernels import pack
from imggen.planning.placement.scaling import scaled_sizes, turned_sizes
from imggen.planning.scenes import Needs, Orders

BEFORE = np.array([2, 11, 5, 3])  # sprites, pixels, rows and runs that the arena holds already
UNTOUCHED = 7


class Order(NamedTuple):
    """A sprite to be made: sizes when it is scaled, and when it is turned too; degrees."""

    row: int
    scaled: tuple[int, int]
    size: tuple[int, int]
    angle: float = 0.0
    mirrored: bool = False
    nearest: bool = False
    matrix: np.ndarray = IDENTITY
    opacity: float = 1.0
    kind: int = 0


def orders_of(orders, sources, mode="RGBA"):
    """What the kernel is asked to make of sprites of these sizes, one number after the other."""
    numbers = [numbers_of(order) for order in orders]
    colours = [colours_of(order, mode) for order in orders]
    needs = [needs_of(*pair) for pair in zip(sources, orders, strict=True)]
    return Orders(
        np.array(numbers, np.int64).reshape(-1, 11),
        np.array(colours, np.float32).reshape(-1, 10),
        needs,
    )


def needs_of(source, order):
    width, height = order.size
    around = (source[0] + 16) * (source[1] + 16)
    return Needs(width * height, height, height * (width // 8 + 2), around, width)


def numbers_of(order):
    cosine = round(math.cos(math.radians(order.angle)) * 2**32)
    sine = round(math.sin(math.radians(order.angle)) * 2**32)
    recolours = order.opacity != 1 or order.matrix is not IDENTITY
    flags = order.mirrored, order.nearest, recolours, order.kind
    return order.row, *order.scaled, *order.size, cosine, sine, *flags


def colours_of(order, mode):
    matrix = order.matrix[0, 0] * IDENTITY if mode == "L" else order.matrix
    return [*matrix.ravel().tolist(), order.opacity]


def order_of(pixels, scale=1.0, angle=0.0, **values):
    """An order of the only sprite."""
    scaled = scaled_sizes(np.array(pixels.shape[1::-1]), scale)
    sizes = (tuple(one.tolist()) for one in (scaled, turned_sizes(scaled, angle)))
    return Order(0, *sizes, angle, **values)


def transform(pixels, order, mode="RGBA"):
    """What becomes of RGBA `pixels`: colour and alpha, (height, width, channels) and without."""
    colour, alpha, _, _ = transform_with_runs(pixels, order, mode)
    return colour, alpha


def transform_with_runs(pixels, order, mode="RGBA"):
    """Likewise, and how many runs each row has, and the runs."""
    channels = CHANNELS[mode]
    sprites = sprite_arrays(lay_out_sprites([to_art(Image.fromarray(pixels), mode)], channels))
    width, height = order.size
    runs = height * most_runs(width)
    _, colour, alpha, rows, runs, used = arena = (
        np.zeros((BEFORE[0] + 1, 4), np.int64),
        np.full((BEFORE[1] + width * height) * channels, UNTOUCHED, np.uint8),
        np.full(0 if channels == 4 else (BEFORE[1] + width * height) * channels, 9, np.uint8),
        np.full(BEFORE[2] + height + 1, -1, np.int64),
        np.full((BEFORE[3] + runs, 3), -1, np.int32),
        BEFORE.copy(),
    )
    Transformer(sprites, channels).make(
        orders_of([order], [pixels.shape[1::-1]], mode), pack("Arena", *arena)
    )
    assert (used - BEFORE)[:3].tolist() == [1, width * height, height]
    assert (colour[: BEFORE[1] * channels] == UNTOUCHED).all()
    assert (runs[: BEFORE[3]] == -1).all()
    colour = colour[BEFORE[1] * channels :].reshape(height, width, channels)
    if channels == 4:
        alpha = colour[..., 3]
    else:
        alpha = alpha[BEFORE[1] * channels :].reshape(height, width, channels)
        assert (alpha == alpha[..., :1]).all()
        alpha = alpha[..., 0]
    rows = rows[BEFORE[2] :]
    assert (rows[0], rows[-1]) == (BEFORE[3], used[3])
    return colour, alpha, np.diff(rows), runs[BEFORE[3] : used[3]]
