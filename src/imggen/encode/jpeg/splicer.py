"""Exchange MCUs, and copy the bits of all others.

MCUs under a sprite are coded by a kernel, with libjpeg's own results: `index` finds out if this
libjpeg's are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.draw.sprites import pack_sprites, read_only
from imggen.encode.encoded import Encoded, Regions
from imggen.encode.jpeg.grid import mcu_size
from imggen.encode.jpeg.tables import Tables
from imggen.kernels import Struct, index_jpeg, pack, splice_jpeg

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.draw.sprite_cache import SceneSprites
    from imggen.encode.jpeg.scan import Buffer

Ints = npt.NDArray[np.int64]

SIDE = 8  # px, of a block
COMPONENTS = 3
FULL = -1
FIRST_BYTES = 2**16  # room for a file; doubled when one needs more
SPARE_BYTES = 16  # read behind a strip, or behind bits, and not used
NO_ITEMS = np.zeros((0, 3), np.int64)
NO_SPRITES = pack_sprites(
    np.zeros((0, 4), np.int64),
    np.zeros(0, np.uint8),
    np.zeros(0, np.uint8),
    np.zeros(1, np.int64),
    np.zeros((0, 3), np.int32),
)


@dataclass(frozen=True)
class IndexedBackground:
    """A background and its file, of which each MCU can be exchanged: a `JpegBackground`."""

    struct: Struct


class Splicer:
    """Splices into the files of one library's backgrounds that have one interval.

    Parameters
    ----------
    interval : MCUs between two restart markers; 0 for none
    head : what the files begin with
    """

    def __init__(self, library: Library, subsampling: str, interval: int, head: Buffer) -> None:
        self._backgrounds = read_only(library.backgrounds)
        width, height = library.size
        mcu_width, mcu_height = mcu_size(library.mode, subsampling)
        columns, rows = -(-width // mcu_width), -(-height // mcu_height)
        self._mcus = columns * rows
        tables = Tables.of(head)
        self._frame = pack(
            "JpegFrame",
            width,
            height,
            library.channels,
            mcu_width // SIDE,
            mcu_height // SIDE,
            interval or self._mcus,
            tables.quantisers,
            tables.codes,
        )
        stride = columns * mcu_width
        self._scratch = (
            np.empty(self._mcus, np.uint8),
            np.empty(stride * mcu_height * library.channels + SPARE_BYTES, np.uint8),
            np.empty(stride, np.uint32),
            np.empty(4 * stride, np.uint8),
            np.empty(COMPONENTS * stride * mcu_height, np.uint8),
        )
        self._counts = np.zeros(3, np.int64)
        self._make_room(FIRST_BYTES)

    def _make_room(self, size_bytes: int) -> None:
        """Have room for a file of `size_bytes`."""
        self._out = np.empty(size_bytes, np.uint8)
        self._room = pack("JpegRoom", *self._scratch, self._out, size_bytes)

    def index(self, row: int, file: Buffer, bounds: Ints) -> IndexedBackground | None:
        """Find the MCUs of a background; None if this libjpeg codes them otherwise.

        Parameters
        ----------
        row : in `Library.backgrounds`
        file : what libjpeg made of it
        bounds : (intervals + 1,): interval k is file[bounds[k]:bounds[k + 1]], with its marker
        """
        at = np.zeros((self._mcus + 1, COMPONENTS), np.int64)
        firsts, lasts = np.zeros((2, self._mcus, COMPONENTS), np.int16)
        pixels, content = self._backgrounds[row], np.frombuffer(file, np.uint8)
        parts = pixels, content, bounds, np.zeros(0, np.uint8), at, firsts, lasts
        bare = pack("JpegBackground", *parts)
        while (size := index_jpeg(self._frame, bare, self._room, at, firsts, lasts)) == FULL:
            self._make_room(2 * len(self._out))
        bits = np.append(self._out[:size], np.zeros(SPARE_BYTES, np.uint8))
        indexed = IndexedBackground(
            pack("JpegBackground", pixels, content, bounds, bits, at, firsts, lasts)
        )
        made = self._splice(indexed, (NO_SPRITES.struct, NO_ITEMS, 0), copies_bits=True)
        return indexed if made == content.data else None

    def splice(self, background: IndexedBackground, drawn: SceneSprites) -> Encoded:
        """Return the file of a scene; its pieces are valid until the next call."""
        items = drawn.sprites.struct, drawn.items, len(drawn.items)
        made = self._splice(background, items, copies_bits=False)
        return Encoded([made], Regions(*self._counts.tolist()))

    def _splice(
        self, background: IndexedBackground, items: tuple[Struct, Ints, int], *, copies_bits: bool
    ) -> memoryview:
        """Return the file of the scene that shows `items`, as `splice_jpeg` makes it."""
        arguments = self._frame, background.struct, *items
        while True:
            size = splice_jpeg(*arguments, self._room, int(copies_bits), self._counts)
            if size != FULL:
                return self._out.data[:size]
            self._make_room(2 * len(self._out))
