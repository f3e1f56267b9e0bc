import pytest
from hypothesis import given
from hypothesis import strategies as st

from imggen.store import thrift
from imggen.store.thrift import I32, I64, LIST, STRUCT, read_struct, struct_bytes

NUMBERS = {thrift.I16: 15, thrift.I32: 31, thrift.I64: 63}  # kind to bits besides the sign


def values(kind):
    if kind in (thrift.TRUE, thrift.FALSE):
        return st.none()
    if kind in NUMBERS:
        return st.integers(-(2 ** NUMBERS[kind]), 2 ** NUMBERS[kind] - 1)
    if kind == thrift.BYTE:
        return st.integers(0, 255)
    return st.binary(min_size=8, max_size=8) if kind == thrift.DOUBLE else st.binary(max_size=200)


def fields(kinds, inner):
    simple = st.sampled_from(kinds).flatmap(lambda kind: st.tuples(st.just(kind), values(kind)))
    lists = st.sampled_from(kinds[2:]).flatmap(
        lambda kind: st.tuples(st.just(kind), st.lists(values(kind), max_size=20))
    )
    structs = st.tuples(st.just(STRUCT), st.lists(inner, max_size=20))
    return simple | st.tuples(st.just(LIST), lists | structs) | st.tuples(st.just(STRUCT), inner)


KINDS = [thrift.TRUE, thrift.FALSE, thrift.BYTE, *NUMBERS, thrift.DOUBLE, thrift.BINARY]
STRUCTS = st.recursive(
    st.just({}),
    lambda inner: st.dictionaries(st.integers(1, 40), fields(KINDS, inner), max_size=6),
    max_leaves=8,
)


@given(STRUCTS)
def test_what_is_written_is_read(struct):
    data = iter(struct_bytes(struct) + b"rest")
    assert read_struct(data) == struct
    assert bytes(data) == b"rest", "no more is taken than was written"


# Put together by hand from the protocol's specification.
WRITTEN = [
    ({}, "00"),
    ({1: (I32, 1)}, "15 02 00"),
    ({1: (I32, -1)}, "15 01 00"),
    ({1: (I64, 64)}, "16 80 01 00"),
    ({3: (I32, 0), 18: (I32, 0), 34: (I32, 0)}, "35 00 f5 00 05 44 00 00"),
    ({2: (thrift.BINARY, b"ab")}, "28 02 61 62 00"),
    ({1: (thrift.TRUE, None), 2: (thrift.FALSE, None)}, "11 12 00"),
    ({1: (LIST, (I32, [3, -2]))}, "19 25 06 03 00"),
    ({1: (LIST, (I32, [0] * 15))}, "19 f5 0f" + "00" * 15 + "00"),
    ({1: (STRUCT, {1: (I32, 5)})}, "1c 15 0a 00 00"),
]


@pytest.mark.parametrize(("struct", "expected"), WRITTEN)
def test_bytes_are_those_of_the_specification(struct, expected):
    assert struct_bytes(struct) == bytes.fromhex(expected)
