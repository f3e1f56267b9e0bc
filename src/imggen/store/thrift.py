"""Thrift's compact protocol, as far as Parquet's headers and footers use it.

A struct is a dictionary: the number of a field to its kind and its value. Values are read and
written without knowing what the fields are.

Source: thrift/doc/specs/thrift-compact-protocol.md of Apache Thrift.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

Field = tuple[int, Any]  # kind and value
Struct = dict[int, Field]
Values = tuple[int, list[Any]]  # of a list: their kind, and each
Data = Iterator[int]  # bytes that are still to be read

STOP, TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST = range(10)
STRUCT = 12
DOUBLE_BYTES = 8
MOST_IN_HEAD = 15  # what four bits hold: a larger length, or step from field to field, follows


def struct_bytes(struct: Struct) -> bytes:
    """`struct` as it is written."""
    out = bytearray()
    write_struct(out, struct)
    return bytes(out)


def read_struct(data: Data) -> Struct:
    """The fields up to the next stop."""
    struct: Struct = {}
    number = 0
    while head := next(data):
        step, kind = head >> 4, head & 15
        number = number + step if step else read_int(data)
        struct[number] = kind, READERS[kind](data)
    return struct


def write_struct(out: bytearray, struct: Struct) -> None:
    """Fields in the order of their numbers, and a stop."""
    last = 0
    for number, (kind, value) in sorted(struct.items()):
        step = number - last
        if step <= MOST_IN_HEAD:
            out.append(step << 4 | kind)
        else:
            out.append(kind)
            write_int(out, number)
        WRITERS[kind](out, value)
        last = number
    out.append(STOP)


def read_list(data: Data) -> Values:
    """The values of a list."""
    head = next(data)
    length, kind = head >> 4, head & 15
    if length == MOST_IN_HEAD:
        length = read_varint(data)
    read = READERS[kind]
    return kind, [read(data) for _ in range(length)]


def write_list(out: bytearray, values: Values) -> None:
    """A list."""
    kind, items = values
    out.append(min(len(items), MOST_IN_HEAD) << 4 | kind)
    if len(items) >= MOST_IN_HEAD:
        write_varint(out, len(items))
    for item in items:
        WRITERS[kind](out, item)


def read_int(data: Data) -> int:
    """A number whose lowest bit is its sign."""
    number = read_varint(data)
    return number >> 1 ^ -(number & 1)


def write_int(out: bytearray, number: int) -> None:
    """A number, its sign as the lowest bit."""
    write_varint(out, number << 1 if number >= 0 else ~number << 1 | 1)


def read_varint(data: Data) -> int:
    """A number in groups of seven bits, the lowest first; the eighth says whether more follow."""
    number = shift = 0
    while (byte := next(data)) > 0x7F:
        number |= (byte & 0x7F) << shift
        shift += 7
    return number | byte << shift


def write_varint(out: bytearray, number: int) -> None:
    """A number in groups of seven bits, likewise."""
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def read_binary(data: Data) -> bytes:
    """Bytes of which the length is given."""
    return bytes(islice(data, read_varint(data)))


def write_binary(out: bytearray, value: bytes) -> None:
    """Bytes, behind their length."""
    write_varint(out, len(value))
    out += value


READERS: dict[int, Callable[[Data], Any]] = {
    TRUE: lambda _: None,  # the kind is the value
    FALSE: lambda _: None,
    BYTE: next,
    I16: read_int,
    I32: read_int,
    I64: read_int,
    DOUBLE: lambda data: bytes(islice(data, DOUBLE_BYTES)),
    BINARY: read_binary,
    LIST: read_list,
    STRUCT: read_struct,
}
WRITERS: dict[int, Callable[[bytearray, Any], None]] = {
    TRUE: lambda _out, _value: None,
    FALSE: lambda _out, _value: None,
    BYTE: bytearray.append,
    I16: write_int,
    I32: write_int,
    I64: write_int,
    DOUBLE: bytearray.extend,
    BINARY: write_binary,
    LIST: write_list,
    STRUCT: write_struct,
}
