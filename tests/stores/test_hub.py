"""Datasets in a repository of the Hugging Face Hub: commits, kills, and what the Hub refuses."""

import json
import os
import signal
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.stores.checks import digest_of, every_20th
from tests.stores.conftest import SECRET, imggen, local_contents, start
from tests.stores.hub import LARGE, NAME, PART_BYTES
from tests.stores.kinds import Hugging

from imggen import urls
from imggen.store import hf_commits
from imggen.store.url_clients import open_client
from imggen.store.url_store import UrlStore

OUT = f"hf://datasets/{NAME}/x"
HOW = ["--count", 60, "--workers", 1, "--quiet"]
SHARDS = ["--container", "webdataset", "--shard-images", 5]
CHECK = "; check the name of the bucket, the credentials and the endpoint.\n"


@pytest.fixture
def out(art, tmp_path):
    assert imggen("bulk", art, *HOW, *SHARDS, "--out", tmp_path / "out") == (0, "")
    return tmp_path / "out"


@pytest.fixture
def store(request, hub_server):
    return Hugging(request)


def check_same(store, out):
    assert store.contents() == local_contents(out)
    assert digest_of(store.read("run.json")) == digest_of((out / "run.json").read_bytes())
    assert not [path for path, content in store.hub.files.items() if SECRET.encode() in content]
    assert ".imggen/lease.json" not in store.names()
    assert imggen("verify", OUT, "--quiet", "--workers", 1) == (0, "")


def records_of(files):
    return [path for path in files if path.endswith(".record")]


def shards_of(files):
    return [path for path in files if path.endswith(".tar")]


def is_commit(environ):
    return "/commit/" in environ["PATH_INFO"]


def test_refused_and_dropped_requests_leave_no_gap(hub_server, store, art, out):
    failing = every_20th(
        ["500 Internal Server Error", "503 Unavailable", "drop", "lose", "429 Too Many Requests"]
    )
    hub_server.fault = lambda number, environ: failing(number * 5, environ)  # every 4th
    assert imggen("bulk", art, *HOW, *SHARDS, "--out", OUT) == (0, "")
    assert len(hub_server.requests) > 5 * 4  # one of each
    hub_server.fault = lambda number, environ: None
    check_same(store, out)


def test_all_kinds_of_content_are_written_if_nothing_is_there(hub_server, store, tmp_path):
    (tmp_path / "file").write_bytes(b"content")
    client = open_client(OUT, 1)
    for content in (b"content", memoryview(b"content"), tmp_path / "file", [b"con", b"tent"]):
        client.put("lease", content, mode="create")
        assert store.read("lease") == b"content"
        store.put("lease", None)


@pytest.mark.parametrize("fault", ["500 Internal Server Error", "429 Too Many", "drop", "lose"])
def test_each_commit_fails_once(hub_server, store, art, out, fault):
    seen = Counter()

    def fail(number, environ):
        if is_commit(environ):
            seen["commits"] += 1
            return fault if seen["commits"] % 2 else None
        return None

    hub_server.fault = fail
    assert imggen("bulk", art, *HOW, *SHARDS, "--out", OUT) == (0, "")
    assert seen["commits"] >= 8
    check_same(store, out)


def test_another_commit_in_between(hub_server, store, art, out):
    """As of another partition: what is put upon the last commit looks again, and is put then."""
    seen = []

    def fault(number, environ):
        if is_commit(environ) and len(seen) < 3:
            seen.append(number)
            files = store.hub.commits[-1]
            store.hub.commits.append({**files, f"notes{number}.txt": (b"of others", False)})

    hub_server.fault = fault
    assert imggen("bulk", art, *HOW, *SHARDS, "--out", OUT) == (0, "")
    assert len(seen) == 3
    check_same(store, out)


def test_few_commits_take_all(store, art):
    assert imggen("bulk", art, *HOW, "--out", OUT) == (0, "")
    assert len([path for path in store.hub.files if path.endswith(".png")]) == 60
    assert len(store.hub.operations) <= 6
    assert max(store.hub.operations) > 60


def test_no_commit_has_a_record_without_its_files(store, art, monkeypatch):
    monkeypatch.setattr(hf_commits, "COMMIT_SECONDS", 0)
    assert imggen("bulk", art, *HOW, *SHARDS, "--out", OUT) == (0, "")
    assert len(store.hub.commits) > 15
    for files in store.hub.commits:
        assert len(records_of(files)) <= len(shards_of(files))
        if "x/run.json" in files:
            assert len(records_of(files)) == len(shards_of(files)) == 12
            assert "x/data.csv" in files


def test_a_killed_run_makes_again_what_was_not_committed(hub_server, store, art, out, tmp_path):
    """Killed as its fourth commit with records is asked for, each soon after the one before."""
    how = [*HOW, *SHARDS, "--out", OUT]
    code = (
        "import sys\nfrom imggen import cli\nfrom imggen.store import hf_commits\n"
        "hf_commits.COMMIT_SECONDS = 0\nsys.exit(cli.main(sys.argv[1:]))\n"
    )
    (tmp_path / "run.py").write_text(code)
    counts = []

    def fault(number, environ):
        if is_commit(environ):
            counts.append(len(records_of(store.hub.files)))
            if counts[-1] >= 3:
                os.kill(process.pid, signal.SIGKILL)
                return "drop"
        return None

    hub_server.fault = fault
    process = start("bulk", art, *how, program=[tmp_path / "run.py"])
    assert process.wait(60) == -signal.SIGKILL
    process.communicate()
    kept = records_of(store.hub.files)
    assert 3 <= len(kept) < 12
    assert "x/run.json" not in store.hub.files
    hub_server.fault = lambda number, environ: None
    sent = len(store.hub.commits)
    assert imggen("bulk", art, *how, "--resume") == (0, "")
    numbers = [int(path.rsplit("/", 1)[1].split("-")[0]) // 5 for path in kept]
    kept += [f"x/shards/article-{number:06}.tar" for number in numbers]
    before, now = store.hub.commits[sent - 1], store.hub.commits[-1]
    assert [path for path in kept if now[path] is not before[path]] == []
    check_same(store, out)


def test_a_hub_that_stays_away_fails_the_run(hub_server, store, art, out):
    hub_server.fault = lambda number, environ: (
        "403 Forbidden" if is_commit(environ) and len(store.hub.commits) > 2 else None
    )
    process = start("bulk", art, *HOW, *SHARDS, "--out", OUT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.startswith(f"imggen: {OUT} cannot be written: ")
    assert "403 Forbidden" in said
    assert "All that has reached the store is kept; go on with: " in said
    assert SECRET not in said
    assert records_of(store.hub.files) == []
    hub_server.fault = lambda number, environ: None
    assert imggen("bulk", art, *HOW, *SHARDS, "--out", OUT, "--resume") == (0, "")
    check_same(store, out)


def test_a_token_that_may_not_write_is_refused(hub_server, store, art):
    hub_server.fault = lambda number, environ: "403 Forbidden" if is_commit(environ) else None
    code, said = imggen("bulk", art, *HOW, "--out", OUT)
    assert (code, said.startswith(f"imggen: {OUT} cannot be used: ")) == (2, True)
    assert store.names() == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("hf://datasets/me/other/x", "(repository not found)"),
        ("hf://datasets/me/birds@dev/x", "(revision not found)"),
        ("hf://datasets", "namespace/name"),
        ("hf://buckets/me/birds", "it is a bucket, and not a repository of datasets"),
    ],
)
def test_what_is_no_repository(store, art, url, reason):
    code, said = imggen("bulk", art, *HOW, "--out", url)
    assert (code, said.startswith(f"imggen: {url} cannot be used: ")) == (2, True)
    assert reason in said
    assert said.endswith(CHECK)


def test_a_missing_library_is_named(art, monkeypatch):
    monkeypatch.setattr(urls, "find_spec", lambda name: None)
    code, said = imggen("bulk", art, "--out", OUT)
    assert code == 2
    assert said == (
        f"imggen: --out is {OUT}, which needs huggingface_hub; it is not installed; try: pip "
        "install imggen[hf]\n"
    )


def test_writes_on_conditions(store):
    at = UrlStore(OUT)
    assert at.read_version("lease") is None
    others = [UrlStore(OUT) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(lambda k: others[k].put_if("lease", b"%d" % k, None), range(4)))
    assert won.count(True) == 1
    content, version = at.read_version("lease")
    assert int(content) == won.index(True)
    assert at.put_if("lease", b"a", version)
    assert not at.put_if("lease", b"b", version)
    assert at.get("lease") == b"a"


def test_a_second_run_is_refused(store, art):
    """It waits longer than elsewhere for one that was killed, as renewals are commits."""
    lease = {"host": "other", "process": os.getpid(), "renewed": time.time() - 200, "slower": 20}
    store.put(".imggen/lease.json", json.dumps(lease).encode())
    code, said = imggen("bulk", art, *HOW, "--out", OUT)
    assert code == 2
    assert said == (
        f"imggen: {OUT} is being written by another run (process {os.getpid()} of other); wait for "
        "it, or 3600 seconds if it was killed.\n"
    )
    lease = {"host": socket.gethostname(), "process": 2**22 + 1, "renewed": time.time()}
    store.put(".imggen/lease.json", json.dumps(lease).encode())
    assert imggen("bulk", art, "--count", 4, "--quiet", "--out", OUT) == (0, "")


def test_the_root_of_a_repository(store, art, tmp_path):
    """It has a file of git's from the first."""
    how = ["--count", 8, "--workers", 1, "--quiet", "--labels", "coco"]
    url = f"hf://datasets/{NAME}"
    assert imggen("bulk", art, *how, "--out", url) == (0, "")
    assert imggen("bulk", art, *how, "--out", tmp_path / "out") == (0, "")
    expected = local_contents(tmp_path / "out")
    assert {name: store.hub.files[name] for name in expected} == expected
    assert imggen("verify", url, "--workers", 1, "--quiet") == (0, "")
    assert ".gitattributes" in store.hub.files


def test_reads_see_what_was_written(store, tmp_path):
    at = UrlStore(OUT)
    large = os.urandom(3 * PART_BYTES + 7)
    at.put("a/large.tar", lambda: [large[:100], large[100:]], len(large))
    (tmp_path / "large").write_bytes(large)
    at.put("file.tar", tmp_path / "large")
    assert at.get("file.tar") == large
    at.remove(["file.tar"])
    at.put("small.json", b"1")
    at.put("small.json", b"2")
    assert store.names() == ["a/large.tar", "small.json"]  # the first two, which the third replaces
    assert (at.get("small.json"), at.size("a/large.tar")) == (b"2", len(large))
    assert b"".join(at.pieces("a/large.tar", len(large))) == large
    at.copy("a/large.tar", "b.tar", len(large))
    at.copy("small.json", "b.json", 1)
    at.remove(["small.json", "gone"])
    assert at.entries() == {"a": None, "b.json": 1, "b.tar": len(large)}
    assert at.sizes("a") == {"a/large.tar": len(large)}
    assert (at.get("gone"), at.size("gone"), at.sizes("none")) == (None, None, {})


def test_much_is_sent_before_it_is_committed(store, tmp_path, monkeypatch):
    monkeypatch.setattr(hf_commits, "WAITING_BYTES", 1000)
    monkeypatch.setattr(hf_commits, "MOST_BYTES", 500)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    at = UrlStore(OUT)
    for number in range(5):
        at.put(f"{number}{LARGE[0]}", lambda: [os.urandom(600)], 600)
    assert len(store.hub.objects) == 4
    assert store.names() == []
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2  # and a lock
    at.flush()
    assert len(store.names()) == 5
    assert list(tmp_path.iterdir()) == []


def test_config_and_art(store, art, tmp_path):
    for path in filter(os.path.isfile, art.rglob("*")):
        store.put(f"art/{path.relative_to(art)}", path.read_bytes())
    how = ["--count", 8, "--workers", 1, "--quiet"]
    assert imggen("bulk", art, *how, "--out", tmp_path / "here") == (0, "")
    assert imggen("bulk", f"{OUT}/art", *how, "--out", tmp_path / "there") == (0, "")
    assert local_contents(tmp_path / "there") == local_contents(tmp_path / "here")
