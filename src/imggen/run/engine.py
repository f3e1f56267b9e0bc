"""Runs chunks on joblib's worker processes."""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any, TypeVar

from joblib import Parallel, delayed
from joblib.externals.loky.backend import resource_tracker as loky_tracker
from joblib.externals.loky.process_executor import BrokenProcessPool

from imggen.errors import RunError
from imggen.run.kill import kill_workers
from imggen.run.shared import shared_folder
from imggen.signals import held

Task = TypeVar("Task")
Result = TypeVar("Result")

MEMMAP_FROM = "100K"  # bytes; smaller arrays are pickled with the task
WATCH_SECONDS = 0.1


class Engine:
    """A pool of worker processes.

    Attributes
    ----------
    shared : the folder they map memory from
    """

    def __init__(self, parallel: Parallel, shared: Path) -> None:
        self.shared = shared
        self._parallel = parallel
        self._results: Generator[Any] = (result for result in list[Any]())  # none yet

    def start(self, workers: int) -> None:
        """Let the workers start, and import what they need, while the parent loads the assets.

        Raises
        ------
        RunError
            If a worker process dies.
        """
        with deaths_explained():
            self._results = self._parallel(delayed(os.getpid)() for _ in range(workers))

    def run(
        self, render: Callable[[Any, Task], Result], job: object, tasks: Iterable[Task]
    ) -> Iterator[Result]:
        """The results of `render(job, task)`, as they come.

        Raises
        ------
        RunError
            If a worker process dies.
        """
        with deaths_explained():
            for _ in self._results:
                pass
            self._results = self._parallel(delayed(render)(job, task) for task in tasks)
            for result in self._results:  # noqa: UP028  # for `stop` to close it, without a warning
                yield result

    def hold(self) -> None:
        """Hand out no more tasks: joblib complains at length where a killed pool is given one."""
        with self._parallel._lock:  # noqa: SLF001  # it has no other way to say so
            self._parallel._aborting = True  # noqa: SLF001  # likewise

    def stop(self) -> None:
        """Give up what is not done yet."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # joblib regrets results that nobody takes
            self._results.close()


@contextmanager
def deaths_explained() -> Iterator[None]:
    """Say what to do where a worker process dies."""
    try:
        yield
    except BrokenProcessPool as error:
        message = (
            "A worker process was killed, perhaps because memory ran out; "
            "what is finished is kept. Go on with --resume and fewer --workers."
        )
        raise RunError(message) from error


@contextmanager
def start_engine(workers: int) -> Iterator[Engine]:
    """Start `workers` processes. When the block is left, they and what they shared are gone."""
    with held():  # two blocks, as the start of these helpers ends the blocking of Ctrl-C
        resource_tracker.ensure_running()
        loky_tracker.ensure_running()
    with shared_folder() as shared, make_parallel(workers, shared) as parallel:
        engine = Engine(parallel, shared)
        try:
            try:
                with held():
                    engine.start(workers)
                yield engine
            finally:
                engine.hold()
                kill_workers(workers)
                engine.stop()
        finally:
            kill_workers(workers)


def make_parallel(workers: int, shared: Path) -> Parallel:
    """A pool of joblib, which maps large arrays from the folder `shared`."""
    return Parallel(
        n_jobs=workers,
        backend="loky",
        return_as="generator_unordered",
        pre_dispatch="2*n_jobs",
        batch_size=1,
        max_nbytes=MEMMAP_FROM,
        mmap_mode="r",
        temp_folder=str(shared),
        initializer=get_ready,
        initargs=(os.getpid(),),
    )


def get_ready(parent: int) -> None:
    """Import what a worker needs, and see to it that it ends with its parent."""
    import imggen.run.chunk  # noqa: F401, PLC0415

    threading.Thread(target=end_with, args=(parent,), daemon=True).start()


def end_with(parent: int) -> None:
    """End this process when `parent` has ended: a killed one cannot say so.

    A worker that lived on would write the same files as the run that is resumed.
    """
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(1)
