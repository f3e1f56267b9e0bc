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
from ray.exceptions import RayActorError, RayError

from imggen.errors import InputError
from imggen.run.engines.choice import CONNECT_SECONDS, Choice, say_unreachable
from imggen.run.engines.cluster import Cluster, Work
from imggen.run.engines.host import Assignment, Host
from imggen.run.engines.loop import BUNDLES_PER_WORKER, WorkerLost
from imggen.signals import current

# A thread for each bundle in hand, and one for what must not wait for them.
THREADS = BUNDLES_PER_WORKER + 1
NO_RAY = "Ray cannot connect; if the cluster asks for a token, set RAY_AUTH_MODE and RAY_AUTH_TOKEN"
END_SECONDS = 5.0  # for workers to give up and drop what they have loaded


class RayCluster(Cluster):
    """A connected cluster, and its actors: a `Host` in a process of its own each."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        self._make = ray.remote(num_cpus=1, max_concurrency=THREADS, max_restarts=0)(Host)
        self._actors = [self._make.remote() for _ in range(size)]
        self._starting: dict[Any, Any] = {}  # actors, by what tells that they know the job
        self._up: list[Any] = []

    def ask(self, question: Callable[[], object]) -> Mapping[str, object]:
        """Return what `question` returns, or the error in its place, of those that are up soon."""
        asked = [actor.answer.remote(question) for actor in self._actors]
        up, _ = ray.wait(asked, num_returns=len(asked), timeout=CONNECT_SECONDS)
        return dict(map(answer_of, up))

    def assign(self, assignment: Assignment) -> None:
        """Tell all actors of a job, also those that come later."""
        self._key, self._assignment = assignment.key, ray.put(assignment)
        for actor in self._actors:
            self._tell(actor)

    def _tell(self, actor: Any) -> None:  # noqa: ANN401  # Ray's actors and references have no types
        """Tell an actor of the job; it counts as a worker when it knows it."""
        self._starting[actor.assign.remote(self._assignment)] = actor

    def workers(self) -> Collection[Hashable]:
        """Return the actors that live, and know the job."""
        if self._starting:
            told, _ = ray.wait(list(self._starting), num_returns=len(self._starting), timeout=0)
            for one in told:
                self._check_told(one)
        return self._up

    def _check_told(self, reference: Any) -> None:  # noqa: ANN401  # as above
        """Note that an actor knows the job, or has died before."""
        actor = self._starting.pop(reference)
        try:
            ray.get(reference)
            self._up.append(actor)
        except RayActorError:
            self._replace(actor)

    def _replace(self, actor: Any) -> None:  # noqa: ANN401  # as above
        """Start another actor in place of one that has died."""
        if actor in self._actors:  # its other bundle may have told of its end
            self._actors.remove(actor)
            self._actors.append(self._make.remote())
            self._tell(self._actors[-1])
            self._up = [one for one in self._up if one != actor]

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
            self._replace(worker)
            raise WorkerLost from None

    def give_up(self) -> None:
        """Tell all workers to give up."""
        for actor in self._up:
            actor.drop.remote(self._key)

    def dismiss(self) -> None:
        """Have workers give up what is still in hand, and drop what they have loaded."""
        with suppress(RayError):
            dropped = [actor.drop.remote(self._key) for actor in self._up]
            if dropped:
                ray.wait(dropped, num_returns=len(dropped), timeout=END_SECONDS)


def answer_of(reference: Any) -> tuple[str, object]:  # noqa: ANN401  # as above
    """Return the name of a worker's machine, and its answer, or the error in its place."""
    try:
        return cast("tuple[str, object]", ray.get(reference))
    except RayError as error:  # of an actor that cannot start: the last line says why
        return "of Ray", ImportError(str(error).strip().splitlines()[-1])


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
        with current().starting(), own_handler():
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
def own_handler() -> Iterator[None]:
    """Keep the handler of SIGTERM: in the main thread, Ray puts its own in its place."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)
