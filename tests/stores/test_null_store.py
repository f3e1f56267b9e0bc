"""The server of benchmarks that forgets what is large answers as S3 does."""

from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest
from benchmarks.null_store import KEPT_BYTES, NullStore, Server

from imggen.store.url_content import PART_BYTES
from imggen.store.url_store import UrlStore


@pytest.fixture(params=[10**9, 4], ids=["whole", "failing"])
def store(request, server, monkeypatch):
    """The folder x of a server that refuses no request, or every fourth."""
    with Server(NullStore(request.param)) as null:
        Thread(target=null.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{null.server_address[1]}")
        yield UrlStore("s3://bucket/x")
        null.shutdown()


def test_small_files_are_kept(store):
    assert store.get("a & b") is None
    store.put("a & b", b"content")
    store.copy("a & b", "folder/c", 7)
    assert store.get("folder/c") == b"content"
    assert store.read_range("folder/c", 3, 5) == b"te"
    assert store.entries() == {"a & b": 7, "folder": None}
    store.remove(["a & b", "missing"])
    assert store.sizes() == {"folder/c": 7}


@pytest.mark.parametrize("size_bytes", [KEPT_BYTES + 1, 2 * PART_BYTES + 5])
def test_of_large_files_the_size_is_known(store, tmp_path, size_bytes):
    (tmp_path / "large").write_bytes(bytes(size_bytes))
    store.put("large", tmp_path / "large")
    assert store.size("large") == size_bytes
    assert store.sizes() == {"large": size_bytes}


def test_long_lists_come_in_pages(store):
    with ThreadPoolExecutor(32) as pool:
        list(pool.map(lambda number: store.put(f"{number:04}", b""), range(1_001)))
    assert len(store.sizes()) == 1_001


def test_writes_with_conditions(store):
    assert store.put_if("lease", b"1", None)
    assert not store.put_if("lease", b"2", None)
    content, version = store.read_version("lease")
    assert store.put_if("lease", b"3", version)
    assert not store.put_if("lease", b"4", version)
    assert (content, store.get("lease")) == (b"1", b"3")
