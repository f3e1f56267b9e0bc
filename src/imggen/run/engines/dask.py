"""Dask: the workers of a `distributed` cluster, or of one that is started on this machine.

Each chunk is submitted to one worker, so that it is known which chunks a dead worker had in hand.
Stops reach workers over the scheduler's own channel; and if this process dies, the scheduler
cancels its chunks, on which workers give up what they have begun.
"""

from __future__ import annotations

import logging
import pickle
import time
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, cast

from distributed import Client, Future, LocalCluster, WorkerPlugin
from distributed.scheduler import KilledWorker

from imggen.errors import InputError
from imggen.run.engines.choice import CONNECT_SECONDS, Choice, say_unreachable
from imggen.run.engines.cluster import Render
from imggen.run.engines.host import HOST, Assignment
from imggen.run.engines.loop import WorkerLost
from imggen.run.engines.pools import ONE_THREAD, QUIET, environment
from imggen.signals import current

REFRESH_SECONDS = 1.0  # between two looks at which workers live
RESULT_SECONDS = 5.0  # for a record of a few kilobytes


class Assigned(WorkerPlugin):  # type: ignore[misc]  # distributed has no types
    """A job in a worker process, from its start to its end."""

    def __init__(self, assignment: bytes, key: str) -> None:
        self._assignment = assignment
        self._key = key
        self.name = prefix_of(key)

    def setup(self, worker: object) -> None:  # noqa: ARG002  # Dask gives it
        """Note the job; nothing slow may be done here."""
        HOST.assign(pickle.loads(self._assignment))  # noqa: S301  # from our own parent

    def transition(self, key: Hashable, start: str, finish: str, **_: object) -> None:
        """Give up, and drop the library, when a chunk is released undone: the parent has gone."""
        undone = start in ("waiting", "ready", "executing")
        if undone and finish == "released" and str(key).startswith(self.name):
            self.teardown(None)

    def teardown(self, worker: object) -> None:  # noqa: ARG002  # as above
        """Drop the library, as soon as no chunk uses it."""
        drop_there(self._key)


def render_there(key: str, render: Render, task: bytes) -> bytes:
    """Render a chunk in a worker."""
    return HOST.work(key, render, task)


def drop_there(key: str) -> None:
    """Give up in a worker, which goes on to answer meanwhile."""
    Thread(target=HOST.drop, args=(key,), daemon=True).start()


def prefix_of(key: str) -> str:
    """Return what the names of a run's chunks begin with."""
    return f"imggen-{key}"


class DaskCrew:
    """The workers of a cluster, for one job."""

    def __init__(self, client: Client, key: str, render: Render, most: int | None) -> None:
        self._client, self._key, self._render, self._most = client, key, render, most
        self._names = (f"{prefix_of(key)}-{number}" for number in count())
        self._done: SimpleQueue[Future] = SimpleQueue()
        self._worker_of: dict[Future, str] = {}
        self._alive: list[str] = []
        self._seen = 0.0

    def workers(self) -> Collection[Hashable]:
        """Return the addresses of those that live."""
        if time.monotonic() > self._seen + REFRESH_SECONDS:
            self._alive = sorted(self._client.nthreads())[: self._most]
            self._seen = time.monotonic()
        return self._alive

    def submit(self, worker: Hashable, task: object) -> Hashable:
        """Submit a chunk to `worker` and no other."""
        future = self._client.submit(
            render_there,
            self._key,
            self._render,
            pickle.dumps(task, pickle.HIGHEST_PROTOCOL),
            key=next(self._names),
            workers=[worker],
            pure=False,
        )
        self._worker_of[future] = cast("str", worker)
        future.add_done_callback(self._done.put)
        return cast("Hashable", future)

    def wait(self, handles: Collection[Hashable], seconds: float) -> Iterable[Hashable]:
        """Wait until one is done, or as long; return it, and those whose worker is lost."""
        alive = self.workers()
        done = [future for future in handles if self._worker_of[future] not in alive]
        with suppress(Empty):
            while True:
                future = self._done.get(timeout=0 if done else seconds)
                if future in self._worker_of and future not in done:
                    done.append(future)
        return done

    def result(self, handle: Hashable) -> Any:  # noqa: ANN401  # what the job's function returns
        """Return the result of a chunk that is done."""
        future = cast("Future", handle)
        worker = self._worker_of.pop(future)
        try:
            result, error = pickle.loads(self._reply(future, worker))  # noqa: S301  # our own worker
        finally:
            future.cancel()  # where it is done, this forgets it
        if error is not None:
            raise error
        return result

    def _reply(self, future: Future, worker: str) -> bytes:
        """Return what a worker has replied, as long as that lives."""
        while True:
            lost = worker not in self.workers()
            if lost and not future.done():
                raise WorkerLost
            try:
                return cast("bytes", future.result(timeout=RESULT_SECONDS))
            except TimeoutError:
                if lost:
                    raise WorkerLost from None
            except KilledWorker:
                raise WorkerLost from None

    def give_up(self) -> None:
        """Tell all workers to give up."""
        self._client.run(drop_there, self._key, on_error="ignore")

    def close(self, plugin: str) -> None:
        """Have workers give up what is still in hand, and drop what they have loaded."""
        with suppress(Exception):  # the scheduler may be gone, and the error that ends this counts
            if self._worker_of:
                self.give_up()
                self._client.cancel(list(self._worker_of))
            self._client.unregister_worker_plugin(plugin)


class DaskCluster:
    """A connected cluster."""

    def __init__(self, client: Client, choice: Choice, workers: int) -> None:
        self._client, self._most = client, choice.most
        client.wait_for_workers(1 if choice.scheduler else workers, timeout=CONNECT_SECONDS * 6)
        self.size = len(sorted(client.nthreads())[: choice.most])

    def ask(self, question: Callable[[], object]) -> Mapping[str, object]:
        """Return what `question` returns, or the error in its place, on each worker."""
        return cast("dict[str, object]", self._client.run(question, on_error="return"))

    @contextmanager
    def crew(self, assignment: Assignment, render: Render) -> Iterator[DaskCrew]:
        """Yield the workers, ready for one job; they drop what they loaded after the block."""
        plugin = Assigned(pickle.dumps(assignment), assignment.key)
        self._client.register_plugin(plugin, name=plugin.name)
        crew = DaskCrew(self._client, assignment.key, render, self._most)
        try:
            yield crew
        finally:
            crew.close(plugin.name)


@contextmanager
def open_cluster(choice: Choice, workers: int) -> Iterator[DaskCluster]:
    """Connect to the scheduler of `choice`, or start `workers` here.

    Raises
    ------
    InputError
        If the scheduler does not answer, or has no workers.
    """
    with connected(choice, workers) as client:
        try:
            cluster = DaskCluster(client, choice, workers)
        except TimeoutError as error:
            where = choice.scheduler or "on this machine"
            message = f"The Dask cluster {where} has no workers; start some, then try again."
            raise InputError(message) from error
        yield cluster


@contextmanager
def connected(choice: Choice, workers: int) -> Iterator[Client]:
    """Yield a client; it and what was started for it are gone after the block."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is in sentences
    if choice.scheduler is not None:
        try:
            client = Client(choice.scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError) as error:
            raise InputError(say_unreachable(choice.scheduler, "it speaks no Dask")) from error
        with client:
            yield client
        return
    # Signals are blocked meanwhile: only this process decides when workers end.
    with current().starting(), environment(ONE_THREAD | QUIET):
        local = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            # Without one it would still serve, at a port known to all: taken, where two runs meet.
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            memory_limit=0,
            silence_logs=logging.CRITICAL,
        )
    with local, Client(local, set_as_default=False) as client:
        yield client
