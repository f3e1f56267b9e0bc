"""Kernels are compiled once, by as few as can be, before anything waits for them."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.house import COMPILE, KERNELS, House

from imggen import compile as compile_module
from imggen.compile import LOCK, QUEUE, kernel_modules, share, spread

SLEEP = "import time; time.sleep(600)"
DIE = f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})"


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


@pytest.mark.parametrize("workers", [1, 2])
def test_all_are_compiled_and_then_only_loaded(house, workers):
    said = house.compile(workers)
    assert said[0] == "compiling for this machine, once: a minute or two"
    assert said[1].startswith("compiled in ")
    assert len(house.compiled()) == KERNELS
    assert house.load() == "2 2 0 0"
    assert house.compile(workers) == []


def test_what_is_called_is_compiled_anew_with_its_callers(house):
    house.compile()
    house.change("inner")
    assert house.load() == "3 2 1 0"


def test_a_changed_kernel_is_compiled_before_it_is_needed(house):
    house.compile()
    house.change("other")
    assert len(house.compile()) == 2
    assert house.load() == "2 3 0 0"
    assert len(house.compiled()) == KERNELS


def test_without_a_place_to_keep_them_they_last_for_the_run(house):
    (house.package / "__pycache__").write_text("no folder")
    code = COMPILE.format(workers=2) + "from imggen.kernel_cache import folder\nprint(folder())\n"
    code += "import subprocess\nsubprocess.run([sys.executable, '-c', sys.argv[0]])"
    said = house.run(code, XDG_CACHE_HOME=os.devnull)
    assert said[0] == (
        "compiling for this machine, a minute or two, and again in the next run: "
        f"{house.package} and {os.devnull} cannot be written; "
        "set NUMBA_CACHE_DIR to a folder that can"
    )
    assert not Path(said[2]).exists()
    assert house.compiled() == []


def test_those_that_it_starts_share_them(house):
    (house.package / "__pycache__").write_text("no folder")
    load = "import subprocess; subprocess.run([sys.executable, '-P', '-c', LOAD], check=True)"
    from tests.house import LOAD

    code = f"{COMPILE.format(workers=1)}\nLOAD = {LOAD!r}\n{load}"
    assert house.run(code, XDG_CACHE_HOME=os.devnull)[-1] == "2 2 0 0"


def test_the_second_of_two_runs_waits_for_the_first(house):
    place = house.package / "__pycache__"
    place.mkdir()
    with (place / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = house.start(
            "import sys; sys.stdout.reconfigure(line_buffering=True)\n" + COMPILE.format(workers=2)
        )
        assert process.stdout.readline().startswith("compiling ")
        house.run("from imggen.kernel_cache import *\nmark_whole(folder(), fingerprint())")
    assert process.communicate()[0].startswith("compiled in ")
    assert house.compiled() == []


class Fake:
    """A kernel that takes the time of whatever it `does` to compile."""

    def __init__(self, does=lambda: None):
        self.compiled = 0
        self._does = does

    def compile(self):
        self.compiled += 1
        self._does()


def test_two_processes_never_compile_the_same(monkeypatch):
    queue, feed = os.pipe()
    os.write(feed, QUEUE)
    os.close(feed)
    kernels = [Fake(), Fake(lambda: share(queue)), *(Fake() for _ in range(40))]
    monkeypatch.setattr(compile_module, "declared_kernels", lambda: kernels)
    share(queue)
    os.close(queue)
    assert {kernel.compiled for kernel in kernels} == {1}


def test_a_share_ends_with_who_waits_for_it(monkeypatch):
    parents = iter([1, 1, 2])  # as seen at first, and before each kernel
    monkeypatch.setattr(compile_module.os, "getppid", lambda: next(parents))
    queue, feed = os.pipe()
    os.write(feed, QUEUE)
    kernels = [Fake(), Fake()]
    monkeypatch.setattr(compile_module, "declared_kernels", lambda: kernels)
    share(queue)
    os.close(feed)
    os.close(queue)
    assert [kernel.compiled for kernel in kernels] == [1, 0]


def test_the_queue_has_a_number_for_each_kernel():
    assert len(kernel_modules()) > 10
    text = "".join(Path(sys.modules[name].__file__).read_text() for name in loaded_modules())
    assert text.count("\ncompile_kernel(") <= len(QUEUE)


def loaded_modules():
    from importlib import import_module

    return [import_module(name).__name__ for name in kernel_modules()]


def processes_of(codes, monkeypatch):
    """Have the processes to compile run these `codes`."""
    started = []

    def start(queue):
        command = [sys.executable, "-c", codes[len(started)]]
        started.append(subprocess.Popen(command))
        return started[-1]

    monkeypatch.setattr(compile_module, "start_child", start)
    return started


def test_what_a_killed_process_left_is_compiled_here(monkeypatch):
    processes_of(["", DIE], monkeypatch)
    imported = []
    monkeypatch.setattr(compile_module, "import_module", imported.append)
    spread(2)
    assert imported == kernel_modules()


def test_nothing_is_compiled_here_otherwise(monkeypatch):
    processes_of(["", ""], monkeypatch)
    monkeypatch.setattr(compile_module, "import_module", pytest.fail)
    spread(2)


def test_no_process_is_left_behind(monkeypatch):
    started = processes_of([SLEEP], monkeypatch)  # and no second one can be started
    with pytest.raises(IndexError):
        spread(2)
    assert [process.returncode for process in started] == [-signal.SIGKILL]
