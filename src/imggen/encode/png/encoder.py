"""PNG: a scene as the pieces of its file.

Source: Portable Network Graphics Specification, 3rd edition (W3C, 2025).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from isal import isal_zlib

from imggen.draw.sprites import read_only, sprite_arrays
from imggen.draw.wardrobe import Wardrobe
from imggen.encode.parts import WHOLE, Parts
from imggen.encode.png.backdrop import Prepared, pack_prepared, prepare
from imggen.encode.png.chunks import first_chunks, last_chunks
from imggen.encode.png.memo import forget_bands, make_memo
from imggen.encode.png.prior import sprite_prior
from imggen.encode.png.scratch import make_scratch
from imggen.encode.shared import Arrays, SharedArrays
from imggen.kernels import Struct, code_image

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.encode.codec import CodecSettings
    from imggen.plan import Scene


class PngEncoder:
    """Encodes scenes of one library; a backdrop is prepared when a scene first shows it."""

    parts = WHOLE

    def __init__(
        self, library: Library, output: CodecSettings, shared: SharedArrays | None = None
    ) -> None:
        self._library = library
        self._pixels = read_only(library.backdrops)
        self.wardrobe = Wardrobe(library)
        height, row_bytes = library.backdrops.shape[1:]
        self._scratch = make_scratch(height, row_bytes, library.most_items)
        self._prior: npt.NDArray[np.int64] | None = None
        self._memo = make_memo()
        self._emptied = self.wardrobe.emptied
        self._out = memoryview(self._scratch.out.view(np.uint8))
        self._first = first_chunks(library.size, library.mode)
        self._effort = output.effort
        self._shared = shared or SharedArrays()
        self._backdrops: dict[int, tuple[Prepared, Struct]] = {}  # the one that is used
        self._result = np.zeros(4, np.int64)

    def encode(self, scene: Scene) -> list[bytes | memoryview]:
        """The file of `scene`, in pieces that are valid until the next call."""
        backdrop, packed = self._prepared(scene.backdrop)
        sprites, items = self.wardrobe.dress(scene)
        if self.wardrobe.emptied > self._emptied:  # perhaps for others, who dress there too
            self._emptied = self.wardrobe.emptied
            forget_bands(self._memo)  # they are known by rows that are other sprites now
        code_image(
            packed,
            scene.backdrop,
            sprites.struct,
            items,
            len(items),
            self._library.channels,
            self._scratch.struct,
            self._memo.struct,
            self._result,
        )
        n, adler, spliced, afresh = self._result.tolist()
        self.parts = Parts(len(backdrop.spliced) - spliced - afresh, spliced, afresh)
        clean = memoryview(backdrop.clean)
        clean_at = backdrop.clean_at
        pieces: list[bytes | memoryview] = [self._first]
        done = 0
        for band, end_band, start, stop in self._scratch.pieces[:n].tolist():
            if done < band:
                pieces.append(clean[clean_at[done] : clean_at[band]])
            struct.pack_into(">I4s", self._out, start, stop - start - 8, b"IDAT")
            struct.pack_into(">I", self._out, stop, isal_zlib.crc32(self._out[start + 4 : stop]))
            pieces.append(self._out[start : stop + 4])
            done = end_band
        pieces.append(clean[clean_at[done] :])
        pieces.append(last_chunks(adler))
        return pieces

    def _prepared(self, index: int) -> tuple[Prepared, Struct]:
        """The backdrop in that row of the library."""
        if index not in self._backdrops:
            pixels = self._pixels[index]
            arrays = self._shared.get(f"backdrop-{index}", lambda: self._prepare(pixels))
            prepared = Prepared(pixels, *arrays)
            self._backdrops = {index: (prepared, pack_prepared(prepared))}
        return self._backdrops[index]

    def _prepare(self, pixels: npt.NDArray[np.uint8]) -> Arrays:
        """What is kept of a backdrop besides its pixels."""
        if self._prior is None:
            sprites = sprite_arrays(self._library.sprites)
            self._prior = sprite_prior(sprites, self._library.channels, self._scratch)
        channels, effort = self._library.channels, self._effort
        return prepare(pixels, channels, self._prior, effort, self._scratch)[1:]
