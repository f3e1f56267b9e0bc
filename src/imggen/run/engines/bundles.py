"""Hands short tasks to workers in bundles, as passing one on takes a millisecond or several."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from itertools import islice
from math import inf
from typing import Generic, NamedTuple, TypeVar

Job = TypeVar("Job")
Task = TypeVar("Task")
Result = TypeVar("Result")

MOST_TASKS = 64


class BundleResult(NamedTuple, Generic[Task, Result]):
    """The results of a bundle, the tasks that are left of it, and the seconds it took.

    Some results may be futures: of chunks that are rendered, and on their way to a store. Where
    some of these fail, there is an `error`, and the results are those of the others.
    """

    results: Sequence[Result]
    left: Sequence[Task]
    seconds: float
    error: Exception | None = None

    def pending(self) -> list[Future[Result]]:
        """Return the results that are futures."""
        return [one for one in self.results if isinstance(one, Future)]

    def settled(self) -> BundleResult[Task, Result]:
        """Return the bundle without futures, once all are done, with the error of the first."""
        started = time.monotonic()
        errors, results = [], []
        for one in self.results:
            try:
                results.append(one.result() if isinstance(one, Future) else one)
            except Exception as error:  # noqa: BLE001  # the parent raises it
                errors.append(error)
        seconds = self.seconds + time.monotonic() - started
        return BundleResult(results, self.left, seconds, errors[0] if errors else None)


class Bundles(Generic[Task, Result]):
    """The bundles of `tasks`: of a single one at first, of many once they are known to be short.

    Towards the end they are small again, so that no worker idles while another has much left.

    Attributes
    ----------
    seconds : of work that a bundle may have
    """

    def __init__(self, tasks: Iterable[Task], seconds: float, expected: float = inf) -> None:
        self.seconds = seconds
        self._expected = expected  # tasks that are left, about
        self._tasks = iter(tasks)
        self._again: deque[Task] = deque()
        self._size = 1

    def next(self, takers: int = 1) -> Sequence[Task]:
        """Return the next bundle, of which `takers` are handed out at a time.

        An empty one says that there are no tasks now: those that come back are handed out again.
        """
        size = int(min(self._size, max(1, self._expected / takers)))
        again = [self._again.popleft() for _ in range(min(size, len(self._again)))]
        bundle = again + list(islice(self._tasks, size - len(again)))
        self._expected -= len(bundle)
        return bundle

    def take(self, made: BundleResult[Task, Result]) -> Sequence[Result]:
        """Return the results of a bundle that is done; what is left of it is handed out again."""
        self._again.extendleft(reversed(made.left))
        self._expected += len(made.left)
        fitting = int(self.seconds * len(made.results) / max(made.seconds, 1e-9))
        self._size = min(max(1, fitting), 2 * self._size, MOST_TASKS)
        return made.results


def render_bundle(
    render: Callable[[Job, Task], Result], most_seconds: float, job: Job, bundle: Sequence[Task]
) -> BundleResult[Task, Result]:
    """Render the tasks of `bundle`, until they have taken `most_seconds`, or one of them fails.

    That one is left: it raises its error when it is the first of a bundle.
    """
    started = time.monotonic()
    results: list[Result] = []
    for task in bundle:
        try:
            results.append(render(job, task))
        except Exception:
            if not results:
                raise
            break
        if time.monotonic() - started > most_seconds:
            break
    return BundleResult(results, bundle[len(results) :], time.monotonic() - started)
