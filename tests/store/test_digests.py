"""Digests are those of the bytes that are read back, and show what is damaged."""

import io
import os

import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from imggen.store import digests
from imggen.store.digests import (
    DigestedFile,
    FileDigest,
    digest_content,
    digest_file,
    read_sealed,
    write_sealed,
)

VALUES = {"name": "é", "ranges": [[0, 12], [30, 45]], "none": None}


@given(st.lists(st.binary(max_size=20), max_size=20), st.booleans())
def test_what_is_written_is_digested(tmp_path_factory, pieces, buffered):
    path = tmp_path_factory.mktemp("digests") / "file"
    opened = os.open(path, os.O_WRONLY | os.O_CREAT)
    file = DigestedFile(opened)
    if buffered:
        buffer = io.BufferedWriter(file)
        buffer.writelines(pieces)
        buffer.flush()
    else:
        file.write_all([memoryview(piece) for piece in pieces])
    digest = file.file_digest()
    os.close(opened)
    content = path.read_bytes()
    assert content == b"".join(pieces)
    assert digest == FileDigest(len(content), xxhash.xxh3_128_digest(content))
    assert digest == digest_content(content) == digest_file(path)


@pytest.mark.parametrize("read_bytes", [1, 7, 2**20])
def test_ranges_of_a_file(tmp_path, monkeypatch, read_bytes):
    monkeypatch.setattr(digests, "READ_BYTES", read_bytes)
    (tmp_path / "file").write_bytes(b"0123456789")
    digest = xxhash.xxh3_128_digest(b"0189")
    assert digest_file(tmp_path / "file", [(0, 2), (8, 10)]) == FileDigest(10, digest)
    assert digest_file(tmp_path / "file", [(0, 2), (8, 99)]) == FileDigest(10, digest)


def test_sealed_values_come_back(tmp_path):
    write_sealed(tmp_path / "file", VALUES, synced=True)
    assert read_sealed(tmp_path / "file") == VALUES
    assert read_sealed(tmp_path / "none") is None


def test_any_damage_of_sealed_values_is_seen(tmp_path):
    path = tmp_path / "file"
    write_sealed(path, VALUES)
    content = path.read_bytes()
    for place in range(len(content)):
        path.write_bytes(content[:place])
        assert read_sealed(path) is None, f"cut at {place}"
        for bit in range(8):
            damaged = bytearray(content)
            damaged[place] ^= 1 << bit
            path.write_bytes(damaged)
            assert read_sealed(path) is None, f"bit {bit} of byte {place}"
