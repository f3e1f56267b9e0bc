"""Whatever a store does, the dataset in it is that of a local run, or not said to be complete."""

import os
import signal
import time

import pytest
from tests.stores.checks import (
    check_kept,
    check_same,
    every_20th,
    local_dataset,
    put_images,
    refusing,
    stored_records,
)
from tests.stores.conftest import imggen, start, wait_for

HOW = ["--count", 60, "--workers", 1, "--quiet"]
SHARDS = ["--container", "webdataset", "--shard-images", 5]
WAYS = {"files": [], "shards": SHARDS}


@pytest.fixture(scope="module")
def whole(art, tmp_path_factory):
    """The datasets, by their options, made in local folders."""
    made = {}
    for name, how in WAYS.items():
        out = tmp_path_factory.mktemp("whole") / name
        assert imggen("bulk", art, *HOW, *how, "--out", out) == (0, "")
        made[name] = local_dataset(out)
    return made


def test_refused_and_dropped_requests_leave_no_gap(server, art, whole):
    server.fault = every_20th(["500 Internal Server Error", "503 Slow Down", "drop", "lose"])
    assert imggen("bulk", art, *HOW, "--out", "s3://bucket/x") == (0, "")
    assert len(server.requests) > 4 * 20  # one of each
    check_same(server, whole["files"])


def test_shards_in_a_failing_and_slow_store(server, art, whole):
    failing = every_20th(["500 Internal Server Error", "drop"])

    def fault(number, environ):
        time.sleep(0.2 if number % 5 == 0 else 0)
        return failing(number, environ)

    server.fault = fault
    assert imggen("bulk", art, *HOW, *SHARDS, "--out", "s3://bucket/x") == (0, "")
    check_same(server, whole["shards"])


def test_the_order_is_files_record_tables_summary(server, art):
    assert imggen("bulk", art, *HOW, *SHARDS, "--out", "s3://bucket/x") == (0, "")
    put = [path.removeprefix("/bucket/x/") for way, path in server.requests if way == "PUT"]
    record = put.index(".imggen/done/0-5.record")
    [shard] = [name for name in put if name.startswith("shards/") and "-000000" in name]
    assert put.index(shard) < record < put.index("data.csv")
    assert put[-1] == "run.json"


def test_a_run_of_two_workers_killed_before_a_record_is_resumed(server, art, whole):
    how = [*HOW, *SHARDS, "--out", "s3://bucket/x"]
    records = []

    def fault(number, environ):
        if environ["PATH_INFO"].endswith(".record"):
            records.append(environ["PATH_INFO"])
            if len(records) > 3:
                wait_for(lambda: len(stored_records(server)) == 3)
                os.kill(process.pid, signal.SIGKILL)
                return "drop"
        return None

    server.fault = fault
    process = start("bulk", art, *how, "--workers", 2)
    assert process.wait(60) == -signal.SIGKILL
    process.communicate()
    assert len(stored_records(server)) == 3
    assert "run.json" not in server.names("x")
    server.fault = lambda number, environ: None
    server.requests.clear()
    assert imggen("status", "s3://bucket/x", "--json")[0] == 1
    code, said = imggen("bulk", art, *how)
    assert code == 2
    assert said == (
        "imggen: s3://bucket/x is not empty; give --resume to complete it, --overwrite to replace "
        "it.\n"
    )
    assert imggen("bulk", art, *how, "--resume") == (0, "")
    again = [path for way, path in server.requests if way == "PUT" and path in records[:3]]
    assert again == []
    check_same(server, whole["shards"])


def test_a_stopped_run_keeps_what_is_made(server, art, whole):
    how = [*HOW, "--out", "s3://bucket/x"]
    server.fault = lambda number, environ: time.sleep(0.05)
    process = start("bulk", art, *how, "--workers", 2)
    wait_for(lambda: any(path.endswith(".record") for _, path in server.requests))
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 143
    server.fault = lambda number, environ: None
    done = stored_records(server)
    assert 0 < len(done) < 60
    assert "of 60 images done; go on with: " in said
    assert ".imggen/lease.json" not in server.names("x")
    assert imggen("bulk", art, *how, "--resume") == (0, "")
    check_same(server, whole["files"])


def test_a_store_that_stays_away_fails_the_run(server, art, whole):
    def fault(number, environ):
        return "403 Forbidden" if "/images/" in environ["PATH_INFO"] else None

    server.fault = fault
    code, said = imggen("bulk", art, *HOW, "--out", "s3://bucket/x")
    assert code == 1
    assert "cannot be written: Server returned non-2xx status code: 403 Forbidden" in said
    assert "what is finished is kept. All that has reached the store is kept; go on with: " in said
    assert not [name for name in server.names("x") if name.endswith((".record", "run.json"))]
    server.fault = lambda number, environ: None
    assert imggen("bulk", art, *HOW, "--out", "s3://bucket/x", "--resume") == (0, "")
    check_same(server, whole["files"])


@pytest.mark.parametrize("workers", [1, 2])
def test_what_is_in_the_store_is_not_made_again_after_a_failure(server, art, whole, workers):
    how = [*HOW, "--workers", workers, "--chunk-size", 1, "--out", "s3://bucket/x"]
    server.fault = refusing("/generated20.png")
    code, said = imggen("bulk", art, *how)
    assert (code, "generated20.png cannot be written" in said) == (1, True)
    kept = check_kept(server)
    server.fault = lambda number, environ: None
    server.requests.clear()
    assert imggen("bulk", art, *how, "--resume") == (0, "")
    assert put_images(server) == 60 - kept
    check_same(server, whole["files"])


def test_lost_and_damaged_files_are_made_again(server, art, whole):
    how = [*HOW, *SHARDS, "--out", "s3://bucket/x"]
    assert imggen("bulk", art, *how) == (0, "")
    first, second = [name for name in server.names("x") if name.endswith(".tar")][:2]
    server.client.delete_object(Bucket="bucket", Key=f"x/{first}")
    content = server.read("x", second)
    server.client.put_object(Bucket="bucket", Key=f"x/{second}", Body=bytes(len(content)))
    code, said = imggen("verify", "s3://bucket/x")
    assert code == 1
    assert f"missing  1\n  {first}\n" in said
    assert f"  {second}: " in said
    assert "--repair makes the wrong files again" in said
    assert imggen("bulk", art, *how, "--resume", "--check") == (0, "")
    check_same(server, whole["shards"])


def test_overwriting_leaves_nothing_of_the_run_before(server, art, whole):
    server.client.put_object(Bucket="bucket", Key="x/notes.txt", Body=b"mine")
    code, said = imggen("bulk", art, *HOW, "--out", "s3://bucket/x", "--overwrite")
    assert code == 2
    assert said == (
        "imggen: s3://bucket/x holds files that are no imggen run, so it cannot be overwritten; "
        "choose another --out.\n"
    )
    server.client.delete_object(Bucket="bucket", Key="x/notes.txt")
    how = ["--labels", "coco", "--seed", 7, "--out", "s3://bucket/x"]
    assert imggen("bulk", art, *HOW, *SHARDS, *how) == (0, "")
    server.client.put_object(Bucket="bucket", Key="x/notes.txt", Body=b"mine")
    assert imggen("bulk", art, *HOW, "--out", "s3://bucket/x", "--overwrite") == (0, "")
    assert server.read("x", "notes.txt") == b"mine"
    server.client.delete_object(Bucket="bucket", Key="x/notes.txt")
    check_same(server, whole["files"])
