"""Google's client speaks to a server of its API: what differs from S3, and what must not."""

import json
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.stores.checks import check_same, every_20th, local_dataset
from tests.stores.conftest import BUCKET, imggen, local_contents, start
from tests.stores.gcs import TOKEN

from imggen.store.url_content import PART_BYTES
from imggen.store.url_store import UrlStore

OUT = f"gs://{BUCKET}/x"
HOW = ["--count", 60, "--workers", 1, "--quiet"]
SHARDS = ["--container", "webdataset", "--shard-images", 5]
CHECK = "; check the name of the bucket, the credentials and the endpoint.\n"


@pytest.fixture
def expected(art, tmp_path):
    assert imggen("bulk", art, *HOW, *SHARDS, "--out", tmp_path / "out") == (0, "")
    return local_dataset(tmp_path / "out")


def test_refused_and_dropped_requests_leave_no_gap(gcs_server, art, expected):
    gcs_server.fault = every_20th(
        ["500 Internal Server Error", "503 Slow Down", "drop", "lose", "429 Too Many Requests"]
    )
    assert imggen("bulk", art, *HOW, *SHARDS, "--out", OUT) == (0, "")
    assert len(gcs_server.requests) > 2 * 20
    check_same(gcs_server, expected, OUT)


def test_a_run_killed_between_a_shard_and_its_record_is_resumed(gcs_server, art, expected):
    how, records = [*HOW, *SHARDS, "--out", OUT], []

    def fault(number, environ):
        if environ["PATH_INFO"].endswith(".record"):
            records.append(environ["PATH_INFO"])
            if len(records) > 3:  # the first three are stored
                os.kill(process.pid, signal.SIGKILL)
                return "drop"
        return None

    gcs_server.fault = fault
    process = start("bulk", art, *how)
    assert process.wait(60) == -signal.SIGKILL
    process.communicate()
    assert "run.json" not in gcs_server.names("x")
    gcs_server.fault = lambda number, environ: None
    gcs_server.requests.clear()
    assert imggen("bulk", art, *how, "--resume") == (0, "")
    assert [path for way, path in gcs_server.requests if way == "PUT" and path in records[:3]] == []
    check_same(gcs_server, expected, OUT)


def test_writes_on_conditions(gcs_server):
    """By generations: of many who write at once, one succeeds."""
    store = UrlStore(OUT)
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda n: store.put_if("lease", b"%d" % n, None), range(8)))
    assert won.count(True) == 1
    content, version = store.read_version("lease")
    assert int(content) == won.index(True)
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda n: store.put_if("lease", b"%d" % n, version), range(8)))
    assert won.count(True) == 1
    assert int(store.get("lease")) == won.index(True)


def test_a_second_run_is_refused(gcs_server, art):
    lease = {"host": socket.gethostname(), "process": os.getpid(), "renewed": time.time()}
    UrlStore(OUT).put(".imggen/lease.json", json.dumps(lease).encode())
    code, said = imggen("bulk", art, "--out", OUT, "--quiet")
    assert code == 2
    assert said.startswith(f"imggen: {OUT} is being written by another run (process ")


@pytest.mark.parametrize(("whole_bytes", "requests"), [(2**30, 0), (0, 2)])
def test_large_files_go_whole_or_in_parts_and_come_back(
    gcs_server, tmp_path, monkeypatch, whole_bytes, requests
):
    monkeypatch.setattr("imggen.store.url_content.WHOLE_BYTES", whole_bytes)
    content = os.urandom(3 * PART_BYTES + 5)
    (tmp_path / "large").write_bytes(content)
    store = UrlStore(OUT)
    store.put("large", tmp_path / "large")
    begun = [path for way, path in gcs_server.requests if way == "POST"]
    assert len(begun) == requests  # of an upload in parts: it is begun, and completed
    assert gcs_server.read("x", "large") == content
    store.copy("large", "copied", len(content))
    assert b"".join(store.pieces("copied", len(content))) == content
    assert store.size("copied") == len(content)
    assert store.size("gone") is None
    assert store.get("gone") is None


def test_pages_of_lists_and_many_removals(gcs_server):
    for number in range(2345):
        gcs_server.put(f"x/a/{number}", b"%d" % number)
    store = UrlStore(OUT)
    assert len(store.sizes()) == 2345
    assert len(store.entries("a")) == 2345
    assert store.entries() == {"a": None}
    store.remove([*(f"a/{number}" for number in range(2345)), "a/gone"])
    assert store.sizes() == {}


def test_a_wrong_token_and_a_missing_bucket(gcs_server, art, monkeypatch):
    code, said = imggen("bulk", art, "--out", "gs://other/x")
    assert (code, said) == (
        2,
        "imggen: gs://other/x cannot be used: NoSuchBucket: The specified bucket does not exist"
        + CHECK,
    )
    monkeypatch.setenv("GOOGLE_BEARER_TOKEN", "wrong")
    code, said = imggen("bulk", art, "--out", OUT)
    assert (code, TOKEN in said, "wrong" in said) == (2, False, False)
    assert said.startswith(f"imggen: {OUT} cannot be used: ")


def test_config_and_art(gcs_server, art, tmp_path):
    for path in filter(os.path.isfile, art.rglob("*")):
        gcs_server.put(f"art/{path.relative_to(art)}", path.read_bytes())
    how = ["--count", 8, "--workers", 1, "--quiet"]
    assert imggen("bulk", art, *how, "--out", tmp_path / "here") == (0, "")
    assert imggen("bulk", f"gs://{BUCKET}/art", *how, "--out", tmp_path / "there") == (0, "")
    assert local_contents(tmp_path / "there") == local_contents(tmp_path / "here")
