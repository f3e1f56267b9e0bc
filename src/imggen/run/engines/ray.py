"""Ray: one actor for each worker process, in a running cluster or in one that is started here.

A chunk is a call of one actor, so that it is known which chunks a dead one had in hand; another
actor takes its place. If this process dies, Ray ends its actors.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import version
from itertools import count
from typing import Any, cast

import ray
from ray.exceptions import RayActorError, RayError, RayTaskError

from imggen.errors import InputError, RunError
from imggen.run.engines.choice import Choice, say_unreachable
from imggen.run.engines.cluster import Render
from imggen.run.engines.host import HOST, Assignment
from imggen.run.engines.loop import TASKS_PER_WORKER, WorkerLost
from imggen.run.engines.pools import ONE_THREAD
from imggen.signals import STOP_SIGNALS, current

# A thread for each chunk in hand, and one for what must not wait for them.
THREADS = TASKS_PER_WORKER + 1
NO_RAY = "Ray cannot connect; if the cluster asks for a token, set RAY_AUTH_MODE and RAY_AUTH_TOKEN"
END_SECONDS = 5.0  # for workers to give up and drop what they have loaded


class Worker:
    """An actor: a process that renders chunks."""

    def __init__(self, assignment: bytes) -> None:
        self._key = ""
        if assignment:
            known: Assignment = pickle.loads(assignment)  # noqa: S301  # from our own parent
            self._key = known.key
            HOST.assign(known)

    def ready(self) -> None:
        """Return once the process is up."""

    def version(self) -> str:
        """Return the version of imggen here."""
        return version("imggen")

    def work(self, render: Render, task: bytes) -> bytes:
        """Render a chunk."""
        return HOST.work(self._key, render, task)

    def drop(self) -> None:
        """Give up, and drop what was loaded."""
        HOST.drop(self._key)


class RayCrew:
    """Actors, for one job."""

    def __init__(self, assignment: Assignment, render: Render, size: int) -> None:
        self._make = ray.remote(num_cpus=1, max_concurrency=THREADS, max_restarts=0)(Worker)
        self._assignment = ray.put(pickle.dumps(assignment))
        self._render = render
        self._numbers = count()
        self._starting: dict[Any, int] = {}  # by what tells that they are up
        self._actors: dict[int, Any] = {}
        self._up: set[int] = set()
        self._worker_of: dict[Any, int] = {}
        for _ in range(size):
            self._start()

    def _start(self) -> None:
        """Start an actor; it counts as a worker when it is up."""
        number = next(self._numbers)
        self._actors[number] = self._make.remote(self._assignment)
        self._starting[self._actors[number].ready.remote()] = number

    def workers(self) -> Collection[Hashable]:
        """Return the numbers of those that live."""
        if self._starting:
            ready, _ = ray.wait(list(self._starting), num_returns=len(self._starting), timeout=0)
            for one in ready:
                self._check_ready(one)
        return sorted(self._up)

    def _check_ready(self, reference: Any) -> None:  # noqa: ANN401  # Ray's references have no types
        """Note that an actor is up, or has died before."""
        number = self._starting.pop(reference)
        try:
            ray.get(reference)
            self._up.add(number)
        except RayActorError as error:
            if isinstance(error.__cause__, RayTaskError):
                raise RunError(f"A Ray worker cannot start: {error.__cause__}.") from error
            self._replace(number)

    def _replace(self, number: int) -> None:
        """Start another actor in place of one that has died."""
        if self._actors.pop(number, None) is not None:
            self._up.discard(number)
            self._start()

    def submit(self, worker: Hashable, task: object) -> Hashable:
        """Hand a chunk to an actor."""
        number = cast("int", worker)
        data = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)
        reference = self._actors[number].work.remote(self._render, data)
        self._worker_of[reference] = number
        return cast("Hashable", reference)

    def wait(self, handles: Collection[Hashable], seconds: float) -> Iterable[Hashable]:
        """Wait until one is done, or as long; return those that are, also by their actor's end."""
        if not handles:
            time.sleep(seconds)
            return ()
        ready, _ = ray.wait(list(handles), num_returns=1, timeout=seconds)
        return cast("list[Hashable]", ready)

    def result(self, handle: Hashable) -> Any:  # noqa: ANN401  # what the job's function returns
        """Return the result of a chunk that is done."""
        number = self._worker_of.pop(handle)
        try:
            result, error = pickle.loads(ray.get(handle))  # noqa: S301  # our own worker
        except RayActorError:
            self._replace(number)
            raise WorkerLost from None
        if error is not None:
            raise error
        return result

    def give_up(self) -> None:
        """Tell all workers to give up."""
        for actor in self._actors.values():
            actor.drop.remote()

    def close(self) -> None:
        """Have workers drop what they have loaded, and end them."""
        with suppress(RayError):
            up = [self._actors[number].drop.remote() for number in self._up]
            if up:
                ray.wait(up, num_returns=len(up), timeout=END_SECONDS)
        for actor in self._actors.values():
            with suppress(RayError):
                ray.kill(actor)


class RayCluster:
    """A connected cluster."""

    def __init__(self, choice: Choice, workers: int) -> None:
        cpus = int(ray.cluster_resources().get("CPU", 0))
        if not cpus:
            where = choice.scheduler or "on this machine"
            raise InputError(f"The Ray cluster {where} has no CPUs; start nodes, then try again.")
        self.size = min(choice.most or cpus, cpus) if choice.scheduler else workers

    def ask(self, question: Callable[[], object]) -> Mapping[str, object]:
        """Return what `question` returns, or the error in its place, on a worker of each node."""

        def answer() -> object:  # Ray takes functions alone, and by value: there may be no imggen
            return question()

        ask = ray.remote(num_cpus=0, max_retries=0)(answer)
        asked = {
            node["NodeManagerHostname"]: ask.options(
                scheduling_strategy=on_node(node["NodeID"])
            ).remote()
            for node in ray.nodes()
            if node["Alive"]
        }
        return {where: answer_of(reference) for where, reference in asked.items()}

    @contextmanager
    def crew(self, assignment: Assignment, render: Render) -> Iterator[RayCrew]:
        """Yield the workers, ready for one job; they drop what they loaded after the block."""
        crew = RayCrew(assignment, render, self.size)
        try:
            yield crew
        finally:
            crew.close()


def on_node(identity: str) -> object:
    """Return Ray's word for a place on one node and no other."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy  # noqa: PLC0415

    return NodeAffinitySchedulingStrategy(identity, soft=False)


def answer_of(reference: Any) -> object:  # noqa: ANN401  # Ray's references have no types
    """Return a result, or the error in its place."""
    try:
        answer: object = ray.get(reference)
    except RayTaskError as error:
        return error.cause
    except RayError as error:
        return error
    return answer


@contextmanager
def open_cluster(choice: Choice, workers: int) -> Iterator[RayCluster]:
    """Connect to the cluster of `choice`, or start one of `workers` here.

    Raises
    ------
    InputError
        If nothing answers there.
    """
    here = {"num_cpus": workers, "include_dashboard": False} if choice.scheduler is None else {}
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        with current().starting(), own_signals():
            ray.init(
                address=choice.scheduler or "local",
                log_to_driver=False,
                logging_level=logging.CRITICAL,
                runtime_env={"env_vars": dict(ONE_THREAD)},
                **here,
            )
    except (ConnectionError, RuntimeError, ValueError) as error:
        if choice.scheduler is None:
            raise
        raise InputError(say_unreachable(choice.scheduler, NO_RAY)) from error
    try:
        yield RayCluster(choice, workers)
    finally:
        ray.shutdown()


@contextmanager
def own_signals() -> Iterator[None]:
    """Keep the handlers of stop signals: Ray puts its own in their place."""
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            for number, handler in before.items():
                signal.signal(number, handler)
