"""Indexes of tar shards in a store are those of a local run, whatever becomes of their notes."""

import pytest
from tests.stores.conftest import BUCKET, imggen, local_contents

OUT = f"s3://{BUCKET}/x"
NOTES = ".imggen/indexes/"
HOW = ["--workers", 1, "--quiet", "--no-report", "--container", "webdataset", "--shard-images", 4]


def bulk(art, out, count, *how):
    assert imggen("bulk", art, *HOW, "--count", count, "--out", out, *how) == (0, "")


@pytest.fixture
def expected(art, tmp_path):
    """The files of a local run, and what it notes of shards."""
    bulk(art, tmp_path / "out", 22)
    notes = {path.name: path.read_bytes() for path in (tmp_path / "out" / NOTES).iterdir()}
    return local_contents(tmp_path / "out"), notes


def check_same(server, expected):
    contents, notes = expected
    assert [name for name in contents if name.startswith("indexes/")]
    assert server.contents("x").keys() == contents.keys()
    assert server.contents("x") == contents
    kept = [name for name in server.names("x") if name.startswith(NOTES)]
    assert {name.removeprefix(NOTES): server.read("x", name) for name in kept} == notes
    assert imggen("verify", OUT, "--quiet") == (0, "")


def requests(server, way, end):
    return [path for method, path in server.requests if method == way and path.endswith(end)]


def test_notes_come_before_records(server, art, expected):
    bulk(art, OUT, 22)
    put = [path for way, path in server.requests if way == "PUT"]
    last = [number for number, path in enumerate(put) if path.endswith(".record")][-1]
    noted = [number for number, path in enumerate(put) if NOTES in path]
    assert len(noted) == 6
    assert max(noted) < last
    assert requests(server, "GET", ".tar") == []
    check_same(server, expected)


def test_partitions_are_merged_without_reading_shards(server, art, expected):
    for number in (2, 1, 3):
        bulk(art, OUT, 22, "--partition", f"{number}/3")
    assert imggen("merge", OUT, "--quiet", "--no-report") == (0, "")
    assert requests(server, "GET", ".tar") == []
    check_same(server, expected)


def test_an_extension_reads_no_shard(server, art, expected):
    bulk(art, OUT, 10)
    server.put("x/indexes/article-000009.idx", b"of another run")
    server.put("x/indexes/notes.txt", b"mine")
    server.requests.clear()
    bulk(art, OUT, 22, "--resume")
    assert requests(server, "GET", ".tar") == []
    assert server.read("x", "indexes/notes.txt") == b"mine"
    server.client.delete_object(Bucket=BUCKET, Key="x/indexes/notes.txt")
    check_same(server, expected)


@pytest.mark.parametrize("damage", ["lost", "wrong"])
@pytest.mark.parametrize("how", [["--shard-bytes", 50_000], []])
def test_notes_that_are_lost_or_wrong_have_shards_read(server, art, tmp_path, damage, how):
    """Also while shards have no last names, or are those of a run that is extended."""
    bulk(art, tmp_path / "out", 22, *how)
    notes = {path.name: path.read_bytes() for path in (tmp_path / "out" / NOTES).iterdir()}
    bulk(art, OUT, 10, *how)
    for name in server.names("x"):
        if name.startswith(NOTES):
            server.client.delete_object(Bucket=BUCKET, Key=f"x/{name}")
            if damage == "wrong":
                server.put(f"x/{name}", b"0 1\nv1.2 1\n")
    server.requests.clear()
    bulk(art, OUT, 22, "--resume", *how)
    assert len(requests(server, "GET", ".tar")) >= 2
    check_same(server, (local_contents(tmp_path / "out"), notes))


def test_a_damaged_shard_whose_note_is_lost_is_named(server, art, expected):
    for number in (1, 2):
        bulk(art, OUT, 22, "--partition", f"{number}/2")
    notes = [name for name in server.names("x") if name.startswith(NOTES)]
    for name in notes:
        server.client.delete_object(Bucket=BUCKET, Key=f"x/{name}")
    shard = server.read("x", "shards/article-000001.tar")
    server.put("x/shards/article-000001.tar", bytes(len(shard)))
    code, said = imggen("merge", OUT, "--quiet", "--no-report")
    assert code == 1
    assert said == (
        f"imggen: {OUT}/shards/article-000001.tar is damaged; give imggen bulk --resume --check, "
        "or for partitions imggen merge --check, to find what is to be made again.\n"
    )
    code, said = imggen("merge", OUT, "--quiet", "--no-report", "--check")
    assert (code, "lacks 4 of 22 images, of partition 1 of 2" in said) == (1, True)
    bulk(art, OUT, 22, "--partition", "1/2")
    assert imggen("merge", OUT, "--quiet", "--no-report") == (0, "")
    check_same(server, expected)
