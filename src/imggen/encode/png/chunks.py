"""Frame a PNG: signature and chunks. Source: PNG Specification, 3rd edition, section 5."""

from __future__ import annotations

import struct

from isal import isal_zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"  # 5.2
BIT_DEPTH = 8
COLOUR_TYPES = {"L": 0, "RGB": 2, "P": 3, "RGBA": 6}  # 11.2.1
STREAM_HEADER = b"\x78\x01"  # RFC 1950, 2.2: deflate, 32 KB window, fastest level
LAST_BLOCK = b"\x03\x00"  # RFC 1951, 3.2.6: final, fixed codes, end of block


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk: length, type, data, CRC-32 of type and data (5.3)."""
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", isal_zlib.crc32(body))


def start_of_file(size: tuple[int, int], mode: str) -> bytes:
    """Return signature and header of an image of `size` (width, height) px."""
    header = struct.pack(">IIBBBBB", *size, BIT_DEPTH, COLOUR_TYPES[mode], 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header)


def first_chunks(size: tuple[int, int], mode: str) -> bytes:
    """Return the file of an image of `size` (width, height) px up to its first band."""
    return start_of_file(size, mode) + chunk(b"IDAT", STREAM_HEADER)


END_CHUNK = chunk(b"IEND", b"")


def last_chunks(adler: int) -> bytes:
    """Return the file after its last band; `adler` is the checksum of all filtered rows."""
    return chunk(b"IDAT", LAST_BLOCK + struct.pack(">I", adler)) + END_CHUNK
