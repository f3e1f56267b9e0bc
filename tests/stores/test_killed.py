"""Wherever a run is killed, what is resumed has the files of a run at once."""

import os
import signal
from functools import partial

import pytest
from tests.stores.checks import OUT, check_same, local_dataset, stored_records
from tests.stores.conftest import imggen, start, wait_for

HOW = ["--count", 9, "--workers", 1, "--quiet", "--no-report"]
CHUNKS = ["--chunk-size", 3]
SHARDS = ["--shard-images", 3]
SMALL_SHARDS = ["--shard-images", 9, "--shard-bytes", 60_000]
WAYS = {
    "files": ["--labels", "coco", *CHUNKS],
    "webdataset": ["--container", "webdataset", *SHARDS],
    "small shards": ["--container", "webdataset", *SMALL_SHARDS, "--labels", "coco"],
    "npy": ["--container", "npy", *CHUNKS],
    "links": ["--duplicates", "link", *CHUNKS],
    "parquet": ["--container", "parquet", *SHARDS],
    "tfrecord": ["--container", "tfrecord", *SHARDS],
    "mds": ["--container", "mds", *SHARDS],
    "npz": ["--container", "npz", *CHUNKS, "--size", 800],  # rows of a chunk are sent in parts
}
# A file of the last chunk, as it is sent.
LAST = {
    "files": "images/generated8.png",
    "webdataset": "shards/article-000002.tar",
    "small shards": "shards/article-000008.tar",
    "npy": ".imggen/shards/6-9.rows",
    "links": "images/generated8.png",
    "parquet": "data/train-00002-of-00003.parquet",
    "tfrecord": "tfrecords/article-00002-of-00003.tfrecord",
    "mds": "mds/shard.00002.mds",
    "npz": ".imggen/shards/6-9.rows",
}
KILLED_AT = (2, 3, 5, 6, 7, 8, 10, 12, 14, 17, 20, 23)  # the number of a request
NUMBERED = ("files", "webdataset", "small shards", "npy")
# All of them take minutes: each way has every third, and not the same as the next one.
CASES = [(way, at) for k, way in enumerate(NUMBERED) for at in KILLED_AT[k % 3 :: 3]]


@pytest.fixture(scope="module")
def expected(art, tmp_path_factory):
    """The dataset of each way, made in a local folder."""
    made = {}
    for way, how in WAYS.items():
        out = tmp_path_factory.mktemp("whole") / "out"
        assert imggen("bulk", art, *HOW, *how, "--out", out) == (0, "")
        made[way] = local_dataset(out)
    return made


def kill(server, fault_at, call):
    """Run `call`, killed at the first request for which `fault_at` returns a fault."""

    def fault(number, environ):
        answer = fault_at(number, environ) if process.poll() is None else "drop"
        if answer is not None:
            os.kill(process.pid, signal.SIGKILL)
        return answer

    server.requests.clear()
    process = start(*call)
    server.fault = fault
    process.communicate(timeout=120)
    server.fault = lambda number, environ: None
    assert process.returncode == -signal.SIGKILL


def is_put(environ, name):
    return (environ["REQUEST_METHOD"], environ["PATH_INFO"]) == ("PUT", f"/bucket/x/{name}")


@pytest.mark.parametrize(("way", "at"), CASES)
def test_at_a_request(server, art, expected, way, at):
    call = ["bulk", art, *HOW, *WAYS[way], "--out", OUT, "--resume"]

    def fault_at(number, environ):
        return None if number < at else ("drop", "lose")[number % 2]

    kill(server, fault_at, call)
    assert imggen(*call) == (0, "")
    check_same(server, expected[way])


def at_the_record(server, way, number, environ):
    """The record does not come to the store, but what it lists is there, and so are the others."""
    last = "8-9" if way == "small shards" else "6-9"
    if not is_put(environ, f".imggen/done/{last}.record"):
        return None
    assert LAST[way] in server.names("x")
    wait_for_others(server, way)
    return "drop"


def within_the_file(server, way, number, environ):
    """One half of what is sent has come."""
    if not is_put(environ, LAST[way]):
        return None
    wait_for_others(server, way)
    environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]) // 2)
    return "drop"


def wait_for_others(server, way):
    """Wait for the records of all chunks but the last."""
    wait_for(lambda: len(stored_records(server)) == (8 if way == "small shards" else 2))


@pytest.mark.parametrize("fault_at", [at_the_record, within_the_file])
@pytest.mark.parametrize("way", WAYS)
def test_at_the_last_chunk(server, art, expected, way, fault_at):
    call = ["bulk", art, *HOW, *WAYS[way], "--out", OUT, "--resume"]
    kill(server, partial(fault_at, server, way), call)
    assert (LAST[way] in server.names("x")) == (fault_at == at_the_record)
    server.requests.clear()
    assert imggen(*call) == (0, "")
    put = [path for method, path in server.requests if method == "PUT"]
    assert len([path for path in put if path.endswith(".record")]) == 1
    check_same(server, expected[way])
