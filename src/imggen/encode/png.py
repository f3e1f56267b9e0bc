"""PNG: a scene's pixels, filtered and deflated.

Source: Portable Network Graphics Specification, 3rd edition (W3C, 2025).
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from isal import isal_zlib
from numba import njit, types

from imggen.assets import Library
from imggen.config import Output
from imggen.draw import Painter
from imggen.plan import Scene

SIGNATURE = b"\x89PNG\r\n\x1a\n"
BIT_DEPTH = 8
COLOUR_TYPES = {"L": 0, "RGB": 2, "RGBA": 6}  # section 11.2.1
FILTER_UP = 2  # section 9.2


class PngEncoder:
    """Paints a scene, filters every row with Up and deflates the whole with one `isal` call."""

    suffix = ".png"

    def __init__(self, library: Library, output: Output) -> None:  # noqa: ARG002
        width, height = library.size
        self._painter = Painter(library)
        self._filtered = np.empty((height, width * library.channels + 1), np.uint8)
        self._head = SIGNATURE + header_chunk(library.size, library.mode)

    def encode(self, scene: Scene) -> list[bytes]:
        """The file of `scene`, in pieces."""
        filter_up(self._painter.paint(scene), self._filtered)
        stream = isal_zlib.compress(self._filtered, 1)
        return [self._head, chunk(b"IDAT", stream), chunk(b"IEND", b"")]


def header_chunk(size: tuple[int, int], mode: str) -> bytes:
    """The IHDR of an image of `size` (width, height)."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", *size, BIT_DEPTH, COLOUR_TYPES[mode], 0, 0, 0))


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk: length, type, data, CRC-32 of type and data (section 5.3)."""
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", isal_zlib.crc32(body))


@njit(
    types.void(types.Array(types.uint8, 2, "C", readonly=True), types.Array(types.uint8, 2, "C")),
    nogil=True,
    cache=True,
)
def filter_up(pixels: Any, filtered: Any) -> None:
    """Each byte less the one above it: (height, row) to (height, 1 + row), filter type first."""
    filtered[0, 0] = FILTER_UP
    filtered[0, 1:] = pixels[0]
    for row in range(1, pixels.shape[0]):
        filtered[row, 0] = FILTER_UP
        filtered[row, 1:] = pixels[row] - pixels[row - 1]
