"""Read the tables that a JPEG file is coded with from its head.

Source: T.81, B.2 and C.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.encode.jpeg.scan import SOS, Buffer

DQT = 0xDB  # T.81, table B.1
DHT = 0xC4
KINDS = 2  # of components: the first one, and all others; the tables of each have its number
BLOCK = 64
DC_CODES, AC_CODES = 16, 256
CODE_BITS = 5  # of a code's length, below the code
DCT_SCALE = 8  # of the coefficients, as libjpeg's "islow" makes them

# Where the numbers of a table lie in a block, row by row: T.81, figure A.6.
ZIGZAG = sorted(
    range(BLOCK), key=lambda k: (k // 8 + k % 8, k // 8 if (k // 8 + k % 8) % 2 else k % 8)
)


class Tables(NamedTuple):
    """The tables of the first component and of the others, as encode/jpeg/jpeg.h has them.

    Attributes
    ----------
    quantisers : (KINDS, 3, BLOCK) uint16, see `quantiser`
    codes : (KINDS, DC_CODES + AC_CODES) uint32, each code << CODE_BITS | its length
    """

    quantisers: npt.NDArray[np.uint16]
    codes: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, head: Buffer) -> Tables:
        """Read the tables of a file that begins with `head`; where there is but one, it is both."""
        quantisers = np.zeros((KINDS, 3, BLOCK), np.uint16)
        codes = np.zeros((KINDS, DC_CODES + AC_CODES), np.uint32)
        for code, content in segments(head):
            if code == DQT:
                for number, divisors in divisor_tables(content):
                    quantisers[number:] = quantiser(divisors)
            if code == DHT:
                for kind, number, table in code_tables(content):
                    first = DC_CODES if kind else 0
                    codes[number:, first : first + len(table)] = table
        return cls(quantisers, codes)


def segments(head: Buffer) -> Iterator[tuple[int, bytes]]:
    """Yield the code and the content of each segment, the last is SOS."""
    at, code = 2, 0  # behind SOI
    while code != SOS:
        code, length = head[at + 1], int.from_bytes(head[at + 2 : at + 4], "big")
        yield code, bytes(head[at + 4 : at + 2 + length])
        at += 2 + length


def divisor_tables(content: bytes) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
    """Yield number and divisors, row by row, of each table in a DQT segment of 8-bit numbers."""
    for start in range(0, len(content), 1 + BLOCK):
        divisors = np.zeros(BLOCK, np.int64)
        divisors[ZIGZAG] = np.frombuffer(content, np.uint8, BLOCK, start + 1)
        yield content[start], divisors


def quantiser(divisors: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return what coefficients, DCT_SCALE times too large, are quantised with: (3, BLOCK).

    The rows are twice each divisor d; 2**(15 + bits) / d, rounded up; and 2**(15 - bits), where d
    is more than 2**(bits - 1) and at most 2**bits. Of an n below 2**14, n // 2d is exactly
    (2n * row 1 >> 16) * row 2 >> 16.

    Source: Granlund and Montgomery, "Division by invariant integers using multiplication", 1994.
    """
    bits = np.ceil(np.log2(divisors)).astype(np.int64)
    inverse = -(-(2 ** (15 + bits)) // divisors)
    return np.stack([2 * divisors, inverse, 2 ** (15 - bits)])


def code_tables(content: bytes) -> Iterator[tuple[int, int, npt.NDArray[np.uint32]]]:
    """Yield kind (0: DC, 1: AC), number, and the codes by symbol of each table in a DHT segment."""
    at = 0
    while at < len(content):
        kind, number = divmod(content[at], 16)
        counts, at = content[at + 1 : at + 17], at + 17
        table = np.zeros(AC_CODES if kind else DC_CODES, np.uint32)
        code = 0
        for length, count in enumerate(counts, 1):
            for symbol in content[at : at + count]:
                table[symbol] = code << CODE_BITS | length
                code += 1
            at, code = at + count, code << 1
        yield kind, number, table
