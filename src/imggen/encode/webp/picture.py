"""A picture in tiles: which predictor and multipliers each has, and how they are found."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.encode.webp.vp8l import LEVELS, LINE_MARGIN, MODES, count_tiles
from imggen.kernels import (
    assign_groups,
    choose_crosses,
    choose_modes,
    count_residuals,
    guess_prices,
    measure_tiles,
    price_levels,
    sum_groups,
)

Bytes = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.uint16]
Ints = npt.NDArray[np.int64]
Prices = npt.NDArray[np.uint16]
Words = npt.NDArray[np.uint32]

LEAST_BITS = 4  # tiles of 16 px: of what was tried, the smallest files
MOST_TILES = 2**14  # so that counts of their residuals take 32 MB, and fit 16 bits
ROUNDS = 4  # of clustering; more change a thousandth
PRICE = 256  # of a bit
EVERYTHING = np.zeros(0, np.uint8)
NO_CROSSES = np.zeros(0, np.uint32)


def tile_bits(size: tuple[int, int]) -> int:
    """Return the logarithm of a tile's side for a canvas of `size` (width, height) px."""
    bits = LEAST_BITS
    while count_tiles(size[0], bits) * count_tiles(size[1], bits) > MOST_TILES:
        bits += 1
    return bits


class Picture(NamedTuple):
    """Pixels, and how they are looked at.

    Attributes
    ----------
    pixels : uint8, rows of interleaved channels
    size : (width, height) px
    bits : of tiles
    step : of so many rows, one is looked at
    seen : (height * width,) uint8, 0 where nothing is seen; EVERYTHING if all is
    """

    pixels: Bytes
    size: tuple[int, int]
    channels: int
    bits: int
    step: int = 1
    seen: Bytes = EVERYTHING

    @property
    def tiles(self) -> int:
        """The number of tiles."""
        return count_tiles(self.size[0], self.bits) * count_tiles(self.size[1], self.bits)

    def choose_modes(self, mask: int, prices: Prices) -> Bytes:
        """Choose each tile's cheapest predictor of those in `mask`: (tiles,) uint8."""
        width, height = self.size
        modes = np.zeros(self.tiles, np.uint8)
        sums = np.zeros(MODES * count_tiles(width, self.bits), np.uint32)
        lines, residuals = scratch_lines(width), np.zeros(width, np.uint32)
        how = height, width, self.channels, self.bits, mask, self.step
        choose_modes(self.pixels, *how, prices, lines, residuals, sums, modes)
        return modes

    def count_residuals(
        self, modes: Bytes, crosses: Words = NO_CROSSES, cross_bits: int = 0
    ) -> Counts:
        """Count each tile's residuals by level: (tiles, channels * LEVELS) uint16."""
        width, height = self.size
        counts = np.zeros((self.tiles, self.channels * LEVELS), np.uint16)
        lines, residuals = scratch_lines(width), np.zeros(width, np.uint32)
        how = height, width, self.channels, self.bits, self.step, self.seen, len(self.seen) > 0
        count_residuals(self.pixels, *how, modes, crosses, cross_bits, lines, residuals, counts)
        return counts

    def choose_crosses(self, modes: Bytes, cross_bits: int, prices: Prices) -> Words:
        """Choose the colour transform of each tile of 2**cross_bits px: uint32, see cross.h."""
        width, height = self.size
        tiles = count_tiles(width, cross_bits) * count_tiles(height, cross_bits)
        crosses = np.zeros(tiles, np.uint32)
        lines, residuals = scratch_lines(width), np.zeros(width << cross_bits, np.uint32)
        how = height, width, self.channels, self.bits, modes, cross_bits, prices
        choose_crosses(self.pixels, *how, lines, residuals, crosses)
        return crosses


def scratch_lines(width: int) -> Words:
    """Return room for two lines of pixels."""
    return np.zeros(2 * (width + 2 * LINE_MARGIN), np.uint32)


def first_prices(channels: int) -> Prices:
    """Price residuals before any are known: (channels * LEVELS,) uint16."""
    prices = np.zeros(channels * LEVELS, np.uint16)
    guess_prices(channels, prices)
    return prices


def prices_of(counts: Ints) -> Prices:
    """Price residuals by how often they come: counts (.., channels * LEVELS) to uint16."""
    prices = np.zeros(counts.shape, np.uint16)
    price_levels(np.ascontiguousarray(counts, np.int64), counts.size // LEVELS, prices)
    return prices


def cluster(counts: Counts, k: int) -> Bytes:
    """Sort tiles into `k` groups that are cheap to code by one code each: (tiles,) uint8.

    k-means, whose distance is the bits of a tile by the code of a group. In whole numbers, so that
    it comes out the same everywhere. It begins with tiles by how large their residuals are.
    """
    tiles, symbols = counts.shape
    sizes = np.zeros(tiles, np.int64)
    measure_tiles(counts, tiles, symbols, sizes)
    groups = np.zeros(tiles, np.uint8)
    groups[np.argsort(sizes, kind="stable")] = np.arange(tiles) * k // max(tiles, 1)
    for _ in range(ROUNDS if k > 1 else 0):
        prices = prices_of(group_counts(counts, groups, k))
        if not assign_groups(counts, tiles, symbols, prices, k, groups):
            break
    return groups


def nearest_groups(counts: Counts, prices: Prices) -> Bytes:
    """Return the group whose prices are lowest for each tile's counts: (tiles,) uint8."""
    groups = np.zeros(len(counts), np.uint8)
    assign_groups(counts, len(counts), counts.shape[1], prices, len(prices), groups)
    return groups


def group_counts(counts: Counts, groups: Bytes, k: int) -> Ints:
    """Sum the counts of each group's tiles: (k, channels * LEVELS) int64."""
    sums = np.zeros((k, counts.shape[1]), np.int64)
    tiles, symbols = counts.shape
    sum_groups(counts, tiles, symbols, groups, sums)
    return sums
