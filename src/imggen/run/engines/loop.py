"""The one loop of all engines: hands bundles of tasks out, and yields results as they come."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from typing import Generic, Protocol, TypeVar

from imggen.errors import ExplainedError, ImggenError
from imggen.run.engines.bundles import BundleResult, Bundles
from imggen.run.engines.handover import Flag, GivenUp

Task = TypeVar("Task")
Result = TypeVar("Result")

BUNDLES_PER_WORKER = 2  # handed out at a time: one that is done and one that waits
DEATHS = 3  # of workers, after which a task is given up
POLL_SECONDS = 0.2
MOST_SECONDS = 60.0  # without any worker


class WorkerLost(Exception):  # noqa: N818  # the loop deals with it
    """A worker has died, and with it the bundle that it was to do."""


class Crew(Protocol[Task, Result]):
    """Workers that do bundles of tasks of one job; each engine has a class of its own."""

    def workers(self) -> Collection[Hashable]:
        """Return those that live."""

    def submit(self, worker: Hashable, bundle: Sequence[Task]) -> Hashable:
        """Hand `bundle` out; return what `wait` and `result` know it by."""

    def wait(self, handles: Collection[Hashable], seconds: float) -> Iterable[Hashable]:
        """Wait until some are done, or as long; return them, and those whose worker is lost."""

    def result(self, handle: Hashable) -> BundleResult[Task, Result]:
        """Return the result of a bundle that is done.

        Raises
        ------
        WorkerLost
            If the worker has died with it.
        """

    def give_up(self) -> None:
        """Tell all workers to give up what they are doing."""


@dataclass
class Attempt(Generic[Task]):
    """A bundle of tasks, and how many workers have died with each of them.

    Of the tasks that a worker had in hand, any may have killed it. So each of them is done again
    alone, on a worker that has nothing else to do: if that dies too, it was this one.
    """

    bundle: Sequence[Task]
    deaths: int = 0
    worker: Hashable = None


class Loop(Generic[Task, Result]):
    """The tasks of one run: those left, running, to be done again, and given up."""

    def __init__(
        self,
        crew: Crew[Task, Result],
        tasks: Iterable[Task],
        bundle_seconds: float,
        flag: Flag,
        expected: float = inf,
    ) -> None:
        self._crew = crew
        self._left: Bundles[Task, Result] = Bundles(tasks, bundle_seconds, expected)
        self._flag = flag
        self._running: dict[Hashable, Attempt[Task]] = {}
        self._again: list[Attempt[Task]] = []
        self._deadly: list[Task] = []
        self._error: Exception | None = None  # of the first task that failed
        self._alive = time.monotonic()

    def run(self) -> Iterator[Result]:
        """Yield results as they come, until all tasks are done, or a stop is asked for.

        After an error of a task, the others in hand end as after a stop, and what they have
        finished is yielded before the error is raised.

        Raises
        ------
        RunError
            At the end, if a task has killed several workers; or if there are none any more.
        """
        told = False
        while self._hand_out() or self._running:
            if self._flag.is_set() and not told:
                self._crew.give_up()
                told = True
            for handle in self._crew.wait(list(self._running), POLL_SECONDS):
                yield from self._take(handle)
        if self._error is not None:
            raise self._error
        if self._deadly and not self._flag.is_set():
            raise ExplainedError(say_deadly(self._deadly))

    def _hand_out(self) -> bool:
        """Give tasks to workers that can take some; return True if some wait for one."""
        if self._flag.is_set():
            return False
        running = Counter(attempt.worker for attempt in self._running.values())
        loads = {worker: running[worker] for worker in self._crew.workers()}
        alone = {attempt.worker for attempt in self._running.values() if attempt.deaths}
        self._check_alive(loads)
        while (worker := least(loads, alone)) is not None:
            attempt = self._next(idle=not loads[worker])
            if attempt is None:
                break
            attempt.worker = worker
            self._running[self._crew.submit(worker, attempt.bundle)] = attempt
            loads[worker] += 1
            if attempt.deaths:
                alone.add(worker)
        if not loads and not self._again and (attempt := self._next(idle=True)):
            self._again.append(attempt)
        return bool(self._again)

    def _next(self, *, idle: bool) -> Attempt[Task] | None:
        """Return what to do next on a worker that is `idle` or not; None if there is nothing."""
        if self._again and idle:
            return self._again.pop()
        bundle = self._left.next(BUNDLES_PER_WORKER * max(1, len(self._crew.workers())))
        return Attempt(bundle) if bundle else None

    def _take(self, handle: Hashable) -> Iterator[Result]:
        """Yield the results of a bundle that is done; note one that has cost a worker."""
        attempt = self._running.pop(handle)
        try:
            with suppress(GivenUp):
                made = self._crew.result(handle)
                yield from self._left.take(made)
                self._fail(made.error)
        except ImggenError as error:
            self._fail(error)
        except WorkerLost:
            deaths = attempt.deaths + 1
            if deaths < DEATHS:
                self._again.extend(Attempt([task], deaths) for task in attempt.bundle)
            else:
                self._deadly.extend(attempt.bundle)

    def _fail(self, error: Exception | None) -> None:
        """Have all workers give up after the first error."""
        if error is not None and self._error is None:
            self._error = error
            self._flag.set()

    def _check_alive(self, workers: Mapping[Hashable, int]) -> None:
        """Raise an error if there have been no workers for too long."""
        if workers:
            self._alive = time.monotonic()
        elif time.monotonic() > self._alive + MOST_SECONDS:
            message = (
                f"There has been no worker for {MOST_SECONDS:.0f} seconds; what is finished is "
                "kept. Go on with --resume when there are some."
            )
            raise ExplainedError(message)


def least(loads: Mapping[Hashable, int], alone: Collection[Hashable]) -> Hashable | None:
    """Return the worker with the fewest tasks; None if none can take one more."""
    ready = [worker for worker, load in loads.items() if worker not in alone]
    worker = min(ready, key=loads.__getitem__, default=None)
    return worker if worker is not None and loads[worker] < BUNDLES_PER_WORKER else None


def say_deadly(tasks: Collection[object]) -> str:
    """Return the sentence on tasks that were given up."""
    named = "; ".join(map(str, tasks))
    what, it = ("A chunk", "it") if len(tasks) == 1 else (f"{len(tasks)} chunks", "them")
    return (
        f"{what} killed {DEATHS} workers{' each' if len(tasks) > 1 else ''}, perhaps because "
        f"memory ran out, and the run went on without {it}: {named}. All else is finished and "
        "kept. Go on with --resume and more memory for each worker, or a smaller --chunk-size."
    )
