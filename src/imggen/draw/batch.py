"""Paint many small scenes by one call of a kernel each few hundred of them.

The pixels are those of `Painter`, which does all that a kernel alone cannot do: see
`can_paint_at_once`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.draw.orders import BORDER, most_runs, order_sprites
from imggen.draw.sprite_cache import (
    FEW_PIXELS,
    GROWTH,
    KEPT_PIXELS,
    MANY_FOUND,
    SpriteArena,
    nearest_rows,
)
from imggen.draw.sprites import read_only, sprite_arrays
from imggen.draw.transform import make_space, weights
from imggen.kernels import Struct, draw_scenes, pack
from imggen.planning.scenes import Needs

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.planning.scenes import Scenes

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

MOST_BYTES = 2**18  # of a small image; handing over larger ones takes no time beside drawing them
BLOCK_BYTES = 2**19  # painted at once: they are still in a core's own caches when they are written
KEY_WORDS = 16  # of a sprite, see draw/batch.h
NO_NUMBERS, NO_COLOURS = np.zeros((0, 11), np.int64), np.zeros((0, 10), np.float32)


def can_paint_at_once(library: Library) -> bool:
    """Return True if a `BatchPainter` can paint the scenes of `library`, and if that pays.

    A camera takes each picture by itself.
    """
    return not library.has_camera and library.backgrounds[0].nbytes <= MOST_BYTES


class BatchPainter:
    """Paints scenes of one library, many at once; it keeps sprites as `SpriteCache` does."""

    def __init__(self, library: Library) -> None:
        self._counts = np.zeros(3, np.int64)  # asked for, made, times that this room ran out
        self._sprites = sprite_arrays(library.sprites)
        self._backgrounds = read_only(library.backgrounds)
        self._size, self._channels = library.size, library.channels
        self._nearest = nearest_rows(library)
        self._kept = KeptSprites(0, self._channels, self._counts)
        self._space = make_space(0, 0)
        self._space_px = 0, 0

    @property
    def asked(self) -> int:
        """The number of sprites that scenes with transforms asked for."""
        return int(self._counts[0])

    @property
    def made(self) -> int:
        """The number of them that were made."""
        return int(self._counts[1])

    def blocks(self, scenes: Scenes) -> Iterator[tuple[slice, Bytes]]:
        """Yield all scenes in blocks: which they are, and their pixels, valid until the next.

        Pixels are (scenes, height, width * channels) uint8.
        """
        count = max(1, BLOCK_BYTES // self._backgrounds[0].nbytes)
        canvas = np.empty((min(count, len(scenes)), *self._backgrounds.shape[1:]), np.uint8)
        batch = self._pack(scenes)
        for start in range(0, len(scenes), count):
            stop = min(start + count, len(scenes))
            self._paint(batch, start, stop, canvas)
            yield slice(start, stop), canvas[: stop - start]

    def _paint(self, batch: Struct, start: int, stop: int, canvas: Bytes) -> None:
        """Paint the scenes `start` to `stop` of a batch on `canvas`."""
        (width, height), kept = self._size, self._kept
        draw_scenes(
            batch,
            start,
            stop,
            self._backgrounds,
            self._sprites.struct,
            kept.arena.sprites.struct,
            kept.arena.struct,
            kept.index,
            weights(),
            self._space,
            canvas,
            height,
            width,
            self._channels,
        )

    def _pack(self, scenes: Scenes) -> Struct:
        """Pack scenes for the kernel, and have the room that their sprites take."""
        numbers, colours = NO_NUMBERS, NO_COLOURS
        if scenes.looks is not None and len(scenes.items):
            rows, sizes = scenes.items[:, 0], self._sprites.table[:, 2:]
            grey = self._channels == 1
            numbers, colours = order_sprites(rows, scenes.looks, sizes, self._nearest, grey=grey)
            self._make_room(sizes[rows], numbers[:, 3:5])
        arrays = scenes.backgrounds, scenes.bounds, scenes.items, numbers, colours
        return pack("SceneBatch", *map(np.ascontiguousarray, arrays), int(len(numbers) > 0))

    def _make_room(self, sources: Ints, sizes: Ints) -> None:
        """Have room for any sprite of `sizes` (n, 2), px, that is made of such `sources` (n, 2)."""
        source = int((sources + 2 * BORDER).prod(axis=1).max())
        width, height = sizes.T
        if source > self._space_px[0] or width.max() > self._space_px[1]:
            most, longest = self._space_px
            self._space_px = max(source, most), max(int(width.max()), longest)
            self._space = make_space(*self._space_px)
        pixels, runs = (width * height).max(), (height * most_runs(width)).max()
        largest = Needs(int(pixels), int(height.max()), int(runs), 0, 0)
        pixels, wanted = self._kept.pixels, self._wanted_pixels()
        while wanted > pixels or not self._kept.could_hold(largest):
            pixels = wanted
            self._kept = KeptSprites(pixels, self._channels, self._counts)
            self._counts[2] = 0
            wanted = pixels if self._kept.could_hold(largest) else 2 * pixels

    def _wanted_pixels(self) -> int:
        """Return how many pixels to keep: more, where sprites were dropped and some found again."""
        asked, made, dropped = self._counts.tolist()
        pixels = self._kept.pixels
        if not pixels:
            return min(FEW_PIXELS, KEPT_PIXELS)
        if dropped and asked - made > asked * MANY_FOUND:
            return min(pixels * GROWTH, max(pixels, KEPT_PIXELS))
        return pixels


class KeptSprites:
    """An arena for about `pixels` px of made sprites, and what finds them in it and counts them.

    Attributes
    ----------
    index : a `SpriteIndex` of draw/batch.h
    """

    def __init__(self, pixels: int, channels: int, counts: Ints) -> None:
        self.pixels = pixels
        self.arena = SpriteArena(pixels, channels)
        most = self.arena.room[0]
        slots = np.full(2 ** max(1, (2 * most).bit_length()), -1, np.int32)
        keys, room = np.zeros((most, KEY_WORDS), np.uint64), np.array(self.arena.room, np.int64)
        self.index = pack("SpriteIndex", keys, slots, len(slots), room, counts)

    def could_hold(self, largest: Needs) -> bool:
        """Return True if a sprite with these needs fits where there is no other."""
        needs = 1, largest.pixels, largest.rows, largest.runs
        return all(need <= room for need, room in zip(needs, self.arena.room, strict=True))
