"""A name is whole or absent."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imggen.store import FileStore
from imggen.store.files import MOST_PIECES, write_all, write_atomic


@pytest.fixture
def store(tmp_path):
    store = FileStore(tmp_path / "images")
    yield store
    store.close()


@pytest.fixture
def folder(tmp_path, store):
    return tmp_path / "images"


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_pieces_in_order(store, folder, pieces):
    store.put("a.png", [memoryview(piece) if k % 2 else piece for k, piece in enumerate(pieces)])
    assert (folder / "a.png").read_bytes() == b"".join(pieces)
    assert names(folder) == ["a.png"]


def test_more_pieces_than_the_system_takes_at_once(store, folder):
    pieces = [bytes([k % 251]) * (k % 7) for k in range(3 * MOST_PIECES + 5)]
    store.put("a.png", pieces)
    assert (folder / "a.png").read_bytes() == b"".join(pieces)


def test_arrays_are_pieces(store, folder):
    store.put("a.png", [memoryview(np.arange(6, dtype=np.uint16).reshape(2, 3))])
    assert (folder / "a.png").read_bytes() == np.arange(6, dtype=np.uint16).tobytes()


@given(st.lists(st.binary(min_size=1, max_size=30), max_size=10), st.data())
def test_the_system_may_stop_short(pieces, data):
    """Any number of bytes may be written by one call, also across pieces."""
    written = bytearray()

    def writev(_file, given_pieces):
        whole = b"".join(given_pieces)
        taken = data.draw(st.integers(1, len(whole)))
        written.extend(whole[:taken])
        return taken

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "writev", writev)
        write_all(0, pieces)
    assert bytes(written) == b"".join(pieces)


def test_replaces(store, folder):
    store.put("a.png", [b"old and longer"])
    store.put("a.png", [b"new"])
    assert (folder / "a.png").read_bytes() == b"new"


def test_subfolders(store, folder):
    store.put("train/red/1.png", [b"1"])
    store.link("test/red/2.png", "train/red/1.png")
    assert names(folder) == ["test/red/2.png", "train/red/1.png"]


def test_link_shares_the_bytes(store, folder):
    store.put("a.png", [b"1"])
    store.link("b.png", "a.png")
    assert (folder / "a.png").samefile(folder / "b.png")
    store.put("a.png", [b"2"])
    assert (folder / "b.png").read_bytes() == b"1", "a new file must not change its old links"


def test_link_replaces(store, folder):
    store.put("a.png", [b"1"])
    store.put("b.png", [b"2"])
    store.link("b.png", "a.png")
    assert (folder / "b.png").read_bytes() == b"1"


@pytest.mark.parametrize("way", ["put", "link"])
def test_what_a_killed_run_left_is_no_obstacle(store, folder, way):
    store.put("a.png", [b"1"])
    (folder / "b.png.part").write_bytes(b"half of something longer")
    store.put("b.png", [b"2"]) if way == "put" else store.link("b.png", "a.png")
    assert (folder / "b.png").read_bytes() == (b"2" if way == "put" else b"1")
    assert names(folder) == ["a.png", "b.png"]


def test_a_link_that_a_killed_run_left_is_not_written_through(store, folder):
    store.put("a.png", [b"finished"])
    os.link(folder / "a.png", folder / "b.png.part")
    store.put("b.png", [b"new"])
    assert (folder / "a.png").read_bytes() == b"finished"


class Full:
    """A disk that is full after so many bytes."""

    def __init__(self, room):
        self.room = room

    def writev(self, file, pieces):
        whole = b"".join(pieces)[: self.room]
        if not whole:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.room -= len(whole)
        return os.write(file, whole)


@pytest.mark.parametrize("room", [0, 1, 9])
def test_a_full_disk_leaves_no_part(store, folder, monkeypatch, room):
    store.put("a.png", [b"old"])
    monkeypatch.setattr(os, "writev", Full(room).writev)
    for name in ("a.png", "b.png"):
        with pytest.raises(OSError, match="No space left"):
            store.put(name, [b"12345", b"67890"])
    assert names(folder) == ["a.png"]
    assert (folder / "a.png").read_bytes() == b"old"


def test_an_interrupt_leaves_no_part(store, folder, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "writev", interrupted)
    with pytest.raises(KeyboardInterrupt):
        store.put("a.png", [b"1"])
    assert names(folder) == []


@pytest.mark.parametrize("reason", [errno.EMLINK, errno.EPERM, errno.EOPNOTSUPP])
def test_a_copy_where_no_link_can_be(store, folder, monkeypatch, reason):
    def no_link(*_, **__):
        raise OSError(reason, os.strerror(reason))

    monkeypatch.setattr(os, "link", no_link)
    store.put("a", [b"bytes"])
    store.link_or_put("b/c", "a", [b"bytes"])
    assert (folder / "b/c").read_bytes() == b"bytes"
    assert not (folder / "b/c").samefile(folder / "a")


def test_no_copy_for_another_reason(store):
    with pytest.raises(FileNotFoundError):
        store.link_or_put("b", "a", [b""])


@pytest.mark.parametrize("name", ["folder", "x" * 252])
def test_errors_name_the_file_and_not_its_part(store, folder, name):
    """Of the second, only the temporary name is too long."""
    (folder / "folder").mkdir()
    for write in (lambda: store.put(name, [b"1"]), lambda: write_atomic(folder / name, b"1")):
        with pytest.raises(OSError, match=r"directory|too long") as caught:
            write()
        assert str(caught.value.filename) in (name, str(folder / name))
        assert caught.value.filename2 is None
    assert [path.name for path in folder.iterdir()] == ["folder"]


@given(st.binary(max_size=50), st.lists(st.binary(max_size=30), max_size=4))
def test_a_spent_file_is_written_over(tmp_path_factory, old, pieces):
    folder = tmp_path_factory.mktemp("spent")
    store = FileStore(folder)
    store.put("shards/a.tar", [old])
    number = (folder / "shards/a.tar").stat().st_ino
    store.spend("shards/a.tar")
    assert not (folder / "shards/a.tar").exists()
    with store.growing_large("shards/b.tar") as file:
        assert names(folder / "shards") == ["b.tar.part"]
        write_all(file, pieces)
    store.close()
    assert (folder / "shards/b.tar").read_bytes() == b"".join(pieces)
    assert (folder / "shards/b.tar").stat().st_ino == number
    assert names(folder) == ["shards/b.tar"]


def test_large_files_need_no_spent_one(store, folder):
    store.put("a.tar", [b"a"])
    store.spend("a.tar")
    for name in ("b.tar", "new/c.tar"):
        with store.growing_large(name) as file:
            os.write(file, name.encode())
    assert (folder / "b.tar").read_bytes() == b"b.tar"
    assert (folder / "new/c.tar").read_bytes() == b"new/c.tar"


def test_a_spent_file_is_gone_if_writing_over_it_fails(store, folder):
    store.put("a.tar", [b"a"])
    store.spend("a.tar")
    with pytest.raises(OSError, match="full"), store.growing_large("b.tar"):
        raise OSError("full")
    assert names(folder) == []


def test_each_spent_file_is_taken_once(store, folder):
    """Many processes write to a folder; here, threads do."""
    for number in range(20):
        store.put(f"{number}.tar", [b"old"])
        store.spend(f"{number}.tar")

    def write(number):
        with store.growing_large(f"new/{number}.tar") as file:
            os.write(file, b"%d" % number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(30)))
    assert {name: (folder / name).read_bytes() for name in names(folder)} == {
        f"new/{number}.tar": b"%d" % number for number in range(30)
    }
