"""First names of shards tell where they begin, and the note of last names is read as written."""

import pytest

from imggen.containers.numbering import (
    NUMBERS,
    Numbered,
    first_name,
    move,
    positions_in,
    read_numbers,
    write_numbers,
)
from imggen.store.entries import Entry

FIRST = first_name(30, 60, 2, ".tar")
KNOWN = {
    FIRST: Numbered("shards/a-000001.tar", Entry(12, b"d" * 16)),
    ".imggen/imgs.npy": Numbered("imgs.npy", Entry(900, b"e" * 16, (256, 900))),
}


def test_a_first_name_tells_where_a_shard_begins():
    assert FIRST == ".imggen/shards/30-60-2.tar"
    assert positions_in(FIRST) == (30, 2)


def test_the_note_is_read_as_it_was_written(tmp_path):
    (tmp_path / ".imggen").mkdir()
    write_numbers(tmp_path, KNOWN)
    assert read_numbers(tmp_path) == KNOWN


@pytest.mark.parametrize("damage", [lambda note: note[:-9], lambda note: note.replace(b"1", b"2")])
def test_a_damaged_note_says_nothing(tmp_path, damage):
    (tmp_path / ".imggen").mkdir()
    write_numbers(tmp_path, KNOWN)
    (tmp_path / NUMBERS).write_bytes(damage((tmp_path / NUMBERS).read_bytes()))
    assert read_numbers(tmp_path) == {}


def test_what_is_moved_may_have_been_moved_already(tmp_path):
    (tmp_path / FIRST).parent.mkdir(parents=True)
    (tmp_path / FIRST).write_bytes(b"shard")
    for _ in range(2):
        move(tmp_path, FIRST, "shards/a-000001.tar")
        assert (tmp_path / "shards/a-000001.tar").read_bytes() == b"shard"
    assert not (tmp_path / FIRST).exists()
