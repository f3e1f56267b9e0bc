"""Shared memory is gone when a run ends, however it ends."""

import os
import subprocess
import sys

import pytest

from imggen.run.engines import shared
from imggen.swept import sweep


@pytest.fixture
def memory(tmp_path, monkeypatch):
    monkeypatch.setattr(shared, "memory_folder", lambda: tmp_path)
    return tmp_path


def test_gone_after_the_block(memory):
    with shared.shared_folder() as folder:
        (folder / "pixels").write_bytes(b"x")
        assert folder.parent == memory
    assert list(memory.iterdir()) == []


def test_gone_after_a_failure(memory):
    def fail():
        with shared.shared_folder() as folder:
            (folder / "pixels").write_bytes(b"x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(memory.iterdir()) == []


def test_two_runs_leave_each_other_alone(memory):
    with shared.shared_folder() as one, shared.shared_folder() as two:
        assert one != two
        sweep(memory)
        assert one.exists()
        assert two.exists()


KILLED = """
import os, pathlib, signal
from imggen.run.engines import shared
shared.memory_folder = lambda: pathlib.Path({folder!r})
with shared.shared_folder() as folder:
    (folder / "pixels").write_bytes(b"x")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_next_run_clears_up_after_a_killed_one(memory):
    code = KILLED.format(folder=str(memory))
    subprocess.run([sys.executable, "-c", code], check=False)
    [left] = memory.iterdir()
    assert (left / "pixels").exists()
    with shared.shared_folder() as folder:
        assert list(memory.iterdir()) == [folder]


def test_others_files_are_left_alone(memory):
    for name in ("imggen-notes.txt", "other", "imggen-without-lock"):
        (memory / name).mkdir()
    (memory / "imggen-notes.txt" / "x").write_text("x")
    with shared.shared_folder():
        pass
    assert len(list(memory.iterdir())) == 3


def test_swept_before_it_was_locked(memory, monkeypatch):
    """Another run's sweep can come between the making of the folder and its lock."""
    real, sweeps = os.open, []

    def sweep_first(path, flags, *mode, **options):
        descriptor = real(path, flags, *mode, **options)
        if flags & os.O_CREAT and not sweeps:
            sweeps.append(path)
            sweep(memory)
            assert not path.exists()
        return descriptor

    monkeypatch.setattr(os, "open", sweep_first)
    with shared.shared_folder() as folder:
        assert sweeps
        assert (folder / shared.LOCK).exists()


def test_little_memory_means_a_disk(monkeypatch):
    from shutil import _ntuple_diskusage as usage

    monkeypatch.setattr(shared.shutil, "disk_usage", lambda _: usage(2**26, 0, 2**26))
    assert shared.memory_folder() != shared.MEMORY_FOLDER
