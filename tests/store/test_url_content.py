"""The content of files on its way to a store."""

import threading

from hypothesis import given
from hypothesis import strategies as st

from imggen.store.url_content import mapped_parts, read_ahead


@given(st.binary(min_size=1, max_size=40), st.integers(1, 50))
def test_parts_are_the_content(tmp_path_factory, content, part_bytes):
    path = tmp_path_factory.mktemp("mapped") / "file"
    path.write_bytes(content)
    parts = list(mapped_parts(path, part_bytes))
    assert b"".join(parts) == content
    assert [len(part) for part in parts[:-1]] == [part_bytes] * (len(parts) - 1)


def test_parts_outlive_the_name_of_the_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"content")
    [part] = mapped_parts(path, 100)
    path.unlink()
    assert part == b"content"


@given(st.lists(st.binary(max_size=4)))
def test_pieces_are_read_by_another_thread(pieces):
    readers = set()

    def read():
        for piece in pieces:
            readers.add(threading.get_ident())
            yield piece

    assert list(read_ahead(read())) == pieces
    assert threading.get_ident() not in readers
