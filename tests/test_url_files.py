"""Files at URLs are read whole or not at all, and what fails is an error as of a disk."""

import errno
import re

import pytest
from tests.fake_store import play_store

from imggen import url_files
from imggen.url_files import copy_files, list_files, read_bytes

URL = "s3://bucket/art"


@pytest.fixture
def store(monkeypatch):
    return play_store(monkeypatch)


def copied(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_path_is_read_from_the_disk(tmp_path):
    (tmp_path / "x").write_bytes(b"abc")
    assert read_bytes(tmp_path / "x") == b"abc"
    with pytest.raises(FileNotFoundError):
        read_bytes(tmp_path / "y")


def test_copies_are_what_is_there(store, tmp_path):
    files = {"a.png": b"abcdef", "sub/b c.png": b"", "sub/deep/\xfc#%20.png": b"x" * 5000}
    store.files = {f"{URL}/{name}": content for name, content in files.items()}
    store.files |= {f"{URL}s/other.png": b"of another folder"}
    sizes = list_files(URL)
    assert sizes == {name: len(content) for name, content in files.items()}
    copy_files(URL, sizes, tmp_path / "copy")
    assert copied(tmp_path / "copy") == files


def test_objects_that_stand_for_folders_are_no_files(store):
    store.files = {f"{URL}/": b"", f"{URL}/sub": b"", f"{URL}/sub/b.png": b"b"}
    assert list_files(URL) == {"sub/b.png": 1}


@pytest.mark.parametrize(
    ("files", "named", "reason"),
    [
        ({"x": b"1", "x/y.png": b"2"}, "/x", "it is a file, and a folder of other files"),
        ({"../x.png": b"1"}, "/../x.png", "no file can have such a path"),
        ({"a//x.png": b"1"}, "/a//x.png", "no file can have such a path"),
    ],
)
def test_names_that_no_folder_can_have(store, files, named, reason):
    store.files = {f"{URL}/{name}": content for name, content in files.items()}
    with pytest.raises(OSError, match=reason) as caught:
        list_files(URL)
    assert (caught.value.strerror, caught.value.filename) == (reason, URL + named)


def test_an_error_that_passes_is_not_seen(store, tmp_path):
    store.files = {f"{URL}/a.png": b"abc"}
    store.faults = {f"{URL}/a.png": [RuntimeError("Server returned non-2xx status code: 503")] * 3}
    copy_files(URL, list_files(URL), tmp_path / "copy")
    assert copied(tmp_path / "copy") == {"a.png": b"abc"}
    assert store.requests[f"{URL}/a.png"] == 4


@pytest.mark.parametrize(
    ("error", "reason", "times"),
    [
        (RuntimeError("GET http://key@host - status code: 500 - Oh no"), "Oh no", 4),
        (
            RuntimeError("status code: 403: http://host/x?sig=word."),
            "status code: 403: the store",
            1,
        ),
        (FileNotFoundError("Object at location x not found"), "no such file", 1),
    ],
)
def test_an_error_that_lasts_is_told_without_addresses(store, tmp_path, error, reason, times):
    store.files = {f"{URL}/a.png": b"abc"}
    store.faults = {f"{URL}/a.png": [error] * 9}
    with pytest.raises(OSError, match=re.escape(reason)) as caught:
        copy_files(URL, list_files(URL), tmp_path / "copy")
    assert (caught.value.strerror, caught.value.filename) == (reason, f"{URL}/a.png")
    assert store.requests[f"{URL}/a.png"] == times


def test_a_full_disk_is_not_tried_again(store, tmp_path):
    store.files = {f"{URL}/a.png": b"abc"}
    store.faults = {f"{URL}/a.png": [OSError(errno.ENOSPC, "No space left on device")]}
    with pytest.raises(OSError, match="No space left on device"):
        copy_files(URL, list_files(URL), tmp_path / "copy")
    assert store.requests[f"{URL}/a.png"] == 1


def test_a_file_that_changes_meanwhile_is_refused(store, tmp_path):
    store.files = {f"{URL}/a.png": b"abc"}
    sizes = list_files(URL)
    store.files = {f"{URL}/a.png": b"abcd"}
    with pytest.raises(OSError, match="bytes") as caught:
        copy_files(URL, sizes, tmp_path / "copy")
    assert caught.value.strerror == ("it has no longer the 3 bytes that it had when it was listed")


def test_all_pieces_are_of_one_version(store, tmp_path, monkeypatch):
    monkeypatch.setattr(url_files, "PIECE_BYTES", 2)
    store.files = {f"{URL}/a.png": b"abcde"}
    sizes = list_files(URL)
    copy_files(URL, sizes, tmp_path / "copy")
    assert copied(tmp_path / "copy") == {"a.png": b"abcde"}
    assert store.requests[f"{URL}/a.png"] == 3

    def fail(url):
        store.requests[url] += 1
        if store.requests[url] == 5:
            store.files[url] = b"ABCDE"

    monkeypatch.setattr(store, "fail", fail)
    with pytest.raises(OSError, match="status code: 412"):
        copy_files(URL, sizes, tmp_path / "again")


def test_names_that_are_the_same_on_this_disk_are_not_mixed_up(store, tmp_path):
    store.files = {f"{URL}/a.png": b"abc"}
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "a.png").write_bytes(b"another")  # as A.png where case is not kept
    with pytest.raises(FileExistsError):
        copy_files(URL, list_files(URL), tmp_path / "copy")
    assert copied(tmp_path / "copy") == {"a.png": b"another"}


def test_many_files_are_on_their_way_at_once(store, tmp_path, monkeypatch):
    """As many requests wait for one another as may be made at once."""
    from threading import Barrier

    barrier = Barrier(url_files.AT_ONCE, timeout=10)
    store.files = {f"{URL}/{number}.png": b"x" for number in range(url_files.AT_ONCE)}
    sizes = list_files(URL)
    monkeypatch.setattr(store, "fail", lambda url: barrier.wait())
    copy_files(URL, sizes, tmp_path / "copy")
    assert len(copied(tmp_path / "copy")) == url_files.AT_ONCE
