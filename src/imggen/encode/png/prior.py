"""What sprites are expected to add to a band that they touch, so that its code is ready for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.encode.png.deflate import LITERALS, SYMBOLS
from imggen.kernels import count_sprites

if TYPE_CHECKING:
    from imggen.draw.sprites import SpriteArrays
    from imggen.encode.png.scratch import Scratch

PRIOR_BYTES = 2**20  # of a band, for which `sprite_prior` is made
SPRITE_SHARE = 0.06  # of a touched band's bytes; more makes the code of what is not covered worse
SAMPLED_ROWS = 4  # of so many rows of a sprite, one is looked at


def sprite_prior(sprites: SpriteArrays, channels: int, scratch: Scratch) -> npt.NDArray[np.int64]:
    """How often each symbol is expected from sprites in PRIOR_BYTES of a band: (SYMBOLS,) int64."""
    counts = np.zeros(SYMBOLS, np.int64)
    count_sprites(sprites.struct, channels, SAMPLED_ROWS, counts, scratch.struct)
    share = SPRITE_SHARE * PRIOR_BYTES / max(1, int(counts[:LITERALS].sum()))
    return np.multiply(counts, share).astype(np.int64)
