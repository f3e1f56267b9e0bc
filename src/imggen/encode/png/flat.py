"""Choose how bands of flat art are coded when sprites touch them: with rows filtered, or not.

Filters suit gradients and photographs; unfiltered, drawn shapes and pixel art repeat themselves:
see unfiltered.h. What a touched band shows is mostly sprites, so some are tried on the background.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.encode.png.deflate import LONGEST_MATCH
from imggen.encode.png.filters import NONE, UP
from imggen.kernels import Struct, code_band, sum_rows

if TYPE_CHECKING:
    from imggen.draw.sprites import SpriteArrays
    from imggen.encode.png.background import Prepared
    from imggen.encode.png.scratch import Scratch

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

MOST_TRIED = 16  # sprites
NO_ITEMS = np.zeros((0, 3), np.int64)
RAW_DEFLATE = -15  # zlib's window bits: 32 KB, no header


class Way(NamedTuple):
    """A way to code a band: see `Prepared`."""

    unfiltered: bool
    filters: Bytes
    zeros: Ints


class FlatBands:
    """Chooses how the bands of a background that are flat art are coded.

    Parameters
    ----------
    made : filters, checksums and `unfiltered` of those bands are changed
    packed : `made` for the kernels
    level : of zlib, for bands that no sprite touches; 0 for the least effort: all rows are filtered
    """

    def __init__(
        self,
        made: Prepared,
        packed: Struct,
        channels: int,
        sprites: SpriteArrays,
        scratch: Scratch,
        level: int,
    ) -> None:
        self._made, self._packed, self._channels = made, packed, channels
        self._sprites, self._scratch, self._level = sprites, scratch, level
        self._growth: list[int] = []  # by a sprite, of a filtered and of an unfiltered band

    def choose(self, band: int, rows: slice, filtered: Bytes, pieces: list[bytes]) -> list[bytes]:
        """Choose how a band is coded. Return its code, to be used whole, in several ways.

        Parameters
        ----------
        filtered : (rows, 1 + row) uint8
        pieces : its code with filtered rows
        """
        with_filters = Way(
            unfiltered=False, filters=filtered[:, 0].copy(), zeros=count_zeros(filtered[:, 1:])
        )
        if not self._level:
            self._set(band, rows, with_filters)
            return pieces
        without = self._unfiltered(rows)
        ways = with_filters, without
        self._growth = self._growth or [self._grow(band, rows, way) for way in ways]
        self._set(band, rows, with_filters)
        filtered_bytes = len(self._code(band)[0]) + self._growth[False]
        self._set(band, rows, without)
        piece, sums = self._code(band)
        if filtered_bytes <= len(piece) + self._growth[True]:
            self._set(band, rows, with_filters)
            return [*pieces, self._deflated(filtered)]
        self._made.checksums[band, :2] = sums
        piece, _ = self._code(band, thorough=True)
        return [piece, self._deflated(self._scratch.residuals[: filtered.size])]

    def _unfiltered(self, rows: slice) -> Way:
        """Return the way without filters. Fill in the sums of the band's bytes, which it uses."""
        pixels, sums = self._made.pixels[rows], self._made.sums[rows]
        data = np.pad(pixels, ((0, 0), (1, 0)))
        sum_rows(data, len(data), data.shape[1], self._channels, sums, sums.shape[1] - 1)
        return Way(
            unfiltered=True,
            filters=repeated_rows(pixels),
            zeros=count_plain(pixels, self._channels),
        )

    def _set(self, band: int, rows: slice, way: Way) -> None:
        """Set how a band is coded."""
        made = self._made
        made.unfiltered[band], made.filters[rows], made.zeros[rows] = way

    def _grow(self, band: int, rows: slice, way: Way) -> int:
        """Return the bytes by which a sprite makes a band larger, on the mean of some."""
        self._set(band, rows, way)
        table = self._sprites.table
        tried = range(0, len(table), max(1, -(-len(table) // MOST_TRIED)))
        items = [middle_of(sprite, int(table[sprite, 3]), rows) for sprite in tried]
        bare_bytes = len(self._code(band)[0])
        growth = sum(len(self._code(band, item)[0]) - bare_bytes for item in items)
        return growth // max(1, len(items))

    def _code(
        self, band: int, items: Ints = NO_ITEMS, *, thorough: bool = False
    ) -> tuple[bytes, list[int]]:
        """Return the code of a band that shows `items`, and the sums of its checksum.

        Matches are sought as for images if `thorough`, else fast.
        """
        sums, scratch = np.zeros(2, np.int64), self._scratch
        scene = self._sprites.struct, items, len(items), self._channels, int(thorough)
        size_bytes = code_band(self._packed, band, *scene, scratch.struct, sums)
        return scratch.out.view(np.uint8)[:size_bytes].tobytes(), sums.tolist()

    def _deflated(self, data: Bytes) -> bytes:
        """Compress a band with zlib, to the end of a byte."""
        # "Filtered" seeks long matches only: on photographs it beats every other strategy.
        deflate = zlib.compressobj(self._level, zlib.DEFLATED, RAW_DEFLATE, 9, zlib.Z_FILTERED)
        return deflate.compress(data) + deflate.flush(zlib.Z_SYNC_FLUSH)


def middle_of(sprite: int, height: int, rows: slice) -> Ints:
    """Return the item that shows the middle rows of a sprite in a band."""
    y = (rows.start + rows.stop - height) // 2
    return np.array([[sprite, 0, y]], np.int64)


def repeated_rows(pixels: Bytes) -> Bytes:
    """Return the filter type of each row of an unfiltered band: UP if it equals the one above.

    Matches reach over rows that are shorter than they are, so those are never UP.
    """
    kinds = np.full(len(pixels), NONE, np.uint8)
    if pixels.shape[1] < LONGEST_MATCH:
        return kinds
    kinds[1:][(pixels[1:] == pixels[:-1]).all(axis=1)] = UP
    return kinds


def count_zeros(residuals: Bytes) -> Ints:
    """Count the zeros that each row begins and ends with: (rows, 2)."""
    return count_ends(residuals != 0)


def count_plain(pixels: Bytes, channels: int) -> Ints:
    """Count the bytes of one colour that each row begins and ends with: (rows, 2)."""
    shaped = pixels.reshape(len(pixels), -1, channels)
    other = [(shaped != shaped[:, [end]]).any(axis=2) for end in (0, -1)]
    ends = [count_ends(one)[:, k] for k, one in enumerate(other)]
    return np.stack(ends, axis=1) * channels


def count_ends(other: npt.NDArray[np.bool_]) -> Ints:
    """Count what each row begins and ends with that is not `other`: (rows, 2)."""
    ends = np.stack([other.argmax(axis=1), other[:, ::-1].argmax(axis=1)], axis=1)
    ends[~other.any(axis=1)] = other.shape[1]
    return ends
