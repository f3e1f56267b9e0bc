"""Tasks reach workers whole, in one layout, and their results come back."""

import gc
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from tests.checks import check_sentence
from tests.run.runs import REPO_ROOT

from imggen.errors import RunError
from imggen.run.engines import parallel, pools
from imggen.run.engines.engine import start_engine
from imggen.run.engines.handover import Flag, GivenUp
from imggen.run.engines.pipes import PipePool
from imggen.signals import Stopped

SIZES = [0, 1, 99_999, 100_000, 100_001, 3_000_000]  # bytes, round where joblib begins to map


@pytest.fixture(params=["forkserver", "loky", "pipes"])
def pool(request, monkeypatch):
    """Each kind of pool."""
    if request.param == "pipes":
        monkeypatch.setattr(parallel, "LokyPool", missing)
    else:
        monkeypatch.setattr(pools, "START_METHOD", request.param)
    return request.param


def missing(*_, **__):
    """As where /dev/shm is read-only."""
    raise OSError(30, "Read-only file system")


@dataclass
class Arrays:
    """What is handed over."""

    array: np.ndarray


def layouts_of(jobs, task):
    """The layouts of what a worker gets, and what it makes of its task."""
    task.array[...] += 1  # it is the worker's own
    flags = [one.array.flags for one in (task, *jobs)]
    return [(flag.writeable, flag.c_contiguous, flag.aligned) for flag in flags], task.array


def test_arrays_of_any_size_have_one_layout(pool):
    jobs = [Arrays(np.zeros(size, np.uint8)) for size in SIZES]
    tasks = [Arrays(np.full(size, 7, np.uint8)) for size in SIZES]
    with start_engine(2) as engine:
        results = list(engine.run(layouts_of, jobs, tasks))
    assert sorted(len(array) for _, array in results) == SIZES
    for layouts, array in results:
        assert layouts == [(True, True, True), *[(False, True, True)] * len(SIZES)]
        assert (array == 8).all()


def square(job, task):
    return job * task**2


@pytest.mark.parametrize("workers", [1, 3])
def test_all_results_come_once(workers, pool):
    with start_engine(workers) as engine:
        assert sorted(engine.run(square, 3, range(100))) == [3 * k**2 for k in range(100)]
        left = {path.name.split("-")[0] for path in engine.shared.iterdir()}
    assert left == {"give", "lock", "job"} - ({"job"} if workers == 1 else set())


def fail(job, task):
    raise RunError(f"task {task} cannot be done.") if task == 5 else GivenUp


@pytest.mark.parametrize("workers", [1, 2])
def test_one_job_after_another(workers):
    """Workers that have done tasks of one job get the next one."""
    with start_engine(workers) as engine:
        for job in (3, 5, 3):
            assert sorted(engine.run(square, job, range(20))) == [job * k**2 for k in range(20)]


def test_an_error_comes_back_as_it_is(pool):
    def run():
        with start_engine(2) as engine:
            list(engine.run(fail, None, [5]))

    with pytest.raises(RunError, match=r"^task 5 cannot be done\.$"):
        run()


def give_up_from(job, task):
    """Ask for the end, as a signal does, in the task of the number in `job`; later ones wait."""
    shared, number = job
    flag = Flag(shared)
    if task == number:
        flag.set()
    while task > number and not flag.is_set():
        time.sleep(0.001)
    flag.check()
    return task


@pytest.mark.parametrize("workers", [1, 2])
def test_drains(workers, pool):
    seen = []

    def run():
        with start_engine(workers) as engine:
            for result in engine.run(give_up_from, (engine.shared, 10), range(1000)):
                seen.append(result)  # noqa: PERF402  # it ends with an exception

    with pytest.raises(Stopped):
        run()
    assert len(seen) <= 10
    assert len(set(seen)) == len(seen)


def die(job, task):
    os.kill(os.getpid(), signal.SIGKILL)


DIED = r"A worker process was killed, perhaps because memory ran out; what is finished is kept\. "


def test_a_worker_dies(pool, monkeypatch):
    monkeypatch.setattr("imggen.run.engines.engine.say_limit", lambda: "")

    def run():
        with start_engine(2) as engine:
            list(engine.run(die, None, range(10)))

    with pytest.raises(RunError, match=f"^{DIED}Go on with --resume and fewer --workers\\.$"):
        run()


def test_the_limit_is_named_where_a_worker_dies(monkeypatch):
    monkeypatch.setattr("imggen.run.engines.engine.say_limit", lambda: " (all may use 1 GB)")

    def run():
        with start_engine(2) as engine:
            list(engine.run(die, None, range(10)))

    with pytest.raises(RunError, match=r"memory ran out \(all may use 1 GB\); what is finished"):
        run()


def run_out_of_memory(job, task):
    return np.zeros(2**60, np.uint8)


@pytest.mark.parametrize("workers", [1, 2])
def test_memory_runs_out(workers, monkeypatch):
    monkeypatch.setattr("imggen.run.engines.engine.say_limit", lambda: "")

    def run():
        with start_engine(workers) as engine:
            list(engine.run(run_out_of_memory, None, range(3)))

    with pytest.raises(RunError) as caught:
        run()
    assert str(caught.value) == (
        "Memory ran out; what is finished is kept. Go on with --resume, and fewer --workers, "
        "a lower --memory or smaller art."
    )


def test_the_shared_folder_is_full_of_the_job(small_disk, monkeypatch):
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", str(small_disk))

    def run():
        with start_engine(2) as engine:
            list(engine.run(square, np.zeros(2 * 10**6, np.uint8), range(3)))

    with pytest.raises(RunError) as caught:
        run()
    check_sentence(
        caught.value,
        f"{small_disk}, where worker processes share memory, is full: it has 1.0 MB",
        "--workers 1, which shares nothing",
        "JOBLIB_TEMP_FOLDER",
    )
    assert list(small_disk.iterdir()) == []


def large(job, task):
    return np.zeros(2 * 10**6, np.uint8)


def test_the_shared_folder_is_full_of_results(small_disk, monkeypatch):
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", str(small_disk))

    def run():
        with start_engine(2) as engine:
            list(engine.run(large, None, range(3)))

    with pytest.raises(RunError, match="where worker processes share memory, is full"):
        run()


def test_no_semaphores_no_loky(monkeypatch):
    monkeypatch.setattr(parallel, "LokyPool", missing)
    with pools.open_pool(2) as made:
        assert isinstance(made, PipePool)
        assert len({made.submit(os.getpid).result() for _ in range(50)} - {os.getpid()}) >= 1


def test_workers_are_gone_after_an_error(pool):
    children = []

    def run():
        with pools.open_pool(2) as made:
            children.append(made.submit(os.getpid).result())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run()
    with pytest.raises(ProcessLookupError):
        os.kill(children[0], 0)


def test_the_environment_is_as_before(monkeypatch):
    monkeypatch.setenv("PYTHONWARNINGS", "error::FutureWarning")
    with pools.environment(pools.QUIET):
        assert os.environ["PYTHONWARNINGS"] == "ignore"
    assert os.environ["PYTHONWARNINGS"] == "error::FutureWarning"
    monkeypatch.delenv("PYTHONWARNINGS")
    with pools.environment(pools.QUIET):
        pass
    assert "PYTHONWARNINGS" not in os.environ


def environment_of_a_worker(job, task):
    return {name: os.environ.get(name) for name in job}


def test_workers_have_one_thread_and_their_own_warnings(pool, monkeypatch):
    code = """
import sys
from imggen.run.engines import parallel, pools
from imggen.run.engines.engine import start_engine
from tests.run.engines.test_engine import environment_of_a_worker, missing
if sys.argv[1] == "pipes":
    parallel.LokyPool = missing
else:
    pools.START_METHOD = sys.argv[1]
names = ["OPENBLAS_NUM_THREADS", "PYTHONWARNINGS"]
with start_engine(2) as engine:
    [found] = engine.run(environment_of_a_worker, names, [0])
print(found)
"""
    monkeypatch.setenv("PYTHONWARNINGS", "default")
    found = run_script(code, pool)
    assert found == "{'OPENBLAS_NUM_THREADS': '1', 'PYTHONWARNINGS': 'default'}\n"


def run_script(code, *args, cwd=REPO_ROOT):
    """Run `code` in another process, as a file without a guard; returns what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.py"
        script.write_text(f"print('begun')\nimport sys\nsys.path.append({REPO_ROOT!r})\n{code}")
        command = [sys.executable, str(script), *args]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == 0, done.stderr
    begun, _, said = done.stdout.partition("\n")
    assert begun == "begun"
    return said


SQUARES = """
from imggen.run.engines.engine import start_engine
from tests.run.engines.test_engine import square
with start_engine(2) as engine:
    print(sorted(engine.run(square, 1, range(3))))
"""


def test_a_program_without_a_guard_runs_once():
    assert run_script(SQUARES) == "[0, 1, 4]\n"


def test_a_file_of_the_current_folder_is_no_module(tmp_path):
    (tmp_path / "numpy.py").write_text("print('imported')")
    assert run_script(SQUARES, cwd=tmp_path) == "[0, 1, 4]\n"


def imports_of_a_worker(job, task):
    return sorted(set(job) & set(sys.modules)), threading.active_count(), gc.get_freeze_count() > 0


def test_workers_are_forked_with_what_they_need():
    """And without threads, of which only the one that watches the parent is theirs."""
    names = ["imggen.run.engines.preload", "pandas", "rich", "typer"]
    code = f"""
import sys
from imggen.run.engines.engine import start_engine
from tests.run.engines.test_engine import imports_of_a_worker
with start_engine(2) as engine:
    [found] = engine.run(imports_of_a_worker, {names}, [0])
print(found)
"""
    assert run_script(code) == "(['imggen.run.engines.preload'], 2, True)\n"


def test_the_fork_server_dies():
    code = """
import os, signal
from pathlib import Path
from imggen.errors import RunError
from imggen.run.engines import engine
from imggen.run.engines.engine import start_engine
from tests.run.runs import children_of
from tests.run.engines.test_engine import square
with start_engine(2) as started:
    list(started.run(square, 1, range(10)))  # without workers, another server would start some
    children = children_of(os.getpid())
    commands = {one: Path(f"/proc/{one}/cmdline").read_text() for one in children}
    [server] = [one for one in children if "forkserver" in commands[one]]
    os.kill(server, signal.SIGKILL)
    engine.say_limit = lambda: ""
    try:
        list(started.run(square, 1, range(100_000)))
    except RunError as error:
        print(error)
"""
    assert re.match(DIED, run_script(code))
