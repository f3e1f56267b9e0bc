"""Datasets in a store are those of local folders: partitions, names, from Python."""

import json

import pytest
from tests.hard_names import write_hats
from tests.stores.conftest import BUCKET, imggen, local_contents

OUT = f"s3://{BUCKET}/x"
HOW = ["--count", 48, "--workers", 1, "--quiet"]


@pytest.mark.parametrize(
    "how", [["--labels", "coco"], ["--container", "webdataset"], ["--container", "npz"]]
)
def test_partitions(server, art, tmp_path, how):
    how = [*HOW, *how, *(["--shard-images", 5] if how[1] == "webdataset" else [])]
    assert imggen("bulk", art, *how, "--out", tmp_path / "out") == (0, "")
    assert imggen("bulk", art, *how, "--out", OUT, "--partition", "2/2") == (0, "")
    code, said = imggen("status", OUT, "--json")
    assert (code, json.loads(said)["state"]) == (1, "stopped")
    code, said = imggen("merge", OUT, "--quiet")
    assert code == 1
    assert "of partition 1 of 2; make it with the same command and --partition" in said
    assert imggen("bulk", art, *how, "--out", OUT, "--partition", "1/2") == (0, "")
    server.requests.clear()
    assert imggen("bulk", art, *how, "--out", OUT, "--partition", "1/2") == (0, "")
    assert not [path for _, path in server.requests if "/partitions/2/" in path]
    code, said = imggen("status", OUT, "--json")
    assert (code, json.loads(said)["state"]) == (1, "to be merged")
    code, said = imggen("bulk", art, *how, "--out", OUT, "--partition", "1/3")
    assert code == 2
    assert said == (
        f"imggen: {OUT} is made in 2 partitions, and --partition is 1/3; give K/2, or choose "
        "another --out.\n"
    )
    assert imggen("merge", OUT, "--quiet") == (0, "")
    assert server.contents("x") == local_contents(tmp_path / "out")
    summary = json.loads((tmp_path / "out" / "run.json").read_bytes())
    assert json.loads(server.read("x", "run.json"))["digest"] == summary["digest"]
    code, said = imggen("status", OUT)
    assert (code, said) == (
        0,
        f"images   48 of 48 (100%) in {OUT}\nparts    2 done: 1-2\nstate    complete\n",
    )


def test_hard_names(server, tmp_path):
    art = write_hats(tmp_path / "art")
    how = ["--workers", 1, "--quiet"]
    names = ["--labels", "yolo"]
    assert imggen("bulk", art, *how, *names, "--out", tmp_path / "out") == (0, "")
    assert imggen("bulk", art, *how, *names, "--out", f"s3://{BUCKET}/x/a b%20é") == (0, "")
    assert server.contents("x/a b%20é") == local_contents(tmp_path / "out")


def test_the_python_function(server, art):
    import imggen  # its name is that of the command here

    summary = imggen.generate(art, OUT, count=12, workers=1)
    assert json.loads(server.read("x", "run.json"))["digest"] == summary.digest


def test_nothing_is_brought_to_the_disk(server, art, monkeypatch):
    """What is on this machine is gone in the end, so no run waits for its disk."""

    def refuse(*args):
        raise AssertionError("a sync")

    monkeypatch.setattr("imggen.store.syncing.PAUSE_SECONDS", 0.0)
    monkeypatch.setattr("imggen.store.syncing.start_helper", refuse)
    how = ["--count", 4, "--workers", 1, "--quiet", "--out", "s3://bucket/x"]
    assert imggen("bulk", art, *how) == (0, "")
    assert imggen("bulk", art, *how, "--partition", "1/1", "--out", "s3://bucket/y") == (0, "")
