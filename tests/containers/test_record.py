"""A record comes back as it was, or not at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imggen.containers.record import (
    FILE,
    HEADER,
    ChunkRecord,
    RecordType,
    identity_of,
    pack_record,
    record_of_image,
    unpack_record,
)

IDENTITY = bytes(range(1, 17))
KIND = RecordType(IDENTITY, record_of_image(2), 3)
COUNT = 4


def noise(rng, shape, dtype):
    """An array of random bytes."""
    size_bytes = int(np.prod(shape)) * dtype.itemsize
    return np.frombuffer(rng.bytes(size_bytes), dtype).reshape(shape)


def make_record(files=2):
    rng = np.random.default_rng(0)
    return ChunkRecord(
        10,
        10 + COUNT,
        noise(rng, COUNT, KIND.images),
        noise(rng, (COUNT, KIND.labels), FILE),
        noise(rng, files, FILE),
    )


CONTENT = pack_record(make_record(), KIND)


def check_none(content):
    assert unpack_record(content, KIND) is None
    assert identity_of(content) is None


@pytest.mark.parametrize("files", [0, 1, 5])
def test_comes_back(files):
    record = make_record(files)
    again = unpack_record(pack_record(record, KIND), KIND)
    assert (again.start, again.stop) == (10, 14)
    for part in ("images", "labels", "files"):
        assert getattr(again, part).tobytes() == getattr(record, part).tobytes()
        assert getattr(again, part).shape == getattr(record, part).shape


def test_any_flipped_bit_is_seen():
    for byte in range(len(CONTENT)):
        for bit in range(8) if byte < HEADER.size else (0, 5):
            damaged = bytearray(CONTENT)
            damaged[byte] ^= 1 << bit
            check_none(bytes(damaged))


@pytest.mark.parametrize("content", [b"", b"\0", bytes(len(CONTENT)), CONTENT * 2])
def test_what_is_no_record(content):
    check_none(content)


def test_any_cut_is_seen():
    for stop in range(len(CONTENT)):
        check_none(CONTENT[:stop])


@given(st.binary(max_size=300))
def test_noise_is_no_record(content):
    check_none(content)


def test_of_another_run():
    other = KIND._replace(identity=bytes(16))
    assert unpack_record(CONTENT, other) is None
    assert identity_of(CONTENT) == IDENTITY


@pytest.mark.parametrize("change", [{"labels": 2}, {"images": record_of_image(1)}])
def test_of_other_labels(change):
    assert unpack_record(CONTENT, KIND._replace(**change)) is None
