"""Records of TFRecord files, each a `tf.train.Example`.

Source: TensorFlow, "TFRecord and tf.train.Example" and example.proto; Protocol Buffers, "Encoding".
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping

from imggen.store.crc32c import checksum
from imggen.store.stream import Packed, Pieces

LENGTH = struct.Struct("<Q")
CHECKSUM = struct.Struct("<I")
MASK = 0xA282EAD8  # added to checksums, as those of checksums are weak
LENGTH_DELIMITED = 2  # the wire type of all fields here
BYTES, FLOATS, INTS = 1, 2, 3  # lists of a Feature


def masked(pieces: Pieces) -> bytes:
    """Return the masked checksum of `pieces`."""
    crc = checksum(pieces)
    return CHECKSUM.pack(((crc >> 15 | crc << 17) + MASK) & 0xFFFFFFFF)


def record(features: Mapping[str, Packed]) -> Packed:
    """Return an Example of these features as a record, with its length and checksums."""
    pieces, size_bytes, _ = example(features)
    length = LENGTH.pack(size_bytes)
    frame = [length + masked([length]), *pieces, masked(pieces)]
    return Packed(frame, size_bytes + LENGTH.size + 2 * CHECKSUM.size)


def example(features: Mapping[str, Packed]) -> Packed:
    """Return an Example: features by name, in their order."""
    entries = (
        field(1, join([field(1, packed(name.encode())), field(2, value)]))
        for name, value in features.items()
    )
    return field(1, join(entries))


def of_bytes(values: Iterable[Packed]) -> Packed:
    """Return a feature of bytes."""
    return field(BYTES, join(field(1, value) for value in values))


def of_texts(*texts: str) -> Packed:
    """Return a feature of bytes that are texts in UTF-8."""
    return of_bytes(packed(text.encode()) for text in texts)


def of_floats(*values: float) -> Packed:
    """Return a feature of float32."""
    return field(FLOATS, field(1, packed(struct.pack(f"<{len(values)}f", *values))))


def of_ints(*values: int) -> Packed:
    """Return a feature of int64, none of them negative."""
    return field(INTS, field(1, packed(b"".join(map(varint, values)))))


def field(number: int, content: Packed) -> Packed:
    """Return a field of a message."""
    head = varint(number << 3 | LENGTH_DELIMITED) + varint(content.size_bytes)
    return Packed([head, *content.pieces], len(head) + content.size_bytes)


def join(parts: Iterable[Packed]) -> Packed:
    """Return `parts` one behind the other."""
    parts = list(parts)
    pieces = [piece for part in parts for piece in part.pieces]
    return Packed(pieces, sum(part.size_bytes for part in parts))


def packed(content: bytes) -> Packed:
    """Return `content` as one piece."""
    return Packed([content], len(content))


def varint(number: int) -> bytes:
    """Return a number, not negative, in groups of seven bits, the lowest first."""
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)


# --- reading, for `imggen verify` -----------------------------------------------------------------


def read_records(content: bytes) -> Iterator[bytes]:
    """Yield the records in the content of a file.

    Raises
    ------
    ValueError
        If a checksum is wrong, or the file ends within a record.
    """
    at = 0
    while at < len(content):
        head = content[at : at + LENGTH.size + CHECKSUM.size]
        if len(head) < LENGTH.size + CHECKSUM.size or masked([head[:8]]) != head[8:]:
            message = f"the length of the record at byte {at} is damaged"
            raise ValueError(message)
        start = at + len(head)
        stop = start + int(LENGTH.unpack_from(head)[0])
        at = stop + CHECKSUM.size
        if masked([memoryview(content)[start:stop]]) != content[stop:at]:
            message = f"the record at byte {start} is damaged"
            raise ValueError(message)
        yield content[start:stop]


def read_bytes_features(content: bytes) -> dict[str, list[bytes]]:
    """Return the features of bytes of an Example, by name."""
    found: dict[str, list[bytes]] = {}
    for _, features in read_fields(content):
        for _, entry in read_fields(features):
            (_, name), (_, feature) = read_fields(entry)
            [(kind, values)] = read_fields(feature)
            if kind == BYTES:
                found[name.decode()] = [value for _, value in read_fields(values)]
    return found


def read_fields(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of each field of a message."""
    at = 0
    while at < len(content):
        key, at = read_varint(content, at)
        size_bytes, at = read_varint(content, at)
        yield key >> 3, content[at : at + size_bytes]
        at += size_bytes


def read_varint(content: bytes, at: int) -> tuple[int, int]:
    """Return the number at `at`, and where it ends."""
    number, shift = 0, 0
    while True:
        group = content[at]
        number |= (group & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if group < 0x80:
            return number, at
