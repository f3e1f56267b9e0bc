"""Shards have their last names as they are done, or are copied to them in the end."""

import pytest
from tests.stores.conftest import BUCKET, imggen, local_contents

OUT = f"s3://{BUCKET}/x"
HOW = ["--count", 24, "--workers", 1, "--quiet", "--container", "webdataset", "--shard-images", 3]


@pytest.fixture(autouse=True)
def noted(server):
    """Have the server note copies in `copied`."""
    server.copied = []

    def fault(number, environ):
        if "HTTP_X_AMZ_COPY_SOURCE" in environ:
            server.copied.append(environ["PATH_INFO"].removeprefix(f"/{BUCKET}/x/"))

    server.fault = fault


def made_here(art, folder, *how):
    assert imggen("bulk", art, *HOW, *how, "--out", folder) == (0, "")
    return local_contents(folder)


def test_planned_shards_are_not_copied(server, art, tmp_path):
    expected = made_here(art, tmp_path / "out")
    assert imggen("bulk", art, *HOW, "--out", OUT) == (0, "")
    assert server.contents("x") == expected
    assert server.copied == []
    assert not [path for _, path in server.requests if ".imggen/shards/" in path]


def test_shards_whose_names_nobody_knows(server, art, tmp_path):
    """A block may be several shards, so all are numbered in the end."""
    how = ["--format", "jpeg", "--shard-bytes", 80_000]
    expected = made_here(art, tmp_path / "out", *how)
    assert imggen("bulk", art, *HOW, *how, "--out", OUT) == (0, "")
    assert server.contents("x") == expected
    shards = [name for name in expected if name.endswith(".tar")]
    assert sorted(server.copied) == sorted(shards)


def test_a_block_takes_more_shards_than_planned(server, art, tmp_path, monkeypatch):
    """A block behind it, the last, has a name by then that is that of another shard."""
    monkeypatch.setattr("imggen.containers.shards.Sharded.is_one_shard", lambda *args: True)
    monkeypatch.setattr("imggen.containers.shards.Sharded.block_size", lambda *args: 3)
    how = ["--format", "jpeg", "--shard-bytes", 50_000, "--count", 22]
    expected = made_here(art, tmp_path / "out", *how)
    shards = [name for name in expected if name.endswith(".tar")]
    assert len(shards) == 7 * 2 + 1
    assert imggen("bulk", art, *HOW, *how, "--out", OUT) == (0, "")
    assert server.contents("x") == expected
    assert not [name for name in server.names("x") if name.startswith(".imggen/shards/")]
    assert ".imggen/shards/21-22-0.tar" in server.copied
    assert imggen("verify", OUT, "--quiet") == (0, "")
    assert imggen("bulk", art, *HOW, *how, "--out", OUT, "--resume") == (0, "")
    assert server.contents("x") == expected


def test_copies_of_what_is_too_large_for_one_request(server, art, tmp_path, monkeypatch):
    monkeypatch.setattr("imggen.store.url_store.MOST_COPIED_BYTES", 20_000)
    how = ["--format", "jpeg", "--shard-bytes", 80_000]
    expected = made_here(art, tmp_path / "out", *how)
    assert imggen("bulk", art, *HOW, *how, "--out", OUT) == (0, "")
    assert server.contents("x") == expected
    assert server.copied == []
