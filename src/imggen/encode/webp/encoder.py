"""Encode lossless WebP by splicing: only what sprites change is coded for each image.

Source: RFC 9649, "WebP Image Format".
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from imggen.draw import Painter
from imggen.draw.sprites import read_only, sprite_arrays
from imggen.encode.encoded import WHOLE, Encoded, Regions
from imggen.encode.png.memo import Memo, make_memo
from imggen.encode.shared_arrays import SharedArrays
from imggen.encode.webp.background import Prepared, pack_prepared, prepare, sizes_of
from imggen.encode.webp.flat import FlatCoder
from imggen.encode.webp.scratch import Scratch, make_scratch
from imggen.encode.webp.sprites import SpriteTiles, pack_sprite_tiles, prepare_sprites
from imggen.encode.webp.vp8l import file_head
from imggen.kernels import Struct, splice_webp

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.encode.codec import CodecSettings
    from imggen.planning import Scene


class LosslessWebpEncoder:
    """Encodes scenes of one library. A background is prepared when a scene first shows it."""

    def __init__(
        self,
        library: Library,
        output: CodecSettings,  # noqa: ARG002  # there is nothing to choose
        shared: SharedArrays | None = None,
    ) -> None:
        self._library = library
        self._pixels = read_only(library.backgrounds)
        self._painter = Painter(library)
        self.sprite_cache = self._painter.sprite_cache
        self._sizes = sizes_of(library.size, library.channels, library.most_items)
        self._shared = shared or SharedArrays()
        self._backgrounds: dict[int, tuple[Prepared, Struct]] = {}  # the latest only
        self._result = np.zeros(4, np.int64)

    def encode(self, scene: Scene) -> Encoded:
        """Return the file of `scene`; its pieces are valid until the next call."""
        background, packed = self._prepared(scene.background)
        if background.is_flat:
            return self._code_whole(scene)
        return self._splice(scene, background, packed)

    def _code_whole(self, scene: Scene) -> Encoded:
        """Paint and code a scene as flat art."""
        pixels, library = self._painter.paint(scene), self._library
        size_bytes = -(-self._flat.code(pixels, library.size, library.channels) // 8)
        data = memoryview(self._flat.out.view(np.uint8))[: size_bytes + size_bytes % 2]
        return Encoded([file_head(size_bytes), data], WHOLE)

    def _splice(self, scene: Scene, background: Prepared, packed: Struct) -> Encoded:
        """Code what the scene's sprites change, and take the rest from the background."""
        sprites, items, numbers = self.sprite_cache.fetch(scene)
        scratch, result = self._scratch, self._result
        splice_webp(
            packed,
            scene.background,
            sprites.struct,
            items,
            numbers,
            scene.items,
            len(items),
            scene.looks is not None,
            self._library.channels,
            self._sprite_tiles[1],
            scratch.struct,
            self._memo.struct,
            result,
        )
        first_word, bits, header_bits, spliced = result.tolist()
        header_bytes, clean_bytes, data_bytes = header_bits // 8, 8 * first_word, -(-bits // 8)
        size_bytes = header_bytes + clean_bytes + data_bytes
        pieces: list[bytes | memoryview] = [
            file_head(size_bytes),
            memoryview(scratch.header.view(np.uint8))[:header_bytes],
            memoryview(background.data.view(np.uint8))[:clean_bytes],
            memoryview(scratch.out.view(np.uint8))[: data_bytes + size_bytes % 2],
        ]
        bands = len(background.band_at) - 1
        return Encoded(pieces, Regions(bands - spliced, spliced, 0))

    def _prepared(self, index: int) -> tuple[Prepared, Struct]:
        """Return the prepared background in row `index` of the library."""
        if index not in self._backgrounds:
            pixels, sizes = self._pixels[index], self._sizes
            arrays = self._shared.get(
                f"background-{index}", lambda: prepare(pixels, sizes, self._sprite_tiles[0])[1:]
            )
            background = Prepared(pixels, *arrays)
            self._backgrounds = {index: (background, pack_prepared(background, sizes))}
        return self._backgrounds[index]

    @cached_property
    def _sprite_tiles(self) -> tuple[SpriteTiles, Struct]:
        """Return the predictor and codes of the tiles of the library's sprites."""
        sizes, sprites = self._sizes, sprite_arrays(self._library.sprites)
        groups = sizes.sprite_groups
        arrays = self._shared.get(
            "sprites", lambda: prepare_sprites(sprites, sizes.channels, sizes.bits, groups)
        )
        made = SpriteTiles(*arrays)
        return made, pack_sprite_tiles(made, sizes.bits)

    @cached_property
    def _scratch(self) -> Scratch:
        return make_scratch(self._sizes)

    @cached_property
    def _memo(self) -> Memo:
        return make_memo()

    @cached_property
    def _flat(self) -> FlatCoder:
        width, height = self._library.size
        return FlatCoder(width * height)
