import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imggen.store import stream
from imggen.store.digests import DigestedFile
from imggen.store.stream import Stream

WRITES = st.lists(st.lists(st.binary(max_size=12), max_size=4), max_size=30)


@given(WRITES, st.integers(0, 40))
def test_pieces_follow_each_other_though_some_wait(tmp_path_factory, writes, kept_bytes):
    path = tmp_path_factory.mktemp("stream") / "file"
    with pytest.MonkeyPatch.context() as patch, path.open("wb") as file:
        patch.setattr(stream, "KEPT_BYTES", kept_bytes)
        written = Stream(DigestedFile(file.fileno()))
        for pieces in writes:
            own = [bytearray(piece) for piece in pieces]
            written.write([memoryview(piece) for piece in own], sum(map(len, own)))
            for piece in own:
                piece[:] = b"x" * len(piece)  # they are valid no longer
        written.flush()
    expected = b"".join(piece for pieces in writes for piece in pieces)
    assert path.read_bytes() == expected


def test_small_ones_are_written_at_once(tmp_path, monkeypatch):
    calls = []
    writev = os.writev
    monkeypatch.setattr(os, "writev", lambda *given: calls.append(1) or writev(*given))
    with (tmp_path / "file").open("wb") as file:
        written = Stream(DigestedFile(file.fileno()))
        for _ in range(100):
            written.write([b"a", b"bc"], 3)
        assert not calls
        written.flush()
        written.flush()
    assert (tmp_path / "file").read_bytes() == b"abc" * 100
    assert len(calls) == 1
