"""PNG: a scene as the pieces of its file.

Source: Portable Network Graphics Specification, 3rd edition (W3C, 2025).
"""

from __future__ import annotations

import struct

import numpy as np
from isal import isal_zlib

from imggen.assets import Library
from imggen.config import Output
from imggen.draw.sprites import read_only, sprite_arrays
from imggen.encode.png.backdrop import Prepared, prepare, sprite_prior
from imggen.encode.png.chunks import first_chunks, last_chunks
from imggen.encode.png.memo import make_memo
from imggen.encode.png.scratch import make_scratch
from imggen.encode.png.splice import splice_image
from imggen.plan import Scene


class PngEncoder:
    """Encodes scenes of one library; a backdrop is prepared when a scene first shows it."""

    suffix = ".png"

    def __init__(self, library: Library, output: Output) -> None:  # noqa: ARG002
        self._library = library
        self._sprites = sprite_arrays(library.sprites)
        self._scratch = make_scratch(*library.backdrops.shape[1:], len(library.layers))
        self._prior = sprite_prior(self._sprites, library.channels, self._scratch)
        self._memo = make_memo()
        self._out = memoryview(self._scratch.out.view(np.uint8))
        self._first = first_chunks(library.size, library.mode)
        self._backdrops: dict[int, Prepared] = {}

    def encode(self, scene: Scene) -> list[bytes | memoryview]:
        """The file of `scene`, in pieces that are valid until the next call."""
        backdrop = self._prepared(scene.backdrop)
        n, adler, spliced, afresh = splice_image(
            backdrop,
            scene.backdrop,
            self._sprites,
            scene.items,
            self._library.channels,
            self._scratch,
            self._memo,
        )
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

    def _prepared(self, index: int) -> Prepared:
        """The backdrop in that row of the library."""
        if index not in self._backdrops:
            pixels = read_only(self._library.backdrops[index])
            self._backdrops[index] = prepare(
                pixels, self._library.channels, self._prior, self._scratch
            )
        return self._backdrops[index]
