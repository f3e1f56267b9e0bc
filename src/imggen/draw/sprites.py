"""Pack sprites for the kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.kernels import Struct, pack

if TYPE_CHECKING:
    from imggen.assets import Sprites

RGBA_CHANNELS = 4
OPAQUE = 1  # the third number of a run in `Sprites.runs` that is copied


class SpriteArrays(NamedTuple):
    """The arrays of `imggen.assets.Sprites`, read-only.

    The third number of a run may also be FIRST_MODE or more: then the whole sprite is blended by
    that mode, see `imggen.draw.modes`. `modes` are the `blend_tables`.
    """

    table: npt.NDArray[np.int64]
    colour: npt.NDArray[np.uint8]
    alpha: npt.NDArray[np.uint8]
    rows: npt.NDArray[np.int64]
    runs: npt.NDArray[np.int32]
    modes: npt.NDArray[np.uint16]
    struct: Struct


def read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a read-only view of `array` as a plain array, also where it is a memmap."""
    view = np.ascontiguousarray(array).view(np.ndarray)
    view.flags.writeable = False
    return view


NO_MODES = read_only(np.zeros((0, 0, 0), np.uint16))  # the library's own sprites blend normally


def pack_sprites(
    table: npt.NDArray[np.int64],
    colour: npt.NDArray[np.uint8],
    alpha: npt.NDArray[np.uint8],
    rows: npt.NDArray[np.int64],
    runs: npt.NDArray[np.int32],
    modes: npt.NDArray[np.uint16] = NO_MODES,
) -> SpriteArrays:
    """Pack the arrays of sprites for the kernels."""
    table, colour, alpha = read_only(table), read_only(colour), read_only(alpha)
    rows, runs, modes = read_only(rows), read_only(runs), read_only(modes)
    struct = pack("Sprites", table, colour, alpha, rows, runs, modes, len(table))
    return SpriteArrays(table, colour, alpha, rows, runs, modes, struct)


def sprite_arrays(sprites: Sprites) -> SpriteArrays:
    """Pack the library's sprites for the kernels."""
    return pack_sprites(sprites.table, sprites.colour, sprites.alpha, sprites.rows, sprites.runs)
