"""What is known of files that are written once for all images."""

import pytest

from imggen.store.entries import Entry, is_intact, make_entry

CONTENT = bytes(range(100))


@pytest.fixture
def path(tmp_path):
    (tmp_path / "file").write_bytes(CONTENT)
    return tmp_path / "file"


@pytest.mark.parametrize("rows", [None, (10, 90), (0, 100), (50, 50)])
def test_entries_come_back_from_json(path, rows):
    entry = make_entry(path, rows)
    assert Entry.of(entry.values()) == entry
    assert entry.size_bytes == 100
    assert is_intact(path, entry)


@pytest.mark.parametrize(
    ("rows", "place", "seen"),
    [(None, 50, True), ((10, 90), 50, False), ((10, 90), 9, True), ((10, 90), 90, True)],
)
def test_a_changed_byte(path, rows, place, seen):
    entry = make_entry(path, rows)
    path.write_bytes(CONTENT[:place] + b"\xff" + CONTENT[place + 1 :])
    assert is_intact(path, entry) is not seen


def test_cut_or_gone(path):
    entry = make_entry(path, (0, 100))
    path.write_bytes(CONTENT[:-1])
    assert not is_intact(path, entry)
    path.unlink()
    assert not is_intact(path, entry)
