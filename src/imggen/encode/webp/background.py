"""A background, prepared once: how its tiles are coded, its own code, and where that may be cut."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.encode.webp.flat import flat_bits
from imggen.encode.webp.picture import (
    NO_CROSSES,
    Counts,
    Picture,
    cluster,
    first_prices,
    group_counts,
    prices_of,
    scratch_lines,
    tile_bits,
)
from imggen.encode.webp.sprites import SpriteTiles
from imggen.encode.webp.vp8l import CHANNELS, GRID, LEVELS, MODES, count_tiles
from imggen.kernels import Struct, code_pixels, pack, put_head

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint32]

ALL_MODES = (1 << MODES) - 1
MOST_OWN_GROUPS, MOST_SPRITE_GROUPS = 16, 8  # 64 would save 0.3 %
PIXELS_A_GROUP = 2**15  # at least: each group's codes take a few hundred bytes
SAMPLED_ROWS = 4  # of so many rows, one is looked at where a rough idea is enough
SPARE_WORDS = 4  # what bit copies read ahead
SCALE = 64  # of weights, so that 1 for what never came changes little
SPRITE_SHARE = 20  # of what a background's group codes, one part in so many is like sprites
BACKGROUND_SHARE = 32  # of what a sprites' group codes, likewise
PLAIN_SHARE = 16  # one tile in so many, at least, is plain where plain tiles have a group
EDGE_GROUPS = 2  # of plain tiles, and of those at their edges


class Prepared(NamedTuple):
    """A prepared background. If it is flat art, `data` is empty: scenes are coded whole.

    Attributes
    ----------
    pixels : (height, row) uint8
    modes, groups : (tiles,) uint8, predictor and group of codes
    crosses : uint32, multipliers of the colour transform's tiles
    mode_table : (MODES,) uint32, the code of predictors, as huffman.h has it
    group_table : (groups,) uint32, the code of groups
    tables : (groups, CHANNELS * LEVELS) uint32, the codes of each group: own ones, then sprites'
        (if the last own group is of plain tiles, one of what sprites touch of them lies between)
    head : uint64, what is the same in every image's header, in pieces
    head_at : (3 + groups,) int64, where the pieces begin and end: see prepare.c
    data : uint64, all pixels coded; empty if scenes are coded whole
    band_at : (bands + 1,) int64, bit in `data` of each row of tiles
    column_at : (height, columns + 1) uint32, bits from there to each grid column, and to the end
    own_groups : (1,) int64, the number of own groups
    """

    pixels: Bytes
    modes: Bytes
    groups: Bytes
    crosses: Words
    mode_table: Words
    group_table: Words
    tables: Words
    head: npt.NDArray[np.uint64]
    head_at: Ints
    data: npt.NDArray[np.uint64]
    band_at: Ints
    column_at: Words
    own_groups: Ints

    @property
    def is_flat(self) -> bool:
        """Return whether scenes are coded whole."""
        return len(self.data) == 0


class Sizes(NamedTuple):
    """Numbers that follow from the canvas and how many sprites it may show."""

    width: int
    height: int
    channels: int
    most_items: int
    bits: int
    own_groups: int
    sprite_groups: int

    @property
    def cross_bits(self) -> int:
        """Return those of the colour transform's tiles; grey has none."""
        return 0 if self.channels == 1 else self.bits + 1


def sizes_of(size: tuple[int, int], channels: int, most_items: int) -> Sizes:
    """Return the sizes for a canvas of `size` (width, height) px, and as many sprites on it."""
    groups = max(1, size[0] * size[1] // PIXELS_A_GROUP)
    own, of_sprites = min(groups, MOST_OWN_GROUPS), min(-(-groups // 2), MOST_SPRITE_GROUPS)
    return Sizes(*size, channels, most_items, tile_bits(size), own, of_sprites)


def pack_prepared(made: Prepared, sizes: Sizes) -> Struct:
    """Pack `made` for the kernels."""
    groups = int(made.own_groups[0]), len(made.tables) - sizes.sprite_groups
    numbers = sizes.height, sizes.width, sizes.bits, sizes.cross_bits, *groups
    return pack("WebpBackground", *made[:-1], *numbers)


def prepare(pixels: Bytes, sizes: Sizes, sprites: SpriteTiles) -> Prepared:
    """Prepare the background `pixels` (height, row) for scenes that show `sprites`."""
    size = sizes.width, sizes.height
    picture = Picture(pixels, size, sizes.channels, sizes.bits)
    sampled = picture._replace(step=SAMPLED_ROWS)
    modes = sampled.choose_modes(ALL_MODES, first_prices(sizes.channels))
    prices = prices_of(total(sampled.count_residuals(modes)))
    modes = picture.choose_modes(ALL_MODES, prices)
    crosses = NO_CROSSES
    if sizes.cross_bits:
        prices = prices_of(total(sampled.count_residuals(modes)))
        crosses = picture.choose_crosses(modes, sizes.cross_bits, prices)
    counts = picture.count_residuals(modes, crosses, sizes.cross_bits)
    groups, plain = group_tiles(counts, sizes.own_groups)
    own = group_counts(counts, groups, sizes.own_groups + plain)
    weights = weigh(own, sprites.counts, plain=plain)
    made = with_head(pixels, modes, groups, crosses, sizes, weights, sprites)
    bits = bits_of(made, own)
    if is_flat(picture, bits + int(made.head_at[-1]), sprites.bits * sizes.most_items):
        return made
    return with_data(made, sizes, bits)


def group_tiles(counts: Counts, k: int) -> tuple[Bytes, bool]:
    """Sort tiles into `k` groups; plain ones, if many, into one more, which takes no bits.

    A tile is plain if it is predicted exactly. Returns (tiles,) uint8, and True if plain tiles have
    a group.
    """
    exact = counts[:, ::LEVELS].sum(axis=1, dtype=np.int64)
    plain = exact == counts.sum(axis=1, dtype=np.int64)
    if plain.sum() * PLAIN_SHARE < len(counts):
        return cluster(counts, k), False
    groups = np.full(len(counts), k, np.uint8)
    groups[~plain] = cluster(counts[~plain], k)
    return groups, True


def is_flat(picture: Picture, bits: int, sprite_bits: Ints) -> bool:
    """Return whether scenes are smaller if they are coded whole, as flat art.

    `bits` and the first of `sprite_bits` are by tiles, the second is as flat art.
    """
    return flat_bits(picture) + int(sprite_bits[1]) < bits + int(sprite_bits[0])


def total(counts: npt.NDArray[np.uint16]) -> Ints:
    """Sum counts of all tiles."""
    sums: Ints = counts.sum(axis=0, dtype=np.int64)
    return sums


def weigh(own: Ints, of_sprites: Ints, *, plain: bool) -> Ints:
    """Weigh levels for the codes of all groups, so that each has a code whatever is drawn.

    Groups of the background code the edges of sprites too, and those of sprites what shows through.
    But the last own group, if it is `plain`, codes nothing else; next to it comes one of its edges.
    """
    mixed_own, mixed_sprites = own.sum(axis=0), of_sprites.sum(axis=0)
    sprites = mix(of_sprites, mixed_own, BACKGROUND_SHARE) * SCALE + 1
    if not plain:
        return np.concatenate([mix(own, mixed_sprites, SPRITE_SHARE) * SCALE + 1, sprites])
    others = mix(own[:-1], mixed_sprites, SPRITE_SHARE) * SCALE + 1
    zeros = np.zeros_like(own[-1:])
    zeros[:, ::LEVELS] = 1
    pixels = max(1, int(mixed_sprites[:LEVELS].sum()))
    edges = (mixed_sprites + zeros * pixels) * SCALE + 1
    return np.concatenate([others, zeros, edges, sprites])


def mix(counts: Ints, others: Ints, share: int) -> Ints:
    """Add to each group's counts `others`, so scaled that they are one part in `share`."""
    totals = counts.sum(axis=1, keepdims=True)
    mixed: Ints = counts + others * totals // max(1, int(others.sum()) * share)
    return mixed


def with_head(
    pixels: Bytes,
    modes: Bytes,
    groups: Bytes,
    crosses: Words,
    sizes: Sizes,
    weights: Ints,
    sprites: SpriteTiles,
) -> Prepared:
    """Make the codes, and write what is the same in every header."""
    count = len(weights)
    own_count = sizes.own_groups + (count > sizes.own_groups + sizes.sprite_groups)
    mode_weights = expected(np.bincount(modes, minlength=MODES), sprites.modes)
    own_groups = np.bincount(groups, minlength=own_count)
    of_sprites = np.ones(count - own_count, np.int64)
    group_weights = expected(
        np.append(own_groups, 0 * of_sprites), np.append(0 * own_groups, of_sprites)
    )
    tables = np.zeros((count, CHANNELS * LEVELS), np.uint32)
    mode_table, group_table = np.zeros(MODES, np.uint32), np.zeros(count, np.uint32)
    head = np.zeros(1024 + len(crosses) + 1024 * count, np.uint64)
    head_at = np.zeros(3 + count, np.int64)
    how = sizes.width, sizes.height, sizes.channels, sizes.bits, crosses, sizes.cross_bits, count
    put_head(
        *how, mode_weights, group_weights, weights, mode_table, group_table, tables, head, head_at
    )
    head = head[: int(head_at[-1]) // 64 + SPARE_WORDS].copy()
    none = np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros(0, np.uint32)
    return Prepared(
        pixels,
        modes,
        groups,
        crosses,
        mode_table,
        group_table,
        tables,
        head,
        head_at,
        *none,
        np.array([own_count]),
    )


def expected(own: Ints, of_sprites: Ints) -> Ints:
    """Weigh what a header's symbols are expected to be: sprites cover a tenth of a picture."""
    covered = of_sprites * int(own.sum()) // max(1, 10 * int(of_sprites.sum()))
    return (own + covered) * 8 + 1


def bits_of(made: Prepared, own: Ints) -> int:
    """Return how many bits the background's own pixels take."""
    lengths = (made.tables[: len(own)] & 0xFF).astype(np.int64).reshape(len(own), CHANNELS, LEVELS)
    channels = own.shape[1] // LEVELS
    first = 1 if channels == 1 else 0
    return int((lengths[:, first : first + channels].reshape(own.shape) * own).sum())


def with_data(made: Prepared, sizes: Sizes, bits: int) -> Prepared:
    """Code the background's own pixels, which take `bits` bits."""
    data = np.zeros(bits // 64 + SPARE_WORDS, np.uint64)
    band_at = np.zeros(count_tiles(sizes.height, sizes.bits) + 1, np.int64)
    column_at = np.zeros((sizes.height, -(-sizes.width // GRID) + 1), np.uint32)
    lines, residuals = scratch_lines(sizes.width), np.zeros(sizes.width, np.uint32)
    struct = pack_prepared(made, sizes)
    code_pixels(
        made.pixels,
        sizes.height,
        sizes.channels,
        struct,
        lines,
        residuals,
        data,
        band_at,
        column_at,
    )
    return made._replace(data=data, band_at=band_at, column_at=column_at)
