"""Runs chunks on joblib's worker processes."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import TerminatedWorkerError

from imggen.errors import RunError
from imggen.run.shared import shared_folder

Task = TypeVar("Task")
Result = TypeVar("Result")

MEMMAP_FROM = "100K"  # bytes; smaller arrays are pickled with the task


class Engine:
    """A pool of worker processes, started when it is made.

    The workers start, and import what they need, while the parent still loads the assets.
    """

    def __init__(self, parallel: Parallel, workers: int) -> None:
        self._parallel = parallel
        self._started = parallel(delayed(get_ready)() for _ in range(workers))

    def run(
        self, render: Callable[[Any, Task], Result], job: object, tasks: Iterable[Task]
    ) -> Iterator[Result]:
        """The results of `render(job, task)`, as they come.

        Raises
        ------
        RunError
            If a worker process dies.
        """
        for _ in self._started:
            pass
        try:
            yield from self._parallel(delayed(render)(job, task) for task in tasks)
        except TerminatedWorkerError as error:
            message = (
                "A worker process was killed, perhaps because memory ran out; "
                "try again with fewer --workers."
            )
            raise RunError(message) from error


@contextmanager
def start_engine(workers: int) -> Iterator[Engine]:
    """Start `workers` processes. When the block is left, they and what they shared are gone."""
    with shared_folder() as shared, make_parallel(workers, shared) as parallel:
        try:
            yield Engine(parallel, workers)
        finally:
            get_reusable_executor().shutdown(wait=True, kill_workers=True)


def make_parallel(workers: int, shared: Path) -> Parallel:
    """joblib's pool, which maps large arrays from the folder `shared`."""
    return Parallel(
        n_jobs=workers,
        backend="loky",
        return_as="generator_unordered",
        pre_dispatch="2*n_jobs",
        batch_size=1,
        max_nbytes=MEMMAP_FROM,
        mmap_mode="r",
        temp_folder=str(shared),
    )


def get_ready() -> None:
    """Import what a worker needs, and leave Ctrl-C to the parent."""
    import imggen.run.chunk  # noqa: F401, PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)
