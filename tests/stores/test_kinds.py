"""Datasets in every kind of store are those of local folders, whatever is done with them."""

import pytest
from tests.stores.checks import digest_of
from tests.stores.conftest import imggen, local_contents
from tests.stores.kinds import KINDS

HOW = ["--workers", 1, "--quiet"]
SHARDS = ["--shard-images", 7]
CONTAINERS = {
    "files": ["--labels", "yolo,coco,masks"],
    "links": ["--duplicates", "link"],
    "webdataset": ["--container", "webdataset", *SHARDS, "--labels", "coco"],
    "parquet": ["--container", "parquet", *SHARDS],
    "tfrecord": ["--container", "tfrecord", *SHARDS],
    "mds": ["--container", "mds", *SHARDS],
    "npy": ["--container", "npy"],
    "npz": ["--container", "npz"],
}
FEW = ("files", "webdataset", "npy")  # where it does not matter which, as they share the code


@pytest.fixture(params=KINDS)
def store(request):
    return KINDS[request.param](request)


def same(store, out):
    """The files of a store are those of the local folder `out`, and so is the digest."""
    expected = local_contents(out)
    assert store.contents().keys() == expected.keys()
    assert store.contents() == expected
    assert digest_of(store.read("run.json")) == digest_of((out / "run.json").read_bytes())
    return True


@pytest.mark.parametrize("container", CONTAINERS)
def test_every_container(store, art, tmp_path, container):
    how = ["--count", 20, *HOW, *CONTAINERS[container]]
    assert imggen("bulk", art, *how, "--out", tmp_path / "out") == (0, "")
    assert imggen("bulk", art, *how, "--out", store.url) == (0, "")
    assert same(store, tmp_path / "out")
    assert imggen("status", store.url)[0] == 0
    assert imggen("verify", store.url, *HOW) == (0, "")
    assert imggen("bulk", art, *how, "--out", store.url, "--resume") == (0, "")
    assert same(store, tmp_path / "out")


@pytest.mark.parametrize("container", FEW)
def test_partitions(store, art, tmp_path, container):
    how = ["--count", 24, *HOW, *CONTAINERS[container]]
    assert imggen("bulk", art, *how, "--out", tmp_path / "out") == (0, "")
    assert imggen("bulk", art, *how, "--out", store.url, "--partition", "2/2") == (0, "")
    code, said = imggen("merge", store.url, "--quiet")
    assert (code, "of partition 1 of 2" in said) == (1, True)
    assert imggen("bulk", art, *how, "--out", store.url, "--partition", "1/2") == (0, "")
    assert imggen("merge", store.url, "--quiet") == (0, "")
    assert same(store, tmp_path / "out")


@pytest.mark.parametrize("container", FEW)
def test_an_extension(store, art, tmp_path, container):
    how = [*HOW, *CONTAINERS[container], "--out", store.url, "--resume"]
    at_once = ["--count", 29, *HOW, *CONTAINERS[container], "--out", tmp_path / "out"]
    assert imggen("bulk", art, *at_once) == (0, "")
    for count in (9, 29):
        assert imggen("bulk", art, "--count", count, *how) == (0, "")
    assert same(store, tmp_path / "out")
    assert imggen("verify", store.url, *HOW) == (0, "")


def test_labels_and_a_report(store, art, tmp_path):
    how = ["--count", 12, *HOW]
    out = tmp_path / "out"
    for place in (out, store.url):
        assert imggen("bulk", art, *how, "--out", place) == (0, "")
        assert imggen("label", place, "--labels", "coco,yolo", *HOW) == (0, "")
    assert same(store, out)
    store.put("report.html", None)
    assert imggen("report", store.url, "--quiet") == (0, "")
    assert b"<html" in store.read("report.html")


@pytest.mark.parametrize("container", FEW)
def test_damage_is_found_and_repaired(store, art, tmp_path, container):
    how = ["--count", 12, *HOW, *CONTAINERS[container], "--no-report"]
    assert imggen("bulk", art, *how, "--out", tmp_path / "out") == (0, "")
    assert imggen("bulk", art, *how, "--out", store.url) == (0, "")
    name = next(one for one in store.names() if one.endswith((".png", ".tar", ".npy")))
    content = bytearray(store.read(name))
    content[len(content) // 2] ^= 1
    store.put(name, bytes(content))
    code, said = imggen("verify", store.url, "--workers", 1)
    assert code == 1
    assert name in said
    assert imggen("verify", store.url, "--repair", *HOW)[0] == 0
    assert same(store, tmp_path / "out")
    store.put("data.csv", None)
    code, said = imggen("verify", store.url, "--workers", 1)
    assert code == 1
    assert "data.csv" in said


def test_what_is_no_run_is_kept(store, art):
    store.put("notes.txt", b"mine")
    code, said = imggen("bulk", art, "--count", 4, *HOW, "--out", store.url)
    assert code == 2
    assert said.startswith(f"imggen: {store.url} ")
    assert store.names() == ["notes.txt"]
    code, said = imggen("verify", store.url, "--workers", 1)
    assert (code, "expected a folder with run.json" in said) == (2, True)


def test_overwriting(store, art, tmp_path):
    how = [*HOW, "--overwrite"]
    assert imggen("bulk", art, "--count", 20, *how, "--out", store.url) == (0, "")
    for place in (store.url, tmp_path / "out"):
        how_to = ["--count", 5, *how, "--labels", "coco", "--out", place]
        assert imggen("bulk", art, *how_to) == (0, "")
    assert same(store, tmp_path / "out")
