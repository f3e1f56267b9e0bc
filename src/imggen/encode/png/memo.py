"""Coded bands, kept for the next image that shows the same there.

Where sprites have fixed places, images that are all different still have bands in common. A band is
known by what lies on it: backdrop, band, and variant and position of every sprite that touches it.
What is kept is what coding it again would give, so that it changes no byte.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import int64, typeof, uint64

from imggen.encode.png.bits import copy_bits
from imggen.kernels import inner_kernel

ARENA_BYTES = 2**25
SLOTS = 2**14
PROBES = 8  # slots tried for a key
MOST_KEY = 64  # int64 in a key; a band that more sprites touch is not kept
TRIAL = 256  # lookups after which a memo that finds too little is no longer asked
LEAST_HITS = TRIAL // 16
USED, LOOKUPS, HITS = range(3)  # of `Memo.state`
HASH_STEP = uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio; Knuth, TAOCP 3, 6.4


class Memo(NamedTuple):
    """Bands that were coded before.

    Attributes
    ----------
    arena : uint64, coded bands behind one another, each from a word's edge
    slots : (SLOTS, 4) int64: first word in `arena`, bits, both sums of the band's checksum
    keys : (SLOTS, MOST_KEY + 1) int64: length, then key; length 0 where a slot is free
    key : (MOST_KEY + 1,) int64, the key that is asked for
    state : (3,) int64: words used, lookups, hits
    """

    arena: npt.NDArray[np.uint64]
    slots: npt.NDArray[np.int64]
    keys: npt.NDArray[np.int64]
    key: npt.NDArray[np.int64]
    state: npt.NDArray[np.int64]


def make_memo() -> Memo:
    """An empty memo."""
    return Memo(
        arena=np.empty(ARENA_BYTES // 8, np.uint64),
        slots=np.zeros((SLOTS, 4), np.int64),
        keys=np.zeros((SLOTS, MOST_KEY + 1), np.int64),
        key=np.zeros(MOST_KEY + 1, np.int64),
        state=np.zeros(3, np.int64),
    )


def forget_bands(memo: Memo) -> None:
    """Forget all that is kept."""
    memo.keys[:, 0] = 0
    memo.state[USED] = 0


@inner_kernel
def is_asked(memo: Any) -> bool:
    """Whether it is worth asking: it is new, or it has found enough so far."""
    return memo.state[LOOKUPS] < TRIAL or memo.state[HITS] >= LEAST_HITS


@inner_kernel
def find_band(
    memo: Any, backdrop: int, band: int, start: int, stop: int, table: Any, items: Any
) -> int:
    """Look a band up; its slot, a free slot as -1 - slot, or -1 - SLOTS if it cannot be kept.

    Parameters
    ----------
    backdrop : what the backdrop is known by
    start, stop : rows of the band
    table : Sprites.table
    items : (sprites, 3) int64
    """
    key = memo.key
    key[1], key[2] = backdrop, band
    length = 2
    for k in range(items.shape[0]):
        y = items[k, 2]
        if y < stop and y + table[items[k, 0], 3] >= start:  # or touches the row above
            if length + 3 > MOST_KEY:
                return -1 - SLOTS
            for part in range(3):
                key[1 + length + part] = items[k, part]
            length += 3
    key[0] = length
    memo.state[LOOKUPS] += 1
    mixed = uint64(0)
    for i in range(length):
        mixed = (mixed ^ uint64(key[1 + i])) * HASH_STEP
        mixed ^= mixed >> uint64(29)
    for probe in range(PROBES):
        slot = int64((mixed + uint64(probe)) % uint64(SLOTS))
        if memo.keys[slot, 0] == 0:
            return -1 - slot
        if is_key(memo.keys[slot], key):
            memo.state[HITS] += 1
            return slot
    return -1 - int64(mixed % uint64(SLOTS))  # the first one tried makes room


@inner_kernel
def is_key(known: Any, key: Any) -> bool:
    """Whether two keys are the same, length and all."""
    for i in range(key[0] + 1):  # noqa: SIM110  # Numba compiles no generators into all()
        if known[i] != key[i]:
            return False
    return True


@inner_kernel
def keep_band(
    memo: Any, missing: int, out: Any, position: int, end: int, plain: int, weighted: int
) -> None:
    """Keep what was coded for the key last asked for, at bits `position` to `end` of `out`.

    `missing` is what `find_band` gave. A full arena is emptied: what is needed soon comes back.
    """
    slot = -1 - missing
    words = (end - position + 63) // 64 + 1
    if slot == SLOTS or words >= memo.arena.shape[0]:
        return
    if memo.state[USED] + words + 1 > memo.arena.shape[0]:
        memo.keys[:, 0] = 0
        memo.state[USED] = 0
    first = memo.state[USED]
    copy_bits(out, position, end - position, memo.arena, first * 64)
    memo.slots[slot, 0], memo.slots[slot, 1] = first, end - position
    memo.slots[slot, 2], memo.slots[slot, 3] = plain, weighted
    for i in range(memo.key[0] + 1):
        memo.keys[slot, i] = memo.key[i]
    memo.state[USED] = first + words


@inner_kernel
def recall_band(memo: Any, slot: int, out: Any, position: int) -> int:
    """Write the band in `slot` to `out`; the next position."""
    return copy_bits(memo.arena, memo.slots[slot, 0] * 64, memo.slots[slot, 1], out, position)


MEMO = typeof(make_memo())  # Numba's type
