"""A predictor and a group of codes for each tile of the sprites."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.draw.sprites import SpriteArrays
from imggen.encode.webp.flat import flat_bits
from imggen.encode.webp.picture import (
    MOST_TILES,
    PRICE,
    Counts,
    Picture,
    cluster,
    first_prices,
    group_counts,
    nearest_groups,
    prices_of,
)
from imggen.encode.webp.vp8l import LEVELS, MODES
from imggen.kernels import Struct, pack

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

TRIED_MODES = 1 << 1 | 1 << 2 | 1 << 7 | 1 << 11 | 1 << 12 | 1 << 13  # others hardly win
MOST_FLAT = 64  # sprites that are coded as flat art, to see what that takes
SAMPLED_ROWS = 4  # of so many rows of a sprite, one is looked at


class SpriteTiles(NamedTuple):
    """The predictors and codes of the tiles of all sprites.

    Attributes
    ----------
    first : (sprites + 1,) int64, where each sprite's begin in `tiles`
    tiles : (.., 2) uint8, predictor and group, in rows from a sprite's top left corner
    usual : (sprites, 2) uint8, each sprite's commonest predictor and group
    counts : (groups, channels * LEVELS) int64, residuals that groups code
    modes : (MODES,) int64, how many tiles have each predictor
    bits : (2,) int64, what a sprite takes on average: by its tiles, and coded whole as flat art
    """

    first: Ints
    tiles: Bytes
    usual: Bytes
    counts: Ints
    modes: Ints
    bits: Ints


def pack_sprite_tiles(made: SpriteTiles, bits: int) -> Struct:
    """Pack what kernels need of `made`."""
    return pack("WebpSprites", made.first, made.tiles, made.usual, bits)


def prepare_sprites(sprites: SpriteArrays, channels: int, bits: int, groups: int) -> SpriteTiles:
    """Choose predictors and `groups` groups for tiles of 2**bits px of all sprites."""
    pictures = [picture_of(sprites, row, channels, bits) for row in range(len(sprites.table))]
    prices = first_prices(channels)
    modes = [picture.choose_modes(TRIED_MODES, prices) for picture in pictures]
    first = np.cumsum([0, *map(len, modes)])
    sample = sample_counts(pictures, modes, channels * LEVELS)
    prices = prices_of(group_counts(sample, cluster(sample, groups), groups))
    chosen = [np.zeros(0, np.uint8)]
    counts = np.zeros((groups, channels * LEVELS), np.int64)
    for picture, own in zip(pictures, modes, strict=True):
        of_tiles = picture.count_residuals(own)  # of all sprites at once, they may take gigabytes
        chosen.append(nearest_groups(of_tiles, prices))
        counts += group_counts(of_tiles, chosen[-1], groups)
    both = [np.concatenate([np.zeros(0, np.uint8), *modes]), np.concatenate(chosen)]
    tiles = np.stack(both, axis=1)
    usual = [commonest(tiles[a:b]) for a, b in pairwise(first.tolist())]
    return SpriteTiles(
        first=first,
        tiles=tiles,
        usual=np.array(usual, np.uint8).reshape(-1, 2),
        counts=counts,
        modes=np.bincount(tiles[:, 0], minlength=MODES),
        bits=np.array([mean_bits(counts, pictures), mean_flat_bits(pictures)]),
    )


def sample_counts(pictures: list[Picture], modes: list[Bytes], symbols: int) -> Counts:
    """Count the residuals of at most about MOST_TILES tiles, spread over all: (tiles, symbols)."""
    step = max(1, sum(map(len, modes)) // MOST_TILES)
    counts, start = [np.zeros((0, symbols), np.uint16)], 0
    for picture, own in zip(pictures, modes, strict=True):
        if -start % step < len(own):
            counts.append(picture.count_residuals(own)[-start % step :: step])
        start += len(own)
    return np.concatenate(counts)


def picture_of(sprites: SpriteArrays, row: int, channels: int, bits: int) -> Picture:
    """Return the sprite in that row of the table as a picture."""
    first, _, width, height = sprites.table[row].tolist()
    part = slice(first, first + width * height * channels)
    alpha = sprites.alpha[part][::channels] if len(sprites.alpha) else sprites.colour[part][3::4]
    seen = (alpha > 0).astype(np.uint8)
    return Picture(sprites.colour[part], (width, height), channels, bits, SAMPLED_ROWS, seen)


def mean_bits(counts: Ints, pictures: list[Picture]) -> int:
    """Return the mean bits of a sprite by the codes of groups, which code `counts`."""
    prices = prices_of(counts).astype(np.int64)
    return int((counts * prices).sum()) * SAMPLED_ROWS // PRICE // max(1, len(pictures))


def mean_flat_bits(pictures: list[Picture]) -> int:
    """Return the mean bits of a sprite that is coded whole as flat art; of some, if many."""
    some = [p for p in pictures[:: max(1, len(pictures) // MOST_FLAT)] if p.size[0] * p.size[1]]
    bits = [flat_bits(picture) for picture in some]
    return sum(bits) // max(1, len(bits))


def commonest(tiles: Bytes) -> tuple[int, int]:
    """Return the commonest predictor and group of `tiles` (n, 2), the lowest of equals."""
    if len(tiles) == 0:
        return 1, 0
    return int(np.bincount(tiles[:, 0]).argmax()), int(np.bincount(tiles[:, 1]).argmax())
