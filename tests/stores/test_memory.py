"""What is only true of datasets in the memory of a process."""

import fsspec
import pandas as pd
import pytest
from tests.stores.conftest import imggen

from imggen.errors import OutputError
from imggen.store.memory_client import MemoryClient
from imggen.store.url_store import UrlStore


@pytest.fixture
def files():
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    yield memory
    memory.store.clear()


def test_from_python(files, art):
    import imggen  # its name is that of the command here

    summary = imggen.generate(art, "memory://birds", count=12, workers=1)
    assert pd.read_csv("memory://birds/data.csv").shape[0] == 12
    again = imggen.generate(art, "memory://birds", count=12, workers=1, resume=True)
    assert (again.rendered, again.digest) == (0, summary.digest)
    more = imggen.generate(art, "memory://birds", count=15, workers=1, resume=True)
    assert (more.rendered, more.images) == (3, 15)


@pytest.mark.parametrize("command", ["bulk", "label", "merge", "report", "status", "verify"])
def test_commands_refuse_it(files, art, command):
    how = [art, "--out"] if command == "bulk" else []
    code, said = imggen(command, *how, "memory://birds")
    assert code == 2
    assert said == (
        f"imggen: {'--out' if how else 'OUT'} is memory://birds, in the memory of this command, "
        "which ends with it; expected a path or the URL of a store that lasts. From Python, "
        "imggen.generate takes it.\n"
    )
    assert files.find("") == []


@pytest.mark.parametrize("url", ["memory://file", "memory://file/deep"])
def test_a_file_is_no_folder(files, art, url):
    import imggen  # as above

    files.pipe_file("/file", b"mine")
    with pytest.raises(OutputError) as caught:
        imggen.generate(art, url, count=3)
    assert str(caught.value).startswith(f"{url} cannot be used: /file is a file; ")
    assert files.find("") == ["/file"]


def test_writes_on_conditions(files):
    store = UrlStore("memory://birds")
    assert store.read_version("a") is None
    assert store.put_if("a", b"1", None)
    assert not store.put_if("a", b"2", None)
    content, version = store.read_version("a")
    assert store.put_if("a", b"3", version)
    assert not store.put_if("a", b"4", version)
    assert (content, store.get("a")) == (b"1", b"3")


def test_ranges_copies_and_what_is_gone(files):
    client = MemoryClient("memory://birds")
    client.put("a/b", [b"01", memoryview(b"2345")])
    client.copy("a/b", "c")
    assert client.get_range("c", start=2, end=4) == b"23"
    assert client.list_with_delimiter() == {
        "common_prefixes": ["a"],
        "objects": [{"path": "c", "size": 6}],
    }
    client.delete(["c", "gone"])
    assert [one["path"] for page in client.list() for one in page] == ["a/b"]
