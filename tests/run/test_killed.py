"""Runs that are killed leave nothing behind but what can be resumed."""

import multiprocessing
import os
import signal
import subprocess
from pathlib import Path

import pytest
from tests.checks import check_same_files, check_sentence
from tests.run.runs import (
    Watcher,
    children_of,
    kill,
    orphaned_semaphores,
    run,
    start_run,
    wait_for,
    wait_until,
    workers_of,
)

from imggen.errors import RunError
from imggen.run.journal.journal import Journal

COUNT = 1500
SETTINGS = {"chunk_size": 3, "dataset__count": COUNT}


@pytest.fixture(scope="module")
def whole(small_article, tmp_path_factory):
    """A run that was never interrupted."""
    out = tmp_path_factory.mktemp("whole") / "out"
    run(small_article, out, dataset__count=COUNT)
    return out


@pytest.fixture
def memory(tmp_path, monkeypatch):
    """Where shared memory goes, here and in runs that are started."""
    folder = tmp_path / "memory"
    folder.mkdir()
    monkeypatch.setattr("imggen.run.engines.shared.memory_folder", lambda: folder)
    return folder


def is_alive(pid):
    """Whether a process runs; one that has ended and waits to be noticed does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_and_resumed(small_article, tmp_path, whole, memory, workers):
    out, orphans = tmp_path / "out", orphaned_semaphores()
    process = start_run(small_article, out, memory, workers=workers, **SETTINGS)
    wait_for(process, 30)
    children = [*children_of(process.pid), *workers_of(process.pid)]
    assert len(children) == (4 if workers > 1 else 0), "a tracker, the fork server, two workers"
    kill(process)
    done = [k for start, stop in Journal(out).ranges() for k in range(start, stop)]
    assert 30 <= len(done) < COUNT, f"{len(done)} images were done: not in the middle"
    assert not (out / "run.json").exists()
    assert wait_until(lambda: not any(map(is_alive, children))), "a worker lives on"

    watcher = Watcher()
    run(small_article, out, existing="resume", workers=workers, watcher=watcher, **SETTINGS)
    assert watcher.begun == (COUNT, len(done))
    check_same_files(out, whole)
    assert list(memory.iterdir()) == [], "shared memory is left"
    assert wait_until(lambda: orphaned_semaphores() <= orphans, 5), "semaphores are left"


def kill_a_worker():
    workers = multiprocessing.active_children()
    assert len(workers) == 2
    os.kill(workers[0].pid, signal.SIGKILL)


def test_a_worker_is_killed(small_article, tmp_path, whole, memory):
    out = tmp_path / "out"
    watcher = Watcher(act=kill_a_worker)
    with pytest.raises(RunError) as caught:
        run(small_article, out, workers=2, watcher=watcher, **SETTINGS)
    check_sentence(caught.value, "A worker process was killed", "is kept", "--resume", "--workers")
    assert list(memory.iterdir()) == []
    done = [k for start, stop in Journal(out).ranges() for k in range(start, stop)]
    assert 0 < len(done) < COUNT

    watcher = Watcher()
    run(small_article, out, existing="resume", workers=2, watcher=watcher, **SETTINGS)
    assert watcher.begun == (COUNT, len(done))
    check_same_files(out, whole)


def test_a_full_disk(small_article, tmp_path, whole, memory, small_disk, monkeypatch):
    from shutil import _ntuple_diskusage as usage

    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10**12, 0, 10**12))
    out = small_disk / "out"
    with pytest.raises(RunError) as caught:
        run(small_article, out, workers=2, **SETTINGS)
    check_sentence(caught.value, out, "cannot be written: No space left on device")
    assert list(memory.iterdir()) == []

    subprocess.run(["mount", "-o", "remount,size=300m", str(small_disk)], check=True)
    run(small_article, out, existing="resume", workers=2, **SETTINGS)
    assert not list(out.rglob("*.part")), "a part is left, of the worker that was killed"
    check_same_files(out, whole, but=("run.json", "imggen.toml"))  # it lies elsewhere
