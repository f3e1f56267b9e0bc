"""JPEG: only what the sprites cover is encoded; the rest of the file is the backdrop's own.

A restart marker every few MCUs cuts a JPEG's entropy-coded data into intervals that know nothing
of each other: each starts at a byte and predicts from zero. So a backdrop is encoded once, and an
image is its file with the intervals that a sprite touches exchanged. The result is, byte for byte,
what Pillow makes of the whole image with the same quality, subsampling and restart interval.

    backdrop   RST0  RST1  RST2  RST3  RST4   EOI
    sprites           new   new                       drawn and encoded alone
    image      RST0  new1  new2  RST3  RST4   EOI

Source: ITU-T T.81 (ISO/IEC 10918-1), "T.81" below.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.draw.wardrobe import Dressed, Wardrobe
from imggen.encode.jpeg.grid import Grid
from imggen.encode.jpeg.interval import choose_interval
from imggen.encode.jpeg.libjpeg import Compressor, as_image
from imggen.encode.jpeg.scan import Scan, head_size, splice
from imggen.encode.jpeg.sheet import Sheet
from imggen.encode.parts import WHOLE, Parts

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.encode.codec import CodecSettings
    from imggen.encode.shared import SharedArrays
    from imggen.plan import Scene

KEPT_BYTES = 2**29  # per process, were a backdrop's file as large as its pixels; it is a tenth

ONLY_TILE = np.zeros(1, np.int64)  # the only tile of a canvas that is not cut


@dataclass(frozen=True)
class Coder:
    """What encodes the tiles of one interval length, and the canvas cut into such tiles."""

    grid: Grid
    compressor: Compressor
    sheet: Sheet


@dataclass(frozen=True)
class Backdrop:
    """A backdrop's file, cut where it can be spliced."""

    coder: Coder
    head: memoryview
    scan: Scan


class JpegEncoder:
    """Encodes the scenes of one library by splicing into its backdrops' files."""

    parts = WHOLE

    def __init__(
        self,
        library: Library,
        output: CodecSettings,
        shared: SharedArrays | None = None,  # noqa: ARG002  # nothing here is worth it
    ) -> None:
        self._library = library
        self._output = output
        self.wardrobe = Wardrobe(library)
        self._coder = lru_cache(maxsize=None)(self._make_coder)
        self._backdrop = lru_cache(most_kept(library))(self._encode_backdrop)

    def encode(self, scene: Scene) -> list[memoryview]:
        """The file of `scene`, in pieces."""
        backdrop = self._backdrop(scene.backdrop)
        coder = backdrop.coder
        dressed = self.wardrobe.dress(scene)
        if coder.grid.is_whole:
            self.parts = WHOLE
            coder.sheet.draw(scene.backdrop, dressed, ONLY_TILE)
            return [memoryview(coder.compressor.file(coder.sheet.image, self._library.size))]
        tiles = coder.grid.touched(dressed.items, dressed.sprites)
        self.parts = Parts(coder.grid.rows * coder.grid.columns - len(tiles), 0, len(tiles))
        if not len(tiles):
            return [backdrop.head, memoryview(backdrop.scan.data)]
        order, scan = self._encode_tiles(coder, scene.backdrop, dressed, tiles)
        return [backdrop.head, *splice(backdrop.scan, scan, order)]

    def _encode_tiles(
        self, coder: Coder, backdrop: int, dressed: Dressed, tiles: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], Scan]:
        """Encode `tiles` of a scene; they come out in another order."""
        stacks = list(coder.grid.stacks(tiles, coder.sheet.slots))
        data = bytearray()
        for stack in stacks:
            coder.sheet.draw(backdrop, dressed, stack)
            data += coder.compressor.scan(coder.sheet.image, coder.grid.stack_size(stack))
        return np.concatenate(stacks), Scan.parse(data)

    def _encode_backdrop(self, row: int) -> Backdrop:
        """Encode row `row` of the library's backdrops."""
        library = self._library
        image = as_image(library.backdrops[row], library.mode)
        coder = self._coder(choose_interval(image, self._output))
        file = memoryview(coder.compressor.file(image, image.size))
        end = head_size(file)
        return Backdrop(coder, file[:end], Scan.parse(file[end:]))

    def _make_coder(self, interval: int) -> Coder:
        """The coder for one marker every `interval` MCUs."""
        library = self._library
        grid = Grid.cut(library.size, library.mode, self._output.subsampling, interval)
        compressor = Compressor(library.mode, self._output, interval)
        return Coder(grid, compressor, Sheet(library, grid))


def most_kept(library: Library) -> int:
    """How many backdrops' files are kept."""
    return max(1, KEPT_BYTES // math.prod(library.backdrops.shape[1:]))
