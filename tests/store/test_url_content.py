"""The content of files on its way to a store."""

import os
import threading
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imggen.store import url_content
from imggen.store.url_content import Uploader, mapped, parts_of, read_ahead


class Client:
    """A client that keeps what it is sent, and takes no more than `most` bytes at once."""

    def __init__(self, most):
        self.most = most
        self.kept = {}
        self.asked = []

    def put(self, name, content, use_multipart=None, chunk_size=0, max_concurrency=0):
        """Keep a file."""
        is_whole = use_multipart is False or isinstance(content, bytes)
        self.asked.append((name, "whole" if is_whole else "parts"))
        pieces = [bytes(content)] if isinstance(content, bytes | memoryview) else list(content)
        if max(map(len, pieces)) > self.most:
            raise OSError
        self.kept[name] = b"".join(pieces)


@pytest.fixture
def sizes(monkeypatch):
    monkeypatch.setattr(url_content, "PART_BYTES", 10)
    monkeypatch.setattr(url_content, "WHOLE_BYTES", 50)


def write(path, size_bytes):
    path.write_bytes(os.urandom(size_bytes))
    return path


def test_large_files_take_one_request_up_to_a_size(tmp_path, sizes):
    client = Client(100)
    uploader = Uploader(client)
    for size in (11, 50, 51):
        path = write(tmp_path / str(size), size)
        uploader.put(path.name, path, None)
        assert client.kept[path.name] == path.read_bytes()
    assert client.asked == [("11", "whole"), ("50", "whole"), ("51", "parts")]


def test_pieces_take_one_request_if_they_are_small(sizes):
    client = Client(100)
    for pieces in ([b"012345", b"6789"], [b"012345", b"67890"]):
        size_bytes = sum(map(len, pieces))
        Uploader(client).put(str(size_bytes), partial(iter, pieces), size_bytes)
        assert client.kept[str(size_bytes)] == b"".join(pieces)
    assert client.asked == [("10", "whole"), ("11", "parts")]


def test_after_one_that_fails_all_take_parts(tmp_path, sizes):
    client = Client(20)
    uploader = Uploader(client)
    for name in ("a", "b"):
        path = write(tmp_path / name, 45)
        uploader.put(name, path, None)
        assert client.kept[name] == path.read_bytes()
    assert client.asked == [("a", "whole"), ("a", "parts"), ("b", "parts")]


@given(st.binary(min_size=1, max_size=40), st.integers(1, 50))
def test_parts_are_the_content(tmp_path_factory, content, part_bytes):
    path = tmp_path_factory.mktemp("mapped") / "file"
    path.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(url_content, "PART_BYTES", part_bytes)
        parts = list(parts_of(mapped(path)))
    assert b"".join(parts) == content
    assert [len(part) for part in parts[:-1]] == [part_bytes] * (len(parts) - 1)


def test_no_file_takes_more_parts_than_stores_allow():
    size_bytes = 5 * 2**40
    assert url_content.part_size(size_bytes) * 10_000 > size_bytes
    assert url_content.part_size(10**9) == url_content.PART_BYTES


def test_content_outlives_the_name_of_the_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"content")
    content = mapped(path)
    path.unlink()
    assert content == b"content"


@given(st.lists(st.binary(max_size=4)))
def test_pieces_are_read_by_another_thread(pieces):
    readers = set()

    def read():
        for piece in pieces:
            readers.add(threading.get_ident())
            yield piece

    assert list(read_ahead(read())) == pieces
    assert threading.get_ident() not in readers
