"""Pools of worker processes: loky's, or one on pipes where a system lacks what loky needs.

On Linux, loky's workers are forked from a process that has imported what they need: the fork server
of `multiprocessing`. They start in milliseconds, and what was imported is in memory once. That
server is there for all pools of a process, and ends with it.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import platform
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, resource_tracker
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

from imggen.run.engines.pipes import PipePool
from imggen.signals import Stopped, current
from imggen.streams import protect_streams

if TYPE_CHECKING:
    from imggen.run.engines.parallel import LokyPool

WATCH_SECONDS = 0.1
# Elsewhere, libraries of the system may not survive a fork: loky starts an interpreter a worker.
START_METHOD = "forkserver" if platform.system() == "Linux" else "loky"
PRELOAD = "imggen.run.engines.preload"
QUIET = {"PYTHONWARNINGS": "ignore"}
# Workers compute nothing that more threads would speed up. And they use again what memory they
# free: a page takes long when it is touched first, and Dask would have glibc give it back at once.
WORKER = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
}
SAFE_PATH = {"PYTHONSAFEPATH": "1"}  # a file of the current folder is no module


class Pool(Protocol):
    """Worker processes that run functions, as `concurrent.futures.Executor` has it."""

    def submit(self, function: Callable[..., object], /, *args: object) -> Future[object]:
        """Run `function(*args)` in a worker."""

    def shutdown(self, *, kill_workers: bool) -> None:
        """End all workers, at once or when they have done their tasks, and wait for their end."""

    def kill(self) -> None:
        """Kill all workers, and wait for nothing: the process ends at once."""


@contextmanager
def open_pool(workers: int) -> Iterator[Pool]:
    """Start `workers` processes; when the block is left, they are gone.

    After a stop they end as always; after an error there is no use in what they still do.
    """
    pool = make_pool(workers)
    failed = True
    with current().cleaning_up(pool.kill):
        try:
            yield pool
            failed = False
        except Stopped:
            failed = False
            raise
        finally:
            pool.shutdown(kill_workers=failed)


def submit(pool: Pool, function: Callable[..., object], *args: object) -> Future[object]:
    """Run `function(*args)` in a worker of `pool`, which may start one for it.

    Raises
    ------
    BrokenProcessPool
        If none can be started, as what starts them has died.
    """
    with current().starting(), without_main():
        try:
            return pool.submit(function, *args)
        except (ConnectionError, EOFError) as error:
            raise BrokenProcessPool("no worker can be started") from error


@contextmanager
def without_main() -> Iterator[None]:
    """Start processes within the block as an interactive session does, which has no program.

    Else they would run the user's program to find its functions, which they have no use for.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def make_pool(workers: int) -> Pool:
    """Make loky's pool, or one that needs no semaphores where the system has none.

    Linux keeps them in /dev/shm, which may be missing, read-only or full.
    """
    try:
        return make_loky_pool(workers)
    except (OSError, ImportError, NotImplementedError):
        return PipePool(workers, WORKER)


def make_loky_pool(workers: int) -> LokyPool:
    """Make loky's pool. Its workers start with its first tasks.

    Raises
    ------
    OSError, ImportError, NotImplementedError
        If the system has no semaphores.
    """
    from imggen.run.engines.parallel import LokyPool  # noqa: PLC0415  # joblib is slow to load

    with current().starting(), environment(QUIET):  # else it tells of semaphores that it removes
        resource_tracker.ensure_running()
    # Not in one block with that, which unblocks signals: no worker should get any.
    with current().starting(), environment(QUIET):  # loky may start a tracker of its own
        context = multiprocessing.get_context(START_METHOD)
        ready = {"initializer": get_ready, "initargs": (os.getpid(),)}
        pool = LokyPool(workers, context=context, env=WORKER, **ready)
    if START_METHOD == "forkserver":
        context.set_forkserver_preload([PRELOAD])
        with current().starting(), environment(WORKER | SAFE_PATH):
            forkserver.ensure_running()
    return pool


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Start processes within the block with `values` in their environment."""
    given = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in given.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def get_ready(parent: int) -> None:
    """Get a worker ready: see to it that it ends with `parent`, and import what it needs."""
    protect_streams()
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    atexit.register(os._exit, 0)  # a worker has nothing to take down, and Python takes long for it
    with suppress(Exception):  # its first task will meet the same error, and report it
        import imggen.run.chunks.worker  # noqa: F401, PLC0415


def end_with(parent: int) -> None:
    """End this process when `parent` has ended: a killed one cannot say so.

    A worker that lived on would write the same files as the run that is resumed.
    """
    process = multiprocessing.parent_process()
    if process is not None:  # of workers that are forked: their parent is the fork server
        process.join()
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(1)
