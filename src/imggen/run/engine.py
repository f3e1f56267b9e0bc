"""Runs tasks here or in a pool of workers, until they are done or a stop is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, TypeVar, cast

from imggen.errors import RunError
from imggen.run.handover import Flag, GivenUp, post, share_job, take, work
from imggen.run.limits import say_limit
from imggen.run.pools import Pool, open_pool, submit
from imggen.run.shared import shared_folder
from imggen.signals import Stopped, current

Task = TypeVar("Task")
Result = TypeVar("Result")
Render = Callable[[Any, Task], Result]

TASKS_PER_WORKER = 2  # handed out at a time: one that is done and one that waits


class Engine:
    """A runner of tasks, in this process or in workers.

    Attributes
    ----------
    shared : a folder that all processes of the run map memory from
    """

    def __init__(self, shared: Path, pool: Pool | None, workers: int) -> None:
        self.shared = shared
        self._flag = Flag(shared)
        self._pool = pool
        self._most = TASKS_PER_WORKER * workers

    def run(
        self, render: Render[Task, Result], job: object, tasks: Iterable[Task]
    ) -> Iterator[Result]:
        """Yield the results of `render(job, task)`, as they come.

        After a stop signal no task is begun, and `render` gives up those that are: it raises
        `GivenUp`. Their results are never seen, those of finished ones are.

        Raises
        ------
        Stopped
            Then, when nothing runs any more.
        RunError
            If a worker process dies, or memory runs out.
        """
        with current().draining(self._flag.set), deaths_explained():
            if self._pool is None:
                yield from self._run_here(render, job, tasks)
            else:
                yield from self._run_in(self._pool, render, job, tasks)
        if self._flag.is_set():
            raise Stopped

    def _run_here(
        self, render: Render[Task, Result], job: object, tasks: Iterable[Task]
    ) -> Iterator[Result]:
        """Run `tasks` in this process."""
        with suppress(GivenUp):
            for task in tasks:
                self._flag.check()
                yield render(job, task)

    def _run_in(
        self, pool: Pool, render: Render[Task, Result], job: object, tasks: Iterable[Task]
    ) -> Iterator[Result]:
        """Run `tasks` in the workers of `pool`, which get the next ones as they return results."""
        shared = share_job(job, self.shared)
        left = zip(tasks, (self.shared / f"task{number}" for number in count()), strict=False)
        running: dict[Future[object], Path] = {}
        while True:
            while len(running) < self._most and (following := self._next(left)):
                task, path = following
                post(task, path)
                running[submit(pool, work, render, shared, path)] = path
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                path = running.pop(future)
                with suppress(GivenUp):
                    future.result()
                    yield cast("Result", take(path))

    def _next(self, left: Iterator[tuple[Task, Path]]) -> tuple[Task, Path] | None:
        """The next task and where to post it; None if there is none, or none is wanted."""
        return None if self._flag.is_set() else next(left, None)


@contextmanager
def start_engine(workers: int) -> Iterator[Engine]:
    """Start `workers` processes. When the block is left, they and what they shared are gone."""
    with deaths_explained(), ExitStack() as stack:
        shared = stack.enter_context(shared_folder())
        pool = stack.enter_context(open_pool(workers)) if workers > 1 else None
        yield Engine(shared, pool, workers)


@contextmanager
def deaths_explained() -> Iterator[None]:
    """Say what to do where a worker process dies, or memory runs out."""
    try:
        yield
    except BrokenProcessPool as error:
        message = (
            f"A worker process was killed, perhaps because memory ran out{say_limit()}; "
            "what is finished is kept. Go on with --resume and fewer --workers."
        )
        raise RunError(message) from error
    except MemoryError as error:
        message = (
            f"Memory ran out{say_limit()}; what is finished is kept. "
            "Go on with --resume, and fewer --workers, a lower --memory or smaller art."
        )
        raise RunError(message) from error
