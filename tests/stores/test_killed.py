"""Whichever request a run is killed at, what is resumed has the files of a run at once."""

import os
import signal

import pytest
from tests.stores.conftest import BUCKET, imggen, local_contents, start

OUT = f"s3://{BUCKET}/x"
HOW = ["--count", 9, "--workers", 1, "--quiet", "--no-report"]
WAYS = {
    "files": ["--labels", "coco", "--chunk-size", 3],
    "webdataset": ["--container", "webdataset", "--shard-images", 3],
    "small shards": [
        *("--container", "webdataset", "--shard-images", 9, "--shard-bytes", 60_000),
        *("--labels", "coco"),
    ],
    "npy": ["--container", "npy", "--chunk-size", 3],
}
KILLED_AT = (2, 3, 5, 6, 7, 8, 10, 12, 14, 17, 20, 23)  # the number of a request
# All of them take minutes: each way has every third, and not the same as the next one.
CASES = [(way, at) for k, way in enumerate(WAYS) for at in KILLED_AT[k % 3 :: 3]]


@pytest.fixture(scope="module")
def expected(art, tmp_path_factory):
    """The files of each way, made in a local folder."""
    made = {}
    for way, how in WAYS.items():
        out = tmp_path_factory.mktemp("whole") / "out"
        assert imggen("bulk", art, *HOW, *how, "--out", out) == (0, "")
        made[way] = local_contents(out)
    return made


def kill_at(server, request, call):
    """Run `call`, killed when that request comes."""

    def fault(number, environ):
        if number >= request:
            os.kill(process.pid, signal.SIGKILL)
            return "lose" if number % 2 else "drop"
        return None

    server.requests.clear()
    process = start(*call)
    server.fault = fault
    process.communicate(timeout=120)
    server.fault = lambda number, environ: None
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize(("way", "at"), CASES)
def test_a_killed_run_is_resumed(server, art, expected, way, at):
    call = ["bulk", art, *HOW, *WAYS[way], "--out", OUT, "--resume"]
    kill_at(server, at, call)
    assert imggen(*call) == (0, "")
    assert server.contents("x").keys() == expected[way].keys()
    assert server.contents("x") == expected[way]
    left = [name for name in server.names("x") if "lease" in name or "/shards/" in name]
    assert [name for name in left if name.startswith(".imggen/")] == []
    assert imggen("verify", OUT, "--workers", 1, "--quiet") == (0, "")
