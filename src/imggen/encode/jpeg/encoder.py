"""Encode JPEGs by splicing: only what sprites touch is encoded for each image.

A restart marker every few MCUs cuts a JPEG's entropy-coded data into independent intervals: each
starts at a byte and predicts from zero. So a background is encoded once, and an image is its file
with the intervals that a sprite touches exchanged. The result equals, byte for byte, the file that
Pillow makes of the whole image with the same quality, subsampling and restart interval.

    background   RST0  RST1  RST2  RST3  RST4   EOI
    sprites           new   new                       drawn and encoded by themselves
    image      RST0  new1  new2  RST3  RST4   EOI

A kernel makes new intervals, see splicer.py: it codes the MCUs that sprites cover, and copies the
bits of the others. Where this machine's libjpeg codes otherwise, libjpeg makes them: see grid.py,
libjpeg.py, scan.py and sheet.py.

Source: ITU-T T.81 (ISO/IEC 10918-1), "T.81" below.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.draw.sprite_cache import SceneSprites, SpriteCache
from imggen.encode.encoded import Encoded, Regions
from imggen.encode.jpeg.grid import Grid
from imggen.encode.jpeg.interval import choose_interval
from imggen.encode.jpeg.libjpeg import Compressor, as_image
from imggen.encode.jpeg.scan import Scan, head_size, splice
from imggen.encode.jpeg.sheet import Sheet
from imggen.encode.jpeg.splicer import IndexedBackground, Splicer

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.encode.codec import CodecSettings
    from imggen.encode.shared_arrays import SharedArrays
    from imggen.planning import Scene

KEPT_BYTES = 2**29  # of the backgrounds whose files are kept; files take a tenth of their pixels

MOST_JOINED = 2**18  # bytes; a copy of so many costs less than to handle many pieces
ONLY_TILE = np.zeros(1, np.int64)  # the only tile of a canvas that is not cut


@dataclass(frozen=True)
class TileCoder:
    """The canvas cut into tiles of one interval length, and the compressor for them."""

    grid: Grid
    compressor: Compressor
    sheet: Sheet
    splicer: Splicer


@dataclass(frozen=True)
class EncodedBackground:
    """A background's file, cut where it can be spliced.

    Attributes
    ----------
    indexed : None where MCUs cannot be exchanged, but intervals only
    """

    coder: TileCoder
    head: memoryview
    scan: Scan
    indexed: IndexedBackground | None


class JpegEncoder:
    """Encodes the scenes of one library by splicing into its backgrounds' files."""

    def __init__(
        self,
        library: Library,
        output: CodecSettings,
        shared: SharedArrays | None = None,  # noqa: ARG002  # files are small, and each worker has its own
    ) -> None:
        self._library = library
        self._output = output
        self.sprite_cache = SpriteCache(library)
        self._coder = lru_cache(maxsize=None)(self._make_coder)
        self._background = lru_cache(most_kept(library))(self._encode_background)

    def encode(self, scene: Scene) -> Encoded:
        """Return the file of `scene`."""
        background = self._background(scene.background)
        coder = background.coder
        drawn = self.sprite_cache.fetch(scene)
        if background.indexed:
            return coder.splicer.splice(background.indexed, drawn)
        if coder.grid.is_whole:
            image = coder.sheet.draw(scene.background, drawn, ONLY_TILE)
            return Encoded([coder.compressor.file(image, self._library.size)])
        tiles = coder.grid.touched(drawn.items, drawn.sprites)
        regions = Regions(coder.grid.rows * coder.grid.columns - len(tiles), 0, len(tiles))
        if not len(tiles):
            return Encoded([background.head, memoryview(background.scan.data)], regions)
        order, scan = self._encode_tiles(coder, scene.background, drawn, tiles)
        pieces = [background.head, *splice(background.scan, scan, order)]
        small = len(background.scan.data) < MOST_JOINED
        return Encoded([b"".join(pieces)] if small else pieces, regions)

    def _encode_tiles(
        self, coder: TileCoder, background: int, drawn: SceneSprites, tiles: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], Scan]:
        """Encode `tiles` of a scene; return them in the order of the data, and the data."""
        stacks = list(coder.grid.stacks(tiles, coder.sheet.slots))
        data = bytearray()
        for stack in stacks:
            image = coder.sheet.draw(background, drawn, stack)
            data += coder.compressor.scan(image, coder.grid.stack_size(stack))
        return np.concatenate(stacks), Scan.parse(data)

    def _encode_background(self, row: int) -> EncodedBackground:
        """Encode the background in row `row` of the library."""
        library = self._library
        image = as_image(library.backgrounds[row], library.mode)
        interval = choose_interval(image, self._output)
        coder = self._coder(interval)
        file = memoryview(coder.compressor.file(image, image.size))
        end = head_size(file)
        scan = Scan.parse(file[end:])
        indexed = coder.splicer.index(row, file, scan.bounds + end)
        return EncodedBackground(coder, file[:end], scan, indexed)

    def _make_coder(self, interval: int) -> TileCoder:
        """Make the coder for one restart marker every `interval` MCUs."""
        library = self._library
        grid = Grid.cut(library.size, library.mode, self._output.subsampling, interval)
        compressor = Compressor(library.mode, self._output, interval)
        blank = as_image(np.zeros((1, library.channels), np.uint8), library.mode)
        splicer = Splicer(
            library, self._output.subsampling, interval, compressor.file(blank, (1, 1))
        )
        return TileCoder(grid, compressor, Sheet(library, grid), splicer)


def most_kept(library: Library) -> int:
    """Return the number of backgrounds whose files are kept."""
    return max(1, KEPT_BYTES // math.prod(library.backgrounds.shape[1:]))
