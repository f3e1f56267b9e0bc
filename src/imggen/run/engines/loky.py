"""Loky: worker processes on this machine, which map the library that this process has loaded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count
from pathlib import Path
from typing import Any, cast

from imggen.run.engines.handover import post, share_job, take, work
from imggen.run.engines.pools import Pool, open_pool, submit

Render = Callable[[Any, Any], object]
CrewOf = Callable[[Any, Any], AbstractContextManager["LokyCrew"]]


class LokyCrew:
    """The workers of a pool. If one dies, so does the pool: memory is short for all of them."""

    def __init__(self, pool: Pool, workers: int, shared: Path, render: Render, job: object) -> None:
        self._pool = pool
        self._workers = range(workers)
        self._render = render
        self._job = share_job(job, shared)
        self._paths: dict[Future[object], Path] = {}
        self._names = (shared / f"task{number}" for number in count())

    def workers(self) -> Collection[Hashable]:
        """Return their numbers: whichever is idle takes a task."""
        return self._workers

    def submit(self, worker: Hashable, task: object) -> Hashable:  # noqa: ARG002  # see `workers`
        """Hand `task` out."""
        path = next(self._names)
        post(task, path)
        future = submit(self._pool, work, self._render, self._job, path)
        self._paths[future] = path
        return future

    def wait(self, handles: Collection[Hashable], seconds: float) -> Iterable[Hashable]:
        """Wait until some are done, or as long; return them."""
        futures = cast("Collection[Future[object]]", handles)
        return wait(futures, seconds, return_when=FIRST_COMPLETED).done

    def result(self, handle: Hashable) -> Any:  # noqa: ANN401  # what the job's function returns
        """Return the result of a task that is done."""
        future = cast("Future[object]", handle)
        path = self._paths.pop(future)
        future.result()
        return take(path)

    def give_up(self) -> None:
        """Do nothing: workers of this machine map the flag."""


@contextmanager
def open_loky(workers: int, shared: Path) -> Iterator[CrewOf]:
    """Start `workers` processes; yield the function that returns the crew of a job."""
    with open_pool(workers) as pool:
        yield lambda render, job: nullcontext(LokyCrew(pool, workers, shared, render, job))
