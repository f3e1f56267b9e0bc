"""CRC-32C of bytes in pieces: see crc32c.c."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from imggen.kernels import crc32c

POLYNOMIAL = 0x82F63B78  # RFC 3720, 12.1, its bits reversed


def make_tables() -> npt.NDArray[np.uint32]:
    """Return what each byte adds to a checksum if 0 to 7 bytes follow it: (8, 256) uint32."""
    tables = np.arange(256, dtype=np.uint32)[None].repeat(8, axis=0)
    for number in range(8):
        previous = tables[max(number - 1, 0)]
        for _ in range(8):
            odd = (previous & 1).astype(bool)
            previous = (previous >> 1) ^ np.where(odd, np.uint32(POLYNOMIAL), np.uint32(0))
        tables[number] = previous
    return tables


TABLES = make_tables()


def checksum(pieces: Iterable[bytes | memoryview]) -> int:
    """Return the CRC-32C of `pieces`, one behind the other."""
    crc = 0
    for piece in pieces:
        crc = crc32c(np.frombuffer(piece, np.uint8), len(piece), crc, TABLES)
    return crc
