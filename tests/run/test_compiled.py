"""No worker compiles: the kernels are there before the first one starts."""

import os
import subprocess
import sys
from importlib import import_module

import pytest
from tests.run.runs import Watcher, run

from imggen import compile as compile_module
from imggen import kernel_cache

generate_module = import_module("imggen.run.generate")  # whose name is that of its function, too
RUN = """
import sys
from pathlib import Path
from tests.run.runs import run
run(Path({dataset!r}), Path({out!r}), workers=2, labels__formats=["coco", "masks"])
"""


class WorkersStartedError(Exception):
    """They would be, now."""


@pytest.fixture
def steps(monkeypatch):
    """What a run does up to the start of its workers."""
    steps = []

    def start_engine(workers):
        steps.append(f"{workers} workers")
        raise WorkersStartedError

    monkeypatch.setattr(generate_module, "start_engine", start_engine)
    monkeypatch.setattr(compile_module, "spread", lambda n: steps.append(f"compile with {n}"))
    return steps


@pytest.fixture
def empty_cache(monkeypatch, tmp_path):
    monkeypatch.setattr(kernel_cache, "folder", lambda: tmp_path)


@pytest.mark.parametrize(("workers", "compiling"), [(1, 1), (2, 2), (64, 3)])
def test_workers_start_when_all_is_compiled(
    small_article, tmp_path, steps, empty_cache, workers, compiling
):
    watcher = Watcher()
    with pytest.raises(WorkersStartedError):
        run(small_article, tmp_path / "out", workers=workers, watcher=watcher)
    assert steps == [f"compile with {compiling}", f"{workers} workers"]
    assert [sentence.split()[0] for sentence in watcher.said] == ["compiling", "compiled"]


def test_workers_start_at_once_when_it_was_before(small_article, tmp_path, steps, empty_cache):
    kernel_cache.mark_whole(tmp_path, kernel_cache.fingerprint())
    watcher = Watcher()
    with pytest.raises(WorkersStartedError):
        run(small_article, tmp_path / "out", workers=2, watcher=watcher)
    assert steps == ["2 workers"]
    assert watcher.said == []


def test_workers_do_not_start_when_that_is_stopped(
    small_article, tmp_path, monkeypatch, empty_cache
):
    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(compile_module, "spread", stop)
    monkeypatch.setattr(generate_module, "start_engine", pytest.fail)
    with pytest.raises(KeyboardInterrupt):
        run(small_article, tmp_path / "out", workers=2)
    assert not (tmp_path / "out").exists()
    assert not kernel_cache.is_whole(tmp_path)


def test_a_run_loads_kernels_and_compiles_none(small_article, tmp_path):
    code = RUN.format(dataset=str(small_article), out=str(tmp_path / "out"))
    env = {**os.environ, "NUMBA_DEBUG_CACHE": "1"}  # tells what is loaded and saved
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("data loaded from") > 2 * 24  # in both workers
    assert "saved" not in done.stdout
