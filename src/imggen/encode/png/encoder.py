"""Encode PNGs by splicing: only the bands that sprites touch are coded for each image.

Source: Portable Network Graphics Specification, 3rd edition (W3C, 2025).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from isal import isal_zlib

from imggen.draw.sprite_cache import SpriteCache
from imggen.draw.sprites import read_only, sprite_arrays
from imggen.encode.encoded import Encoded, Regions
from imggen.encode.png.background import Prepared, pack_prepared, prepare, sprite_prior
from imggen.encode.png.chunks import first_chunks, last_chunks
from imggen.encode.png.memo import make_memo
from imggen.encode.png.scratch import make_scratch
from imggen.encode.shared_arrays import Arrays, SharedArrays
from imggen.kernels import Struct, code_image

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.encode.codec import CodecSettings
    from imggen.planning import Scene


class PngEncoder:
    """Encodes scenes of one library. A background is prepared when a scene first shows it."""

    def __init__(
        self, library: Library, output: CodecSettings, shared: SharedArrays | None = None
    ) -> None:
        self._library = library
        self._pixels = read_only(library.backgrounds)
        self.sprite_cache = SpriteCache(library)
        height, row_bytes = library.backgrounds.shape[1:]
        thorough = output.effort == "max"
        self._scratch = make_scratch(height, row_bytes, library.most_items, thorough=thorough)
        self._prior: npt.NDArray[np.int64] | None = None
        self._memo = make_memo()
        self._out = memoryview(self._scratch.out.view(np.uint8))
        self._first = first_chunks(library.size, library.mode)
        self._effort = output.effort
        self._shared = shared or SharedArrays()
        self._backgrounds: dict[int, tuple[Prepared, Struct]] = {}  # the latest only
        self._result = np.zeros(4, np.int64)

    def encode(self, scene: Scene) -> Encoded:
        """Return the file of `scene`; its pieces are valid until the next call."""
        background, packed = self._prepared(scene.background)
        sprites, items, numbers = self.sprite_cache.fetch(scene)
        code_image(
            packed,
            scene.background,
            sprites.struct,
            items,
            numbers,
            len(items),
            self._library.channels,
            self._scratch.struct,
            self._memo.struct,
            self._result,
        )
        count, adler, spliced, afresh = self._result.tolist()
        regions = Regions(len(background.spliced) - spliced - afresh, spliced, afresh)
        chunks = self._scratch.pieces[:count].tolist()
        return Encoded(self._join(background, chunks, adler), regions)

    def _join(
        self, background: Prepared, chunks: Sequence[Sequence[int]], adler: int
    ) -> list[bytes | memoryview]:
        """Join the chunks that were coded for an image and those of clean bands.

        Parameters
        ----------
        chunks : as in `Scratch.pieces`, of one image
        adler : checksum of all its filtered rows
        """
        clean, clean_at = memoryview(background.clean), background.clean_at
        pieces: list[bytes | memoryview] = [self._first]
        done = 0
        for band, end_band, start, stop in chunks:
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
        """Return the prepared background in row `index` of the library."""
        if index not in self._backgrounds:
            pixels = self._pixels[index]
            arrays = self._shared.get(f"background-{index}", lambda: self._prepare(pixels))
            prepared = Prepared(pixels, *arrays)
            self._backgrounds = {index: (prepared, pack_prepared(prepared))}
        return self._backgrounds[index]

    def _prepare(self, pixels: npt.NDArray[np.uint8]) -> Arrays:
        """Return the arrays of `Prepared` but for the pixels."""
        sprites, channels = sprite_arrays(self._library.sprites), self._library.channels
        if self._prior is None:
            self._prior = sprite_prior(sprites, channels, self._scratch)
        return prepare(pixels, channels, sprites, self._prior, self._effort, self._scratch)[1:]
