import pytest
from hypothesis import given
from hypothesis import strategies as st

from imggen.store import FileStore
from imggen.store.shards import Shards


class Lines:
    """Writes samples as they are, and a full stop."""

    frame_bytes = 1

    def __init__(self, file):
        self._file = file

    def size(self, sample):
        return len(sample)

    def add(self, sample):
        self._file.write(sample)

    def end(self):
        self._file.write(b".")


def write(folder, samples, limit_bytes):
    with Shards(FileStore(folder), "{}.txt".format, Lines, limit_bytes) as shards:
        return [shards.put(sample) for sample in samples]


def read(folder):
    return [(folder / f"{k}.txt").read_bytes() for k in range(len(list(folder.iterdir())))]


def test_the_next_begins_where_one_would_be_too_large(tmp_path):
    samples = [b"aaa", b"bbb", b"c", b"dddddddddddd", b"e", b"ffff"]
    assert write(tmp_path, samples, 8) == [0, 0, 0, 1, 2, 2]
    assert read(tmp_path) == [b"aaabbbc.", b"dddddddddddd.", b"effff."]


@given(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=30), limit=st.integers(1, 20))
def test_limits_hold_and_nothing_is_lost(tmp_path_factory, lengths, limit):
    folder = tmp_path_factory.mktemp("shards")
    samples = [bytes([97 + k % 26]) * length for k, length in enumerate(lengths)]
    numbers = write(folder, samples, limit)
    files = read(folder)
    assert b"".join(file[:-1] for file in files) == b"".join(samples)
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(len(files)))
    for number, file in enumerate(files):
        assert len(file) <= limit or numbers.count(number) == 1


def test_what_failed_is_not_there(tmp_path):
    store = FileStore(tmp_path)
    with pytest.raises(TypeError), Shards(store, "{}".format, Lines, 4) as shards:  # noqa: PT012
        for sample in (b"abc", b"def", b"ghi", "no bytes"):
            shards.put(sample)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "1", "2"], "whole, or absent"


def test_nothing_makes_no_file(tmp_path):
    assert write(tmp_path, [], 4) == []
    assert list(tmp_path.iterdir()) == []
