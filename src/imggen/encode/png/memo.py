"""Keep coded bands for the next image that shows the same there.

Where sprites have fixed places, images that are all different still have bands in common. A band's
key is its background, its number, and number and position of every sprite that touches it.
Coding a band again would give the same bits, so the memo changes no byte.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.kernels import Struct, pack

ARENA_BYTES = 2**24  # of each worker; with twice that, 1 % more of the sample's bands are found
SLOTS = 2**12
MOST_KEY = 64  # int64 in a key; a band that more sprites touch is not kept


class Memo(NamedTuple):
    """The bands that were coded lately.

    Attributes
    ----------
    arena : uint64, coded bands one after another, each from a word's edge
    slots : (SLOTS, 4) int64: first word in `arena`, bits, both sums of the band's checksum
    keys : (SLOTS, MOST_KEY + 1) int64: length, then key; length 0 where a slot is free
    state : (3,) int64: words used, lookups, hits
    """

    arena: npt.NDArray[np.uint64]
    slots: npt.NDArray[np.int64]
    keys: npt.NDArray[np.int64]
    state: npt.NDArray[np.int64]
    struct: Struct


def make_memo() -> Memo:
    """Return an empty memo."""
    arrays = (
        np.empty(ARENA_BYTES // 8, np.uint64),
        np.zeros((SLOTS, 4), np.int64),
        np.zeros((SLOTS, MOST_KEY + 1), np.int64),
        np.zeros(3, np.int64),
    )
    return Memo(*arrays, pack("Memo", *arrays, len(arrays[0])))
