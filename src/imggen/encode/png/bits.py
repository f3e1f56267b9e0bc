"""Bits in arrays of 64-bit words, least significant first, as deflate packs them (RFC 1951, 3.1.1).

A word is written whole, so what lies above the last bit written is undefined until the next write.
"""

from __future__ import annotations

from typing import Any

from numba import int64, uint64

from imggen.kernels import inner_kernel

ONE = uint64(1)
LAST = uint64(63)
WORD_BITS = uint64(64)


@inner_kernel
def shift_over(value: Any, shift: Any) -> Any:
    """What a left shift by `shift` (0 to 63) pushes out of the word; a shift by 64 is undefined."""
    return (value >> ONE) >> (LAST - shift)


@inner_kernel
def get_bits(source: Any, position: int) -> Any:
    """64 bits from bit `position` on; reads one word more than it may need."""
    word = position >> 6
    shift = uint64(position & 63)
    return (source[word] >> shift) | ((source[word + 1] << ONE) << (LAST - shift))


@inner_kernel
def put_bits(out: Any, position: int, value: Any, count: int) -> int:
    """Write the low `count` bits (0 to 63) of `value`, which has none above; the next position."""
    word = position >> 6
    used = uint64(position & 63)
    held = out[word] & ((ONE << used) - ONE)
    out[word] = held | (value << used)
    if int64(used) + count >= 64:
        out[word + 1] = shift_over(value, used)
    return position + count


@inner_kernel
def copy_bits(source: Any, start: int, count: int, out: Any, position: int) -> int:
    """Copy `count` bits of `source` from bit `start` on to bit `position` of `out`.

    Parameters
    ----------
    source, out : (words,) uint64; `source` has two words after that of the last bit copied

    Returns
    -------
    int
        The next position in `out`.
    """
    word = position >> 6
    used = uint64(position & 63)
    held = out[word] & ((ONE << used) - ONE)
    whole = count >> 6
    if whole > 0:
        shift = uint64(start & 63)
        first = get_bits(source, start)
        out[word] = held | (first << used)
        across = (shift - used) & LAST  # the one shift between words of source and of out
        behind = (start >> 6) + (0 if shift >= used else -1)
        low, high = source[behind + 1 : behind + whole], source[behind + 2 : behind + whole + 1]
        target = out[word + 1 : word + whole]
        for k in range(target.shape[0]):
            target[k] = (low[k] >> across) | ((high[k] << ONE) << (LAST - across))
        held = shift_over(get_bits(source, start + ((whole - 1) << 6)), used)
        word += whole
    rest = uint64(count & 63)
    value = get_bits(source, start + (whole << 6)) & ((ONE << rest) - ONE)
    out[word] = held | (value << used)
    if used + rest >= WORD_BITS:
        out[word + 1] = shift_over(value, used)
    return position + count


@inner_kernel
def end_piece(out: Any, position: int) -> int:
    """An empty stored block, which ends on a byte's edge (RFC 1951, 3.2.4)."""
    aligned = (position + 3 + 7) & ~7
    position = put_bits(out, position, uint64(0), aligned - position)
    return put_bits(out, position, uint64(0xFFFF0000), 32)
