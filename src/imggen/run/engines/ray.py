"""Ray: one actor for each worker process, in a running cluster or in one that is started here.

If an actor dies, another one takes its place. If this process dies, Ray ends its actors.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Hashable, Iterable, Iterator
from contextlib import contextmanager
from logging import CRITICAL
from typing import Any, cast

import ray
from ray.exceptions import RayActorError, RayError

from imggen.errors import InputError
from imggen.run.engines.assignment import Assignment
from imggen.run.engines.choice import CONNECT_SECONDS, Choice, say_unreachable
from imggen.run.engines.cluster import Answers, Cluster, Question, Work
from imggen.run.engines.host import Host
from imggen.run.engines.loop import BUNDLES_PER_WORKER, MOST_SECONDS, WorkerLost
from imggen.signals import current, keeping_handlers

# A thread for each bundle in hand, and one for what must not wait for them.
THREADS = BUNDLES_PER_WORKER + 1
LEAST_SECONDS = 0.5  # for an answer of one that is up
NO_RAY = "Ray cannot connect; if the cluster asks for a token, set RAY_AUTH_MODE and RAY_AUTH_TOKEN"


class RayCluster(Cluster):
    """A connected cluster, and its actors: a `Host` in a process of its own each."""

    def __init__(self, size: int, url: str | None) -> None:
        super().__init__(url)
        self.size = size
        self._make = ray.remote(num_cpus=1, max_concurrency=THREADS, max_restarts=0)(Host)
        self._actors = [self._make.remote() for _ in range(size)]
        self._starting: dict[Any, Any] = {}  # actors, by what tells that they know the job
        self._up: list[Any] = []
        self._soon = time.monotonic() + CONNECT_SECONDS  # those that are up then are asked at first
        self.admit(self._actors)

    def ask(self, question: Question, workers: Collection[Any]) -> Answers:
        """Return what `question` returns in those that are up soon, or the error in its place.

        Of one of them at least, also where a machine is so busy that none is up soon.
        """
        asked = {actor.answer.remote(question): actor for actor in workers}
        ray.wait(list(asked), num_returns=1, timeout=MOST_SECONDS)
        seconds = max(LEAST_SECONDS, self._soon - time.monotonic())
        up, _ = ray.wait(list(asked), num_returns=max(1, len(asked)), timeout=seconds)
        return {asked[one]: said for one in up if (said := answer_of(one)) is not None}

    def assign(self, assignment: Assignment) -> None:
        """Tell all actors of a job, also those that come later."""
        self._assignment = ray.put(assignment)
        for actor in self._actors:
            self._tell(actor)

    def _tell(self, actor: Any) -> None:  # noqa: ANN401  # Ray's actors and references have no types
        """Tell an actor of the job; it counts as a worker when it knows it."""
        self._starting[actor.assign.remote(self._assignment)] = actor

    def workers(self) -> Collection[Hashable]:
        """Return the actors that live, and know the job."""
        return self._up

    def send(self, worker: Any, work: Work) -> Hashable:  # noqa: ANN401  # as above
        """Hand a bundle to an actor."""
        return cast("Hashable", worker.work.remote(*work))

    def wait(self, handles: Collection[Hashable], seconds: float) -> Iterable[Hashable]:
        """Wait until one is done, or as long; return those that are, also by their actor's end."""
        ready, _ = ray.wait([*handles, *self._starting], num_returns=1, timeout=seconds)
        for told in self._starting.keys() & ready:
            self._join(told)
        return [one for one in ready if one in self.worker_of]

    def _join(self, told: Any) -> None:  # noqa: ANN401  # as above
        """Count an actor that knows the job as a worker, or start another if it has died before."""
        actor = self._starting.pop(told)
        if self.admit([actor]):  # it may have come after the others were asked
            self._up.append(actor)
        else:
            self._replace(actor)

    def reply(self, handle: Any, worker: Any) -> bytes:  # noqa: ANN401  # as above
        """Return what an actor has replied, or start another in its place."""
        try:
            return cast("bytes", ray.get(handle))
        except RayActorError:
            self._replace(worker)
            raise WorkerLost from None

    def _replace(self, actor: Any) -> None:  # noqa: ANN401  # as above
        """Start another actor in place of one that has died."""
        if actor in self._actors:  # its other bundle may have told of its end
            self._actors.remove(actor)
            self._actors.append(self._make.remote())
            self._tell(self._actors[-1])
            self._up = [one for one in self._up if one != actor]

    def drop(self, key: str, seconds: float) -> None:
        """Have workers give up a job and drop what they have loaded; wait for it so long."""
        dropped = [actor.drop.remote(key) for actor in self._up]
        ray.wait(dropped, num_returns=max(1, len(dropped)), timeout=seconds)


def answer_of(reference: Any) -> tuple[str, object] | None:  # noqa: ANN401  # as above
    """Return the name of an actor's machine, and what it says; None if it has died."""
    try:
        return cast("tuple[str, object]", ray.get(reference))
    except RayError as error:
        if isinstance(error, RayActorError) and not error.actor_init_failed:
            return None
        return "of Ray", ImportError(str(error).strip().splitlines()[-1])  # which says why


@contextmanager
def connected(choice: Choice, workers: int, url: str | None) -> Iterator[RayCluster]:
    """Connect to the cluster of `choice`, or start one of `workers` here.

    Raises
    ------
    InputError
        If nothing answers there, or workers cannot be used.
    """
    here = {"num_cpus": workers, "include_dashboard": False} if choice.scheduler is None else {}
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        with current().starting(), keeping_handlers():
            ray.init(
                choice.scheduler or "local", logging_level=CRITICAL, log_to_driver=False, **here
            )
    except (ConnectionError, RuntimeError, ValueError) as error:
        if choice.scheduler is None:
            raise
        raise InputError(say_unreachable(choice.scheduler, NO_RAY)) from error
    try:
        cpus = int(ray.cluster_resources().get("CPU", 0))
        yield RayCluster(min(choice.most or cpus, cpus) if choice.scheduler else workers, url)
    finally:
        ray.shutdown()
