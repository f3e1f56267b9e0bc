"""Tar files of samples, byte for byte the same whenever they are written.

Source: POSIX.1-2017, pax, "ustar Interchange Format".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from mmap import mmap
from tarfile import PAX_FORMAT, TarInfo

from imggen.store.digests import DigestedFile
from imggen.store.stream import Packed, PackedWriter, Part, Pieces

Content = bytes | mmap
Member = tuple[str, Pieces]  # name and content of a file

BLOCK_BYTES = 512
END = bytes(2 * BLOCK_BYTES)
MODE = 0o644
LONGEST_NAME = 100  # bytes of a name without a header of its own
LARGEST = 8**11  # bytes: what 11 octal digits do not hold
# Name, mode, uid, gid, size, mtime, checksum (as blanks), type, link, magic and version; the rest
# (names of user and group, devices, prefix) is empty.
HEADER = struct.Struct("100s 8s 8s 8s 12s 12s 8s 1s 100s 8s 247x")
OWNED = (b"%07o\0" % MODE, b"0000000\0", b"0000000\0")
FOUND = struct.Struct("100s 24x 11s 21x c")  # name, size and type of these
PAX_HEADER = b"x"  # the type of what describes the member behind it
NO_TIME = b"00000000000\0"
KIND = (b"0", b"", b"ustar\x0000")  # a file
SAME_SUM = sum(map(sum, (*OWNED, NO_TIME, b" " * 8, *KIND)))  # of all but name and size


def pack(members: Sequence[Member]) -> Packed:
    """Return `members` one after the other."""
    packed: list[bytes | memoryview] = []
    parts: list[Part] = []
    whole_bytes = 0
    for name, pieces in members:
        size_bytes = sum(map(len, pieces))
        before, after = header(name, size_bytes), padding(size_bytes)
        packed += [before, *pieces, after]
        parts.append(Part(name, whole_bytes + len(before), size_bytes))
        whole_bytes += len(before) + size_bytes + len(after)
    return Packed(packed, whole_bytes, parts)


class TarWriter(PackedWriter):
    """Writes samples, each as `pack` makes them, to a tar file.

    Attributes
    ----------
    members : the files in it so far
    """

    ending = END

    def __init__(self, file: DigestedFile) -> None:
        super().__init__(file)
        self.members: list[Part] = []
        self._size_bytes = 0

    def add(self, sample: Packed) -> None:
        """Write a sample."""
        super().add(sample)
        begin = self._size_bytes
        self.members += [Part(name, begin + start, size) for name, start, size in sample.parts]
        self._size_bytes += sample.size_bytes


def find_members(content: Content) -> Iterator[Part]:
    """Yield the files in a tar file that `TarWriter` wrote."""
    position, said = 0, {}
    while position + BLOCK_BYTES <= len(content):
        name, octal, kind = FOUND.unpack_from(content, position)
        if name.startswith(b"\0"):  # the end
            return
        start, size_bytes = position + BLOCK_BYTES, int(octal, 8)
        if kind == PAX_HEADER:
            said = dict(pax_records(content[start : start + size_bytes]))
        else:
            size_bytes = int(said.get("size", size_bytes))
            yield Part(said.get("path") or name.rstrip(b"\0").decode(), start, size_bytes)
            said = {}
        position = start + size_bytes + -size_bytes % BLOCK_BYTES


def pax_records(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield the keywords and values of an extended header."""
    while content:
        length = int(content[: content.index(b" ")])
        keyword, _, value = content[:length].decode().partition(" ")[2].partition("=")
        yield keyword, value.removesuffix("\n")
        content = content[length:]


def header(name: str, size_bytes: int) -> bytes:
    """Return the header of a member: one block, or more for a long or non-ASCII name."""
    encoded = name.encode()
    if len(encoded) > LONGEST_NAME or not name.isascii() or size_bytes >= LARGEST:
        member = TarInfo(name)
        member.size, member.mode = size_bytes, MODE
        return member.tobuf(PAX_FORMAT)
    size = b"%011o\0" % size_bytes
    checksum = b"%06o\0 " % (SAME_SUM + sum(encoded) + sum(size))
    return HEADER.pack(encoded, *OWNED, size, NO_TIME, checksum, *KIND)


def padding(size_bytes: int) -> bytes:
    """Return the padding after a member's content, up to a whole block."""
    return bytes(-size_bytes % BLOCK_BYTES)
