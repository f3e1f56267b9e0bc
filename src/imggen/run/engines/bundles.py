"""Hands short tasks to workers in bundles, as passing one on takes half a millisecond."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

Job = TypeVar("Job")
Task = TypeVar("Task")
Result = TypeVar("Result")

BUNDLE_SECONDS = 0.03  # of work: little to lose, and little to wait for at the end
MOST_TASKS = 64


class BundleResult(NamedTuple, Generic[Task, Result]):
    """The results of a bundle, the tasks that are left of it, and the seconds it took."""

    results: Sequence[Result]
    left: Sequence[Task]
    seconds: float


class Bundles(Generic[Task, Result]):
    """The bundles of `tasks`: of a single one at first, of many once they are known to be short.

    Tasks that come back are handed out again, so the iterator may have more after its end.
    """

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._tasks = iter(tasks)
        self._again: deque[Task] = deque()
        self._size = 1

    def __iter__(self) -> Iterator[Sequence[Task]]:
        return self

    def __next__(self) -> Sequence[Task]:
        again = [self._again.popleft() for _ in range(min(self._size, len(self._again)))]
        bundle = again + list(islice(self._tasks, self._size - len(again)))
        if not bundle:
            raise StopIteration
        return bundle

    def take(self, made: BundleResult[Task, Result]) -> Sequence[Result]:
        """Return the results of a bundle that is done; what is left of it is handed out again."""
        self._again.extendleft(reversed(made.left))
        fitting = int(BUNDLE_SECONDS * len(made.results) / max(made.seconds, 1e-9))
        self._size = min(max(1, fitting), 2 * self._size, MOST_TASKS)
        return made.results


def render_bundle(
    render: Callable[[Job, Task], Result], job: Job, bundle: Sequence[Task]
) -> BundleResult[Task, Result]:
    """Render the tasks of `bundle`, until it has taken its time, or one of them fails.

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
        if time.monotonic() - started > BUNDLE_SECONDS:
            break
    return BundleResult(results, bundle[len(results) :], time.monotonic() - started)
