"""Records of TFRecord as the specifications have them.

tests/consumers/test_tfrecord.py reads them with protobuf.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imggen.store.stream import Packed
from imggen.store.tfrecord import (
    of_bytes,
    of_floats,
    of_ints,
    of_texts,
    packed,
    read_bytes_features,
    read_records,
    read_varint,
    record,
    varint,
)

# A tf.train.Example {a: [7, 300], b: [0.5], c: ["xy", ""]}, byte by byte.
EXAMPLE = bytes.fromhex(
    "0a2c"
    "0a0c 0a0161 1207 1a05 0a03 07 ac02"
    "0a0d 0a0162 1208 1206 0a04 0000003f"
    "0a0d 0a0163 1208 0a06 0a02 7879 0a00"
)  # fmt: skip


def bytes_of(one):
    return b"".join(one.pieces)


def test_an_example_is_as_protobuf_has_it():
    made = record(
        {
            "a": of_ints(7, 300),
            "b": of_floats(0.5),
            "c": of_bytes([Packed([b"x", memoryview(b"y")], 2), packed(b"")]),
        }
    )
    content = bytes_of(made)
    assert made.size_bytes == len(content)
    assert content[:8] == len(EXAMPLE).to_bytes(8, "little")
    assert list(read_records(content)) == [content[12:-4]]
    assert content[12:-4].hex() == EXAMPLE.hex()


@given(st.integers(0, 2**63 - 1))
def test_numbers(number):
    content = varint(number)
    assert read_varint(content, 0) == (number, len(content))
    assert len(content) == max(1, -(-number.bit_length() // 7))


@given(st.dictionaries(st.text(), st.lists(st.text(), max_size=3), max_size=5))
def test_texts_are_read_again(values):
    content = bytes_of(record({name: of_texts(*texts) for name, texts in values.items()}))
    [one] = read_records(content)
    expected = {name: [text.encode() for text in texts] for name, texts in values.items()}
    assert read_bytes_features(one) == expected


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (0, "the length of the record at byte 0 is damaged"),
        (9, "the length of the record at byte 0 is damaged"),
        (14, "the record at byte 12 is damaged"),
        (-1, "the record at byte 12 is damaged"),
    ],
)
def test_damage_is_found(at, sentence):
    content = bytearray(bytes_of(record({"a": of_texts("b")})))
    content[at] ^= 1
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        list(read_records(bytes(content)))


@pytest.mark.parametrize("size", [3, 20])
def test_a_cut_record_is_found(size):
    content = bytes_of(record({"a": of_texts("b")}))
    with pytest.raises(ValueError, match=r"is damaged$"):
        list(read_records(content[:size]))
