"""Dask: the workers of a `distributed` cluster, or of one that is started on this machine.

Stops reach workers over the scheduler's own channel; and if this process dies, the scheduler
cancels its bundles, on which workers give up what they have begun.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Hashable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from queue import Empty, SimpleQueue
from secrets import token_hex
from threading import Thread
from typing import cast

from dask import config
from distributed import Client, Future, LocalCluster, WorkerPlugin, secede
from distributed.scheduler import KilledWorker

from imggen.errors import InputError
from imggen.run.engines.assignment import Assignment
from imggen.run.engines.choice import CONNECT_SECONDS, Choice, say_unreachable
from imggen.run.engines.cluster import Answers, Cluster, Question, Work
from imggen.run.engines.host import HOST
from imggen.run.engines.loop import WorkerLost
from imggen.run.engines.pools import QUIET, WORKER, environment
from imggen.signals import current

REFRESH_SECONDS = 1.0  # between two looks at which workers live
RESULT_SECONDS = 5.0  # for a record of a few kilobytes
# Else the processes of a cluster watch themselves so often that it shows in the CPU time of a run.
CALM = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
}


class Assigned(WorkerPlugin):  # type: ignore[misc]  # distributed has no types
    """A job in a worker process, from its start to its end."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self.name = assignment.key  # which the names of its bundles have, too

    def setup(self, worker: object) -> None:  # noqa: ARG002  # Dask gives it
        """Note the job; nothing slow may be done here."""
        HOST.assign(self._assignment, make_way=secede)

    def transition(self, key: Hashable, start: str, finish: str, **_: object) -> None:
        """Give up, and drop the library, when a bundle is released undone: the parent has gone."""
        undone = start in ("waiting", "ready", "executing", "long-running")
        if undone and finish == "released" and self.name in str(key):
            self.teardown()

    def teardown(self, worker: object = None) -> None:  # noqa: ARG002  # as above
        """Drop the library as soon as no bundle uses it; the worker goes on to answer meanwhile."""
        Thread(target=HOST.drop, args=(self._assignment.key,), daemon=True).start()


class DaskCluster(Cluster):
    """A connected cluster."""

    def __init__(self, client: Client, choice: Choice, workers: int, url: str | None) -> None:
        super().__init__(url)
        self._client, self._most = client, choice.most
        self._done, self._seen = SimpleQueue[Future](), -REFRESH_SECONDS
        with suppress(TimeoutError):
            client.wait_for_workers(1 if choice.scheduler else workers, CONNECT_SECONDS * 6)
        self.size = len(self.workers())

    def ask(self, question: Question, workers: Collection[Hashable]) -> Answers:
        """Return what `question` returns in `workers`, or the error in its place."""
        found = self._client.run(question, workers=list(workers), on_error="return")
        return {one: (one, said) for one, said in found.items() if not isinstance(said, OSError)}

    def assign(self, assignment: Assignment) -> None:
        """Tell all workers of a job, also those that come later."""
        self._client.register_plugin(Assigned(assignment))

    def workers(self) -> Collection[Hashable]:
        """Return the addresses of those that live, and can be used."""
        if time.monotonic() > self._seen + REFRESH_SECONDS:
            self._alive = self.admit(sorted(self._client.nthreads())[: self._most])
            self._seen = time.monotonic()
        return self._alive

    def send(self, worker: str, work: Work) -> Hashable:
        """Submit a bundle to `worker` and no other."""
        name = f"imggen-{work[0]}-{token_hex(8)}"
        future = self._client.submit(HOST.work, *work, key=name, workers=[worker], pure=False)
        future.add_done_callback(self._done.put)
        return cast("Hashable", future)

    def wait(self, handles: Collection[Hashable], seconds: float) -> Iterable[Hashable]:
        """Wait until one is done, or as long; return it, and those whose worker is lost."""
        done = {one for one in handles if self.worker_of[one] not in self.workers()}
        with suppress(Empty):
            while True:
                future = self._done.get(timeout=0 if done else seconds)
                done |= {future} & self.worker_of.keys()  # not one of a job before
        return done

    def reply(self, handle: Future, worker: Hashable) -> bytes:
        """Return what a worker has replied, as long as that lives."""
        with suppress(KilledWorker):
            while worker in self.workers():
                with suppress(TimeoutError):
                    return cast("bytes", handle.result(timeout=RESULT_SECONDS))
        handle.cancel()  # else the scheduler would wait for the worker to come back
        raise WorkerLost

    def drop(self, key: str, seconds: float) -> None:  # noqa: ARG002  # they do so by themselves
        """Have workers give up a job and drop what they have loaded."""
        self._client.unregister_worker_plugin(key)


@contextmanager
def connected(choice: Choice, workers: int, url: str | None) -> Iterator[DaskCluster]:
    """Connect to the scheduler of `choice`, or start `workers` here.

    Raises
    ------
    InputError
        If the scheduler does not answer, or workers cannot be used.
    """
    for name in ("distributed", "distributed.client"):  # what matters is in sentences
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with ExitStack() as stack:
        where = choice.scheduler or stack.enter_context(start_cluster(workers))
        try:
            client = Client(where, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError) as error:
            raise InputError(say_unreachable(str(where), "it speaks no Dask")) from error
        yield DaskCluster(stack.enter_context(client), choice, workers, url)


def start_cluster(workers: int) -> LocalCluster:
    """Start a cluster on this machine; only this process decides when its workers end."""
    with current().starting(), environment(WORKER | QUIET), config.set(CALM):
        return LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            # Without one it would still serve, at a port known to all: taken, where two runs meet.
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            memory_limit=0,
            silence_logs=logging.CRITICAL,
        )
