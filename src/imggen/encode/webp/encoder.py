"""Lossless WebP: a scene as the pieces of its file."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from imggen.assets import Library
from imggen.config import Output
from imggen.draw.sprites import read_only, sprite_arrays
from imggen.draw.wardrobe import Wardrobe
from imggen.encode.parts import WHOLE, Parts
from imggen.encode.png.memo import forget_bands, make_memo
from imggen.encode.shared import SharedArrays
from imggen.encode.webp.background import Prepared, pack_prepared, prepare, sizes_of
from imggen.encode.webp.scratch import make_scratch
from imggen.encode.webp.sprites import SpriteTiles, pack_sprite_tiles, prepare_sprites
from imggen.encode.webp.vp8l import file_head
from imggen.kernels import Struct, splice_webp
from imggen.plan import Scene


class LosslessWebpEncoder:
    """Encodes scenes of one library; a background is prepared when a scene first shows it."""

    parts = WHOLE

    def __init__(
        self,
        library: Library,
        output: Output,  # noqa: ARG002  # nothing to choose
        shared: SharedArrays | None = None,
    ) -> None:
        self._library = library
        self._pixels = read_only(library.backdrops)
        self.wardrobe = Wardrobe(library)
        self._sizes = sizes_of(library.size, library.channels)
        self._scratch = make_scratch(self._sizes, library.most_items)
        self._memo = make_memo()
        self._emptied = self.wardrobe.emptied
        self._out = memoryview(self._scratch.out.view(np.uint8))
        self._header = memoryview(self._scratch.header.view(np.uint8))
        self._shared = shared or SharedArrays()
        self._sprites: tuple[SpriteTiles, Struct] | None = None
        self._backgrounds: dict[int, tuple[Prepared, Struct]] = {}  # the one that is used
        self._result = np.zeros(4, np.int64)

    def encode(self, scene: Scene) -> list[bytes | memoryview]:
        """The file of `scene`, in pieces that are valid until the next call."""
        made, packed = self._prepared(scene.backdrop)
        sprites, items = self.wardrobe.dress(scene)
        if self.wardrobe.emptied > self._emptied:  # perhaps for others, who dress there too
            self._emptied = self.wardrobe.emptied
            forget_bands(self._memo)  # they are known by rows that are other sprites now
        splice_webp(
            packed,
            scene.backdrop,
            sprites.struct,
            items,
            scene.items,
            len(items),
            scene.looks is not None,
            self._library.channels,
            self._sprite_tiles()[1],
            self._scratch.struct,
            self._memo.struct,
            self._result,
        )
        first, bits, header_bits, spliced = self._result.tolist()
        self.parts = Parts(len(made.band_at) - 1 - spliced, spliced, 0)
        clean_bytes, data_bytes = 8 * first, -(-bits // 8)
        size_bytes = header_bits // 8 + clean_bytes + data_bytes
        return [
            file_head(size_bytes),
            self._header[: header_bits // 8],
            memoryview(made.data.view(np.uint8))[:clean_bytes],
            self._out[: data_bytes + size_bytes % 2],
        ]

    def _prepared(self, index: int) -> tuple[Prepared, Struct]:
        """The background in that row of the library."""
        if index not in self._backgrounds:
            pixels = self._pixels[index]
            arrays = self._shared.get(
                f"backdrop-{index}",
                lambda: prepare(pixels, self._sizes, self._sprite_tiles()[0])[1:],
            )
            made = Prepared(pixels, *arrays)
            self._backgrounds = {index: (made, pack_prepared(made, self._sizes))}
        return self._backgrounds[index]

    def _sprite_tiles(self) -> tuple[SpriteTiles, Struct]:
        """How the tiles of all sprites are coded."""
        if self._sprites is None:
            made = SpriteTiles(*self._shared.get("sprites", self._prepare_sprites))
            self._sprites = made, pack_sprite_tiles(made, self._sizes.bits)
        return self._sprites

    def _prepare_sprites(self) -> SpriteTiles:
        sizes, sprites = self._sizes, sprite_arrays(self._library.sprites)
        return prepare_sprites(sprites, sizes.channels, sizes.bits, sizes.sprite_groups)
