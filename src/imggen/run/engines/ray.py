"""Ray: one actor for each worker process, in a running cluster or in one that is started here.

If an actor dies, another one takes its place. If this process dies, Ray ends its actors.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, cast

import ray
from ray.exceptions import RayActorError, RayError, RayTaskError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from imggen.errors import InputError, RunError
from imggen.run.engines.choice import Choice, say_unreachable
from imggen.run.engines.cluster import Cluster, Render, Work
from imggen.run.engines.host import HOST, Assignment
from imggen.run.engines.loop import BUNDLES_PER_WORKER, WorkerLost
from imggen.signals import STOP_SIGNALS, current

# A thread for each bundle in hand, and one for what must not wait for them.
THREADS = BUNDLES_PER_WORKER + 1
NO_RAY = "Ray cannot connect; if the cluster asks for a token, set RAY_AUTH_MODE and RAY_AUTH_TOKEN"
END_SECONDS = 5.0  # for workers to give up and drop what they have loaded


class Worker:
    """An actor: a process that renders bundles of one job."""

    def __init__(self, assignment: Assignment) -> None:
        self._key = assignment.key
        HOST.assign(assignment)

    def ready(self) -> None:
        """Return once the process is up."""

    def work(self, key: str, render: Render, bundle: bytes) -> bytes:
        """Render a bundle."""
        return HOST.work(key, render, bundle)

    def drop(self) -> None:
        """Give up, and drop what was loaded."""
        HOST.drop(self._key)


class RayCluster(Cluster):
    """A connected cluster."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        self._make = ray.remote(num_cpus=1, max_concurrency=THREADS, max_restarts=0)(Worker)
        self._starting: dict[Any, Any] = {}  # actors, by what tells that they are up
        self._up: list[Any] = []

    def ask(self, question: Callable[[], object]) -> Mapping[str, object]:
        """Return what `question` returns, or the error in its place, by the name of each node."""

        def answer() -> object:  # Ray takes functions alone, and by value: there may be no imggen
            return question()

        ask = ray.remote(num_cpus=0, max_retries=0)(answer)
        asked = {
            node["NodeManagerHostname"]: ask.options(
                scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            ).remote()
            for node in ray.nodes()
            if node["Alive"]
        }
        return {where: answer_of(reference) for where, reference in asked.items()}

    def assign(self, assignment: Assignment) -> None:
        """Start the actors of a job."""
        self._assignment = ray.put(assignment)
        for _ in range(self.size):
            self._start()

    def _start(self) -> None:
        """Start an actor; it counts as a worker when it is up."""
        actor = self._make.remote(self._assignment)
        self._starting[actor.ready.remote()] = actor

    def workers(self) -> Collection[Hashable]:
        """Return the actors that live."""
        if self._starting:
            ready, _ = ray.wait(list(self._starting), num_returns=len(self._starting), timeout=0)
            for one in ready:
                self._check_ready(one)
        return self._up

    def _check_ready(self, reference: Any) -> None:  # noqa: ANN401  # Ray's references have no types
        """Note that an actor is up, or has died before."""
        actor = self._starting.pop(reference)
        try:
            ray.get(reference)
            self._up.append(actor)
        except RayActorError as error:
            if isinstance(error.__cause__, RayTaskError):
                raise RunError(f"A Ray worker cannot start: {error.__cause__}.") from error
            self._start()

    def send(self, worker: Any, work: Work) -> Hashable:  # noqa: ANN401  # as above
        """Hand a bundle to an actor."""
        return cast("Hashable", worker.work.remote(*work))

    def wait(self, handles: Collection[Hashable], seconds: float) -> Iterable[Hashable]:
        """Wait until one is done, or as long; return those that are, also by their actor's end."""
        if not handles:
            time.sleep(seconds)
            return ()
        ready, _ = ray.wait(list(handles), num_returns=1, timeout=seconds)
        return cast("list[Hashable]", ready)

    def reply(self, handle: Any, worker: Any) -> bytes:  # noqa: ANN401  # as above
        """Return what an actor has replied, or start another in its place."""
        try:
            return cast("bytes", ray.get(handle))
        except RayActorError:
            if worker in self._up:  # its other bundle may have told of its end
                self._up.remove(worker)
                self._start()
            raise WorkerLost from None

    def give_up(self) -> None:
        """Tell all workers to give up."""
        for actor in self._up:
            actor.drop.remote()

    def dismiss(self) -> None:
        """Have workers drop what they have loaded, and end them."""
        with suppress(RayError):
            dropped = [actor.drop.remote() for actor in self._up]
            if dropped:
                ray.wait(dropped, num_returns=len(dropped), timeout=END_SECONDS)
        for actor in (*self._up, *self._starting.values()):
            with suppress(RayError):
                ray.kill(actor)


def answer_of(reference: Any) -> object:  # noqa: ANN401  # as above
    """Return a result, or the error in its place."""
    try:
        answer: object = ray.get(reference)
    except RayTaskError as error:
        return error.cause
    except RayError as error:
        return error
    return answer


@contextmanager
def connected(choice: Choice, workers: int) -> Iterator[RayCluster]:
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
                **here,
            )
    except (ConnectionError, RuntimeError, ValueError) as error:
        if choice.scheduler is None:
            raise
        raise InputError(say_unreachable(choice.scheduler, NO_RAY)) from error
    try:
        cpus = int(ray.cluster_resources().get("CPU", 0))
        yield RayCluster(min(choice.most or cpus, cpus) if choice.scheduler else workers)
    finally:
        ray.shutdown()


@contextmanager
def own_signals() -> Iterator[None]:
    """Keep the handlers of stop signals: Ray puts its own in their place."""
    numbers = STOP_SIGNALS if threading.current_thread() is threading.main_thread() else ()
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
