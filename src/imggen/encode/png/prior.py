"""What sprites are expected to add to a band that they touch, so that its code is ready for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import types

from imggen.draw.blend import copy_row
from imggen.draw.sprites import SPRITE_ARRAYS, SpriteArrays
from imggen.encode.png.coder import count_symbols
from imggen.encode.png.filters import MARGIN, PAETH, filter_row
from imggen.encode.png.huffman import LITERALS, SYMBOLS
from imggen.encode.png.runs import find_runs
from imggen.encode.png.scratch import SCRATCH, Scratch
from imggen.kernels import compile_kernel, kernel

PRIOR_BYTES = 2**20  # of a band, for which `sprite_prior` is made
SPRITE_SHARE = 0.06  # of a touched band's bytes; more makes the code of what is not covered worse
SAMPLED_ROWS = 4


def sprite_prior(sprites: SpriteArrays, channels: int, scratch: Scratch) -> npt.NDArray[np.int64]:
    """How often each symbol is expected from sprites in PRIOR_BYTES of a band: (SYMBOLS,) int64."""
    counts = np.zeros(SYMBOLS, np.int64)
    count_sprites(sprites, channels, counts, scratch)
    scaled = counts * (SPRITE_SHARE * PRIOR_BYTES / max(1, counts[:LITERALS].sum()))
    return scaled.astype(np.int64)


@kernel
def count_sprites(sprites: Any, channels: int, counts: Any, scratch: Any) -> None:
    """Count the symbols of all sprites' rows, filtered with Paeth, between their outlines.

    Of each sprite, every SAMPLED_ROWS-th row is looked at. `counts` (SYMBOLS,) int64 is added to.
    """
    lines, data = scratch.lines, scratch.residuals
    width = (lines.shape[1] - MARGIN) // channels
    for sprite in range(sprites.table.shape[0]):
        row_bytes = sprites.table[sprite, 2] * channels
        for row in range(1, sprites.table[sprite, 3], SAMPLED_ROWS):
            index = sprites.table[sprite, 1] + row
            first, end = sprites.rows[index], sprites.rows[index + 1]
            if first == end:
                continue
            start = sprites.runs[first, 0]
            stop = min(sprites.runs[end - 1, 1], start + width)
            count = (stop - start) * channels
            at = sprites.table[sprite, 0] + row * row_bytes + start * channels
            copy_row(lines[0, MARGIN : MARGIN + count], sprites.colour[at - row_bytes :][:count])
            copy_row(lines[1, MARGIN : MARGIN + count], sprites.colour[at : at + count])
            filter_row(PAETH, lines[1], lines[0], 0, count, channels, data)
            n = find_runs(data, 1, count, 0, scratch.coder.runs)
            count_symbols(data, count, n, scratch.coder, counts)


compile_kernel(
    count_sprites, (SPRITE_ARRAYS, types.int64, types.Array(types.int64, 1, "C"), SCRATCH)
)
