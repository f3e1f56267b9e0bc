"""`run.json` shows any change of itself."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imggen.store.summary import read_summary, with_checksum, write_summary

SUMMARY = {"images": 3, "seconds": 0.1, "name": "é", "config": {"layer": [{"a": None}]}}


def test_comes_back(tmp_path):
    write_summary(tmp_path, SUMMARY)
    assert read_summary(tmp_path) == SUMMARY
    assert list(json.loads((tmp_path / "run.json").read_text())) == [*SUMMARY, "checksum"]


@given(st.data())
def test_any_flipped_bit_shows(tmp_path_factory, data):
    content = bytearray(with_checksum(SUMMARY))
    bit = data.draw(st.integers(0, 8 * len(content) - 1))
    content[bit // 8] ^= 1 << bit % 8
    folder = tmp_path_factory.mktemp("out")
    (folder / "run.json").write_bytes(content)
    assert read_summary(folder) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"3", b"\xff", b"[" * 10**5])
def test_no_summary(tmp_path, content):
    assert read_summary(tmp_path) is None
    (tmp_path / "run.json").write_bytes(content)
    assert read_summary(tmp_path) is None
