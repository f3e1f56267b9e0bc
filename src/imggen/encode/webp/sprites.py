"""What sprites bring: a predictor and a group of codes for each of their tiles."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.draw.sprites import SpriteArrays
from imggen.encode.webp.picture import Picture, cluster, first_prices, group_counts
from imggen.encode.webp.vp8l import LEVELS, MODES, count_tiles
from imggen.kernels import Struct, pack

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

TRIED_MODES = 1 << 1 | 1 << 2 | 1 << 7 | 1 << 11 | 1 << 12 | 1 << 13  # others hardly win
SAMPLED_ROWS = 4  # of so many rows of a sprite, one is looked at


class SpriteTiles(NamedTuple):
    """How the tiles of all sprites are coded.

    Attributes
    ----------
    first : (sprites + 1,) int64, where each sprite's begin in `tiles`
    tiles : (.., 2) uint8, predictor and group, in rows from a sprite's top left corner
    usual : (sprites, 2) uint8, each sprite's commonest predictor and group
    counts : (groups, channels * LEVELS) int64, residuals that groups code
    modes : (MODES,) int64, how many tiles have each predictor
    """

    first: Ints
    tiles: Bytes
    usual: Bytes
    counts: Ints
    modes: Ints


def pack_sprite_tiles(made: SpriteTiles, bits: int) -> Struct:
    """Pack what kernels need of `made`."""
    return pack("WebpSprites", made.first, made.tiles, made.usual, bits)


def prepare_sprites(sprites: SpriteArrays, channels: int, bits: int, groups: int) -> SpriteTiles:
    """Choose predictors and `groups` groups for tiles of 2**bits px of all sprites."""
    pictures = [picture_of(sprites, row, channels, bits) for row in range(len(sprites.table))]
    prices = first_prices(channels)
    modes = [picture.choose_modes(TRIED_MODES, prices) for picture in pictures]
    counts = [p.count_residuals(own) for p, own in zip(pictures, modes, strict=True)]
    first = np.cumsum([0, *map(len, modes)])
    all_counts = np.concatenate([np.zeros((0, channels * LEVELS), np.uint16), *counts])
    chosen = cluster(all_counts, groups)
    tiles = np.stack([np.concatenate([np.zeros(0, np.uint8), *modes]), chosen], axis=1)
    usual = [commonest(tiles[a:b]) for a, b in zip(first[:-1], first[1:], strict=True)]
    return SpriteTiles(
        first=first,
        tiles=np.ascontiguousarray(tiles),
        usual=np.array(usual, np.uint8).reshape(-1, 2),
        counts=group_counts(all_counts, chosen, groups),
        modes=np.bincount(tiles[:, 0], minlength=MODES),
    )


def picture_of(sprites: SpriteArrays, row: int, channels: int, bits: int) -> Picture:
    """Return the sprite in that row of the table as a picture."""
    first, _, width, height = sprites.table[row].tolist()
    part = slice(first, first + width * height * channels)
    alpha = sprites.alpha[part][::channels] if len(sprites.alpha) else sprites.colour[part][3::4]
    seen = (alpha > 0).astype(np.uint8)
    return Picture(sprites.colour[part], (width, height), channels, bits, SAMPLED_ROWS, seen)


def commonest(tiles: Bytes) -> tuple[int, int]:
    """Return the commonest predictor and group of `tiles` (n, 2), the lowest of equals."""
    if len(tiles) == 0:
        return 1, 0
    return int(np.bincount(tiles[:, 0]).argmax()), int(np.bincount(tiles[:, 1]).argmax())
