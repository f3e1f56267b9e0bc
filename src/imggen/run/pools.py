"""Pools of worker processes: loky's, or one on pipes where a system lacks what loky needs."""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from typing import Protocol

from imggen.run.pipes import PipePool
from imggen.signals import Stopped, current
from imggen.streams import protect_streams

WATCH_SECONDS = 0.1
WARNINGS = "PYTHONWARNINGS"
# Workers compute nothing that these would speed up, and each of their threads takes memory.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


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
            submit(pool, os.getpid)  # loky starts its workers with the first task
            yield pool
            failed = False
        except Stopped:
            failed = False
            raise
        finally:
            pool.shutdown(kill_workers=failed)


def submit(pool: Pool, function: Callable[..., object], *args: object) -> Future[object]:
    """Run `function(*args)` in a worker of `pool`, which may start one for it."""
    with current().starting():
        return pool.submit(function, *args)


def make_pool(workers: int) -> Pool:
    """Make loky's pool, or one that needs no semaphores where the system has none.

    Linux keeps them in /dev/shm, which may be missing, read-only or full.
    """
    try:
        from imggen.run.parallel import LokyPool  # noqa: PLC0415  # joblib is slow to load

        with current().starting(), quiet_helpers():
            resource_tracker.ensure_running()  # else the first worker would start with it: its
            # start unblocks signals, which no worker should get.
            return LokyPool(workers, initializer=get_ready, initargs=(os.getpid(),), env=ONE_THREAD)
    except (OSError, ImportError, NotImplementedError):
        return PipePool(workers, ONE_THREAD)


@contextmanager
def quiet_helpers() -> Iterator[None]:
    """Start helper processes within the block that complain about nothing.

    When all ends at once, loky's removes the semaphores, and would say so.
    """
    given = os.environ.get(WARNINGS)
    os.environ[WARNINGS] = "ignore"
    try:
        yield
    finally:
        if given is None:
            del os.environ[WARNINGS]
        else:
            os.environ[WARNINGS] = given


def get_ready(parent: int) -> None:
    """Get a worker ready: see to it that it ends with `parent`, and import what it needs."""
    protect_streams()
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    atexit.register(os._exit, 0)  # a worker has nothing to take down, and Python takes long for it
    with suppress(Exception):  # its first task will meet the same error, and report it
        import imggen.run.worker  # noqa: F401, PLC0415


def end_with(parent: int) -> None:
    """End this process when `parent` has ended: a killed one cannot say so.

    A worker that lived on would write the same files as the run that is resumed.
    """
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(1)
