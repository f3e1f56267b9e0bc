"""Sizes and limits of VP8L as the kernels have them, and a file's head.

Source: RFC 9649, "WebP Image Format".
"""

from __future__ import annotations

import struct

CHANNELS = 4  # of a pixel in the kernels, whatever the canvas has
LEVELS = 256  # of a channel
MODES = 14  # predictors; 4.1
MOST_GROUPS = 256  # as the kernels number them in a byte
LINE_MARGIN = 8  # px before and behind a line, for neighbours
GRID = 8  # px between columns whose bit offsets are known


def file_head(size_bytes: int) -> bytes:
    """Return what comes before the `size_bytes` of an image's own data (2.4 to 2.6)."""
    padded = size_bytes + size_bytes % 2
    return struct.pack("<4sI8sI", b"RIFF", 12 + padded, b"WEBPVP8L", size_bytes)


def count_tiles(length: int, bits: int) -> int:
    """Return how many tiles of 2**bits px cover `length` px."""
    return -(-length >> bits)
