"""CPUs and memory that a run may use, and what it takes."""

import multiprocessing
from pathlib import Path

import pytest
from tests.art import load
from tests.run.runs import Watcher, run

from imggen.run import Options, foresee, generate, limits
from imggen.run.engines import parallel
from imggen.run.engines.shared import default_memory
from imggen.run.limits import WORKER_BYTES

GB = 10**9


@pytest.fixture
def groups(tmp_path, monkeypatch):
    """Lets a test say in which control groups the process is, and what files they have."""

    def make(own, files):
        (tmp_path / "own").write_text(own)
        for name, text in files.items():
            path = tmp_path / "cgroup" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        monkeypatch.setattr(limits, "OWN_CGROUPS", tmp_path / "own")
        monkeypatch.setattr(limits, "CGROUPS", tmp_path / "cgroup")
        return tmp_path / "cgroup"

    monkeypatch.setattr(limits, "physical_memory", lambda: 64 * GB)
    return make


def warnings(workers):
    """What is said of so many workers."""
    watcher = Watcher()
    limits.warn_of_memory(workers, watcher)
    return watcher.warned


V1 = "9:name=systemd:/\n4:memory:/docker/1f\n3:cpuset,cpu:/\n0::/\n"
NO_LIMIT_V1 = "9223372036854771712\n"


@pytest.mark.parametrize(
    ("own", "files", "size_bytes", "source"),
    [
        ("0::/user/job\n", {"user/job/memory.max": "2000000000\n"}, 2 * GB, "user/job/memory.max"),
        (
            "0::/user/job\n",
            {"user/job/memory.max": "max\n", "user/memory.max": "3000000000\n"},
            3 * GB,
            "user/memory.max",
        ),
        (
            "0::/user/job\n",
            {"user/job/memory.max": "4000000000\n", "user/memory.max": "3000000000\n"},
            3 * GB,
            "user/memory.max",
        ),
        ("0::/\n", {"memory.max": "2000000000\n"}, 2 * GB, "memory.max"),
        ("0::/../host\n", {"memory.max": "2000000000\n"}, 2 * GB, "memory.max"),
        (
            V1,
            {
                "memory/docker/1f/memory.limit_in_bytes": "1000000000\n",
                "memory/memory.limit_in_bytes": NO_LIMIT_V1,
            },
            GB,
            "memory/docker/1f/memory.limit_in_bytes",
        ),
        # A container sees its own group as the root.
        (
            V1,
            {"memory/memory.limit_in_bytes": "1000000000\n"},
            GB,
            "memory/memory.limit_in_bytes",
        ),
    ],
)
def test_the_least_limit_counts(groups, own, files, size_bytes, source):
    root = groups(own, files)
    limit = limits.memory_limit()
    assert (limit.size_bytes, limit.source) == (size_bytes, root / source)
    assert limits.usable_memory() == size_bytes


@pytest.mark.parametrize(
    ("own", "files"),
    [
        ("0::/user\n", {"user/memory.max": "max\n"}),
        (V1, {"memory/docker/1f/memory.limit_in_bytes": NO_LIMIT_V1}),
        ("0::/user\n", {}),
        ("", {}),
    ],
)
def test_no_limit(groups, own, files):
    groups(own, files)
    assert limits.memory_limit() is None
    assert limits.usable_memory() == 64 * GB
    assert limits.say_limit() == ""
    assert warnings(1000) == []


def test_no_linux(groups, monkeypatch):
    groups("", {})
    monkeypatch.setattr(limits, "OWN_CGROUPS", Path("/nowhere"))
    assert limits.memory_limit() is None


@pytest.mark.parametrize(
    ("cpus", "limit", "workers"),
    [(4, 10 * GB, 4), (64, 2 * GB, 10), (64, GB, 4), (2, 400 * 10**6, 1)],
)
def test_default_workers_fit(groups, monkeypatch, cpus, limit, workers):
    groups("0::/a\n", {"a/memory.max": str(limit)})
    monkeypatch.setattr(parallel, "cpu_count", lambda: cpus)
    assert limits.default_workers() == workers
    assert warnings(workers) == []


def test_too_many_workers_are_warned_of(groups):
    root = groups("0::/a\n", {"a/memory.max": str(GB)})
    assert warnings(4) == []
    [warning] = warnings(5)
    assert warning == (
        f"--workers is 5, but all processes may use 1.0 GB by {root}/a/memory.max; the main one "
        "takes about 230.0 MB and each worker 120.0 MB, and a quarter is kept for art. "
        "The system may kill the run; give at most --workers 4."
    )


def test_too_little_for_any_run(groups):
    groups("0::/a\n", {"a/memory.max": str(300 * 10**6)})
    assert limits.default_workers() == 1
    [warning] = warnings(1)
    assert warning.startswith("--workers is 1, but all processes may use 300.0 MB by ")
    assert warning.endswith("The system may kill the run; raise the limit.")


@pytest.mark.parametrize("make", [generate, foresee])
def test_warned_and_made_all_the_same(groups, small_article, tmp_path, make):
    groups("0::/a\n", {"a/memory.max": str(300 * 10**6)})
    watcher = Watcher()
    config = load(small_article / "imggen.toml", dataset__count=1)
    make(config, Options(tmp_path / "out", 1), watcher)
    [warning] = watcher.warned
    assert warning.startswith("--workers is 1, but all processes may use 300.0 MB by ")


def test_prepared_art_takes_a_quarter_at_most(groups, tmp_path):
    groups("0::/a\n", {"a/memory.max": "4000"})
    assert default_memory(tmp_path) == 1000


def own_memory(process):
    """Bytes of memory that a process has for itself alone."""
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) * 1024


def test_workers_take_no_more_than_is_said(small_article, tmp_path):
    sizes = []

    def measure():
        sizes.extend(map(own_memory, multiprocessing.active_children()))

    watcher = Watcher(act=measure)
    run(small_article, tmp_path / "out", workers=2, watcher=watcher, dataset__count=200)
    assert len(sizes) == 2
    assert max(sizes) < WORKER_BYTES
