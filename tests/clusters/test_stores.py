"""Workers put what they make into a store themselves, and the dataset is that of a local folder."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Lock
from types import SimpleNamespace

import pytest
from tests.clusters.conftest import REPO, start, worker_processes
from tests.clusters.test_engines import keep_late
from tests.run.runs import wait_until
from tests.stores.checks import (
    OUT,
    check_kept,
    check_same,
    every_20th,
    local_dataset,
    put_images,
    refusing,
    stored_records,
)
from tests.stores.conftest import imggen

HOW = ["--count", "48", "--quiet"]
SHARDS = ["--container", "webdataset", "--shard-images", "5"]
ENGINES = ("dask", "ray")
PAGE = REPO / "docs" / "stores.md"


@pytest.fixture(params=ENGINES)
def engine(request):
    """The options of each engine, with a running cluster."""
    address = request.getfixturevalue(f"{request.param}_cluster")
    return ["--engine", request.param, "--scheduler", address]


@pytest.fixture
def on_dask(dask_cluster):
    return ["--engine", "dask", "--scheduler", dask_cluster]


@pytest.fixture
def here(art, tmp_path):
    """Returns the dataset, by its options, made in a local folder."""

    def make(how):
        out = tmp_path / "here"
        assert imggen("bulk", art, *HOW, "--workers", 1, *how, "--out", out) == (0, "")
        return local_dataset(out)

    return make


@pytest.mark.parametrize(
    "how",
    [
        ["--labels", "yolo,coco,masks", "--chunk-size", "7"],
        ["--duplicates", "link", "--chunk-size", "7"],
        [*SHARDS, "--labels", "coco"],
        ["--container", "parquet", "--shard-images", "7"],
        ["--container", "tfrecord", "--shard-images", "7"],
        ["--container", "mds", "--shard-images", "7"],
        ["--container", "npy", "--labels", "coco"],
        ["--container", "npz", "--size", "32"],
    ],
    ids=lambda how: how[1],
)
def test_every_container_and_label(server, art, here, on_dask, how):
    expected = here(how)
    assert imggen("bulk", art, *HOW, *how, *on_dask, "--out", OUT) == (0, "")
    assert [own for own in server.requests if own[0] == "GET" and own[1].endswith(".tar")] == []
    check_same(server, expected)
    assert imggen("bulk", art, *HOW, *how, *on_dask, "--out", OUT, "--resume") == (0, "")
    check_same(server, expected)


def has_record(server):
    return any(path.endswith(".record") for way, path in server.requests if way == "PUT")


@pytest.mark.parametrize("how", [["--labels", "yolo,coco", "--chunk-size", "3"], SHARDS])
def test_a_worker_is_killed_while_the_store_refuses_requests(server, art, here, engine, how):
    expected = here(how)
    failing = every_20th(["503 Slow Down", "500 Internal Server Error", "drop", "lose"])
    killed, lock = [], Lock()
    images = r"/bucket/x/(images|shards)/"

    def fault(number, environ):
        sent = environ["REQUEST_METHOD"] == "PUT" and re.match(images, environ["PATH_INFO"])
        with lock:
            if sent and not killed and has_record(server):
                killed.extend(worker_processes(engine[1])[:1])
                os.kill(killed[0], signal.SIGKILL)
        return failing(number, environ)

    server.fault = fault
    code, said = imggen("bulk", art, *HOW, *how, *engine, "--out", OUT)
    assert (code, "imggen:" in said) == (0, False)  # Ray itself speaks of the death
    assert killed
    check_same(server, expected)
    assert wait_until(lambda: not worker_processes(engine[1]), 10)  # the library has been dropped


def test_partitions(server, art, here, on_dask):
    how = [*SHARDS, "--labels", "coco"]
    expected = here(how)
    for part in ("2/2", "1/2"):
        made = imggen("bulk", art, *HOW, *how, *on_dask, "--out", OUT, "--partition", part)
        assert made == (0, "")
    assert imggen("merge", OUT, "--quiet") == (0, "")
    check_same(server, expected)


def test_workers_of_this_machine(server, art, here):
    expected = here(SHARDS)
    own = ["--engine", "dask", "--workers", 2]
    assert imggen("bulk", art, *HOW, *SHARDS, *own, "--out", OUT) == (0, "")
    check_same(server, expected)


@pytest.mark.parametrize("name", ENGINES)
def test_a_worker_renders_while_it_uploads(server, art, here, name):
    """The store takes the first shard only when the second has been rendered by the same worker."""
    expected = here(SHARDS)
    sent, second = [], Event()

    def fault(number, environ):
        if environ["REQUEST_METHOD"] == "PUT" and environ["PATH_INFO"].endswith(".tar"):
            sent.append(number)
            if len(sent) == 1:
                assert second.wait(30)
            second.set()

    server.fault = fault
    own = ["--engine", name, "--workers", 1]
    code, said = imggen("bulk", art, *HOW, *SHARDS, *own, "--out", OUT)
    assert (code, "imggen:" in said, len(sent)) == (0, False, 10), said
    check_same(server, expected)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_ends_early_is_resumed(server, art, here, engine, ending):
    how = ["--labels", "coco", "--chunk-size", "3", *engine]
    expected = here(how[:4])
    server.fault = lambda number, environ: time.sleep(0.25)
    command = [sys.executable, "-m", "imggen", "bulk", art, *HOW, *how, "--out", OUT]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=REPO) as process:
        assert wait_until(lambda: has_record(server), 60)
        process.send_signal(ending)
        _, said = process.communicate(timeout=60)
    done = stored_records(server)
    assert 0 < len(done) < 16
    assert "run.json" not in server.names("x")
    if ending == signal.SIGTERM:
        assert process.returncode == 128 + ending
        assert "of 48 images done; go on with: " in said
    assert wait_until(lambda: not worker_processes(engine[1]), 30)
    server.fault = lambda number, environ: None
    server.requests.clear()
    assert imggen("bulk", art, *HOW, *how, "--out", OUT, "--resume") == (0, "")
    again = [path for way, path in server.requests if way == "PUT" and path.endswith(".record")]
    assert len(again) == 16 - len(done)
    check_same(server, expected)


def test_the_record_comes_after_what_it_lists(server, art, on_dask):
    how = ["--chunk-size", 8, *on_dask]
    assert imggen("bulk", art, *HOW, *how, "--out", OUT) == (0, "")
    put = [path.removeprefix("/bucket/x/") for way, path in server.requests if way == "PUT"]
    images = [name for name in put if name.startswith("images/")]
    assert len(images) == 48
    for number, name in enumerate(put):
        if name.endswith(".record"):
            before = [one for one in put[:number] if one.startswith("images/")]
            records = sum(one.endswith(".record") for one in put[: number + 1])
            assert len(before) >= 8 * records
    assert put[-1] == "run.json"


def test_workers_that_cannot_use_the_store(server, art, engine):
    """The first process can, and takes its lease."""

    def fault(number, environ):
        taken = any(path.endswith("lease.json") for way, path in server.requests if way == "PUT")
        listed = "list-type=2" in environ["QUERY_STRING"] and "delimiter" in environ["QUERY_STRING"]
        return "403 Forbidden" if taken and listed else None

    server.fault = fault
    code, said = imggen("bulk", art, *HOW, *engine, "--out", OUT)
    assert code == 2, said
    assert re.fullmatch(
        rf"imggen: The worker \S+ cannot write there: {OUT} cannot be used: Server returned "
        r"non-2xx status code: 403 Forbidden; check the name of the bucket, the credentials and "
        r"the endpoint\.\n",
        said,
    )
    assert server.names("x") == []


LATE = r"imggen: The worker \S+ cannot write there: s3://bucket/x cannot be used: .*403 Forbidden; "


def test_a_worker_of_dask_that_comes_late_and_cannot_use_the_store(server, art, on_dask, tmp_path):
    """Others are in the middle of a chunk then."""
    own = SimpleNamespace(environment={**server.environment, "AWS_ACCESS_KEY_ID": "late"})
    options = ["--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1"]
    started, over, lock = [], Event(), Lock()

    def fault(number, environ):
        if "Credential=late/" in environ["HTTP_AUTHORIZATION"]:
            return "403 Forbidden"
        with lock:
            if environ["PATH_INFO"].endswith(".record") and not started:
                started.append(start(tmp_path, own, "worker", on_dask[-1], *options))
        if started and "/images/" in environ["PATH_INFO"]:
            over.wait(30)
        return None

    server.fault = fault
    try:
        code, said = imggen("bulk", art, *HOW, "--chunk-size", 1, *on_dask, "--out", OUT)
    finally:
        over.set()
        started[0].terminate()
        started[0].wait(30)
    assert (code, bool(re.match(LATE, said))) == (1, True), said
    assert "All that has reached the store is kept; go on with: " in said
    assert stored_records(server)


def test_an_actor_of_ray_that_comes_late_and_cannot_use_the_store(
    server, art, ray_cluster, monkeypatch
):
    keep_late(monkeypatch)

    def fault(number, environ):
        taken = any(path.endswith("manifest.json") for way, path in server.requests if way == "PUT")
        return "403 Forbidden" if taken and "list-type=2" in environ["QUERY_STRING"] else None

    server.fault = fault
    how = ["--engine", "ray", "--scheduler", ray_cluster, "--out", OUT]
    code, said = imggen("bulk", art, *HOW, *how)
    assert (code, bool(re.match(LATE, said))) == (1, True), said


def test_workers_that_cannot_write(server, art, here, on_dask):
    """They may list, which is what is tried at first."""
    expected = here([])

    def fault(number, environ):
        written = environ["REQUEST_METHOD"] == "PUT" and "/images/" in environ["PATH_INFO"]
        return "403 Forbidden" if written else None

    server.fault = fault
    code, said = imggen("bulk", art, *HOW, *on_dask, "--out", OUT)
    assert code == 1
    assert re.match(
        rf"imggen: The worker on \S+ failed: {OUT}/images/\S+ cannot be written: ", said
    )
    assert "403 Forbidden; what is finished is kept." in said
    server.fault = lambda number, environ: None
    assert imggen("bulk", art, *HOW, *on_dask, "--out", OUT, "--resume") == (0, "")
    check_same(server, expected)


def test_what_is_in_the_store_is_not_made_again_after_a_failure(server, art, here, engine):
    """Neither chunks of the same bundle as the one that fails, nor those of other workers."""
    expected = here([])
    how = ["--chunk-size", 1, *engine, "--out", OUT]
    server.fault = refusing("/generated20.png")
    code, said = imggen("bulk", art, *HOW, *how)
    assert (code, "generated20.png cannot be written" in said) == (1, True)
    kept = check_kept(server)
    server.fault = lambda number, environ: None
    server.requests.clear()
    code, said = imggen("bulk", art, *HOW, *how, "--resume")
    assert (code, "imggen:" in said) == (0, False)
    assert put_images(server) == 48 - kept
    check_same(server, expected)


def test_the_command_of_the_page_runs(server, art, dask_cluster):
    """On fewer images, and on the cluster of these tests; art and dataset are in the store."""
    [line] = [line for line in PAGE.read_text().splitlines() if "--scheduler" in line]
    server.client.create_bucket(Bucket="my-bucket")
    for path in filter(Path.is_file, art.rglob("*")):
        key = f"my-art/{path.relative_to(art).as_posix()}"
        server.client.put_object(Bucket="my-bucket", Key=key, Body=path.read_bytes())
    call = line.replace("1000000", "40").replace("tcp://head:8786", dask_cluster)
    assert imggen(*shlex.split(call)[1:], "--quiet") == (0, "")
    listed = server.client.list_objects_v2(Bucket="my-bucket", Prefix="data/")["Contents"]
    assert "data/run.json" in [one["Key"] for one in listed]
