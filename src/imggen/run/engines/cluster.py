"""The crew of a job on a cluster, and the checks of its workers, which all such engines share."""

from __future__ import annotations

import pickle
import platform
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, cast

from imggen.errors import InputError, RunError
from imggen.run.chunks.worker import Job
from imggen.run.engines.assignment import Assignment, offered_library, say_other_version
from imggen.run.engines.choice import Choice
from imggen.run.engines.host import own_version, pickled
from imggen.run.journal.identity import read_manifest
from imggen.run.versions import versions
from imggen.store.layout import JOURNAL

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.config import Config

Render = Callable[[Any, Any], object]
Work = tuple[str, Render, bytes]  # what `Host.work` is called with
Question = Callable[[], object]
Answers = Mapping[Hashable, tuple[str, object]]  # of workers: their names, and what they say
Opened = tuple[int, Callable[[Render, object], AbstractContextManager["Cluster"]]]

END_SECONDS = 5.0  # for workers to give up and drop what they have loaded


class Cluster(ABC):
    """Connected worker processes, which are the crew of one job after the other.

    Each engine has a class of its own, of which the loop sees a `Crew`. It admits each worker
    before that gets work, whenever it comes.

    Parameters
    ----------
    url : the store that workers are to write to; None if there is none

    Attributes
    ----------
    size : number of worker processes
    worker_of : the worker of each bundle that is handed out, by its handle
    """

    size: int

    def __init__(self, url: str | None) -> None:
        self.worker_of: dict[Any, Hashable] = {}
        self._url = url
        self._admitted: set[Hashable] = set()
        self._job: tuple[str, Render]

    def admit(self, workers: Collection[Hashable]) -> list[Hashable]:
        """Return `workers` without those that are lost; each is checked when it comes.

        Raises
        ------
        InputError
            If one has no imggen, or another version of it, or cannot use the store.
        """
        new = [one for one in workers if one not in self._admitted]
        if new:
            self._admitted.update(self._check(new))
        return [one for one in workers if one in self._admitted]

    def _check(self, workers: Collection[Hashable]) -> Collection[Hashable]:
        """Return those of `workers` that answer, if all of these can be used."""
        found = self.ask(partial(version, "imggen"), workers)
        check_versions(found)
        if found and self._url is not None:
            from imggen.run.stored.sender import check_reach  # noqa: PLC0415  # most do without

            found = self.ask(partial(check_reach, self._url), found.keys())
            check_reaches(found)
        return found.keys()

    @abstractmethod
    def ask(self, question: Question, workers: Collection[Hashable]) -> Answers:
        """Return what `question` returns in `workers`, or the error in its place.

        Those that are lost do not answer.
        """

    @abstractmethod
    def assign(self, assignment: Assignment) -> None:
        """Tell all workers of a job, also those that come later."""

    @abstractmethod
    def workers(self) -> Collection[Hashable]:
        """Return those that live, and know the job."""

    @abstractmethod
    def send(self, worker: Any, work: Work) -> Hashable:  # noqa: ANN401  # each has its own type
        """Have `worker` call `Host.work` with `work`; return a handle of its reply."""

    @abstractmethod
    def wait(self, handles: Collection[Hashable], seconds: float) -> Iterable[Hashable]:
        """Wait until one is done, or as long; return it, and those whose worker is lost."""

    @abstractmethod
    def reply(self, handle: Any, worker: Any) -> bytes:  # noqa: ANN401  # likewise
        """Return the reply to what is done.

        Raises
        ------
        WorkerLost
            If the worker has died with it.
        """

    @abstractmethod
    def drop(self, key: str, seconds: float) -> None:
        """Have workers give up a job and drop what they have loaded; wait for it so long."""

    def give_up(self) -> None:
        """Tell all workers to give up."""
        self.drop(self._job[0], 0)

    @contextmanager
    def crew(self, assignment: Assignment, library: Library, render: Render) -> Iterator[Cluster]:
        """Yield the workers, ready for one job; they drop what they loaded after the block."""
        near = platform.node() in self.hosts()
        with offered_library(library, assignment.key) if near else nullcontext():
            self._job = assignment.key, render
            self.assign(assignment)
            try:
                yield self
            finally:
                self.worker_of.clear()
                with suppress(Exception):  # the cluster may be gone; what ended the block counts
                    self.drop(assignment.key, END_SECONDS)

    def hosts(self) -> Collection[object]:
        """Return the names of the machines that workers are on."""
        asked = self.workers() or self._admitted  # of the latter, some may have died
        return [host for _, host in self.ask(platform.node, asked).values()]

    def submit(self, worker: Hashable, bundle: object) -> Hashable:
        """Hand a bundle to `worker` and no other: so it is known what a dead one had in hand."""
        handle = self.send(worker, (*self._job, pickled(bundle)))
        self.worker_of[handle] = worker
        return handle

    def result(self, handle: Hashable) -> Any:  # noqa: ANN401  # what the job's function returns
        """Return the result of a bundle that is done."""
        reply = self.reply(handle, self.worker_of.pop(handle))
        result, error = pickle.loads(reply)  # noqa: S301  # our own worker
        if error is not None:
            raise error
        return result


@contextmanager
def open_cluster(
    choice: Choice, workers: int, config: Config | None, url: str | None = None
) -> Iterator[Opened]:
    """Connect to a cluster, or start one of `workers` here; yield the number of its workers.

    Besides, the function that returns the crew of a job. Workers can write to the store at `url`.

    Raises
    ------
    InputError
        If it cannot be used.
    """
    engine = import_module(f"imggen.run.engines.{choice.name}")
    with engine.connected(choice, workers, url) as cluster:
        if not cluster.size:
            message = (
                f"--scheduler is {choice.scheduler}, of a cluster without workers; start some."
            )
            raise InputError(message)
        yield cluster.size, partial(start_crew, choice, cluster, config)


def check_versions(found: Answers) -> None:
    """Refuse workers that lack imggen, or have another version of it."""
    wanted = own_version()
    for where, known in found.values():
        if isinstance(known, Exception):
            message = (
                f"The worker {where} has no imggen ({known!r}); install version {wanted} there, "
                "with the same packages as here."
            )
            raise InputError(message)
        if known != wanted:
            raise InputError(say_other_version(where, "imggen", known, wanted))


def check_reaches(found: Answers) -> None:
    """Refuse workers that cannot use the store which they are to write to."""
    for where, obstacle in found.values():
        if isinstance(obstacle, Exception):
            raise InputError(f"The worker {where} cannot write there: {obstacle}")


@contextmanager
def start_crew(
    choice: Choice, cluster: Cluster, config: Config | None, render: Render, job: object
) -> Iterator[Cluster]:
    """Yield the crew of `job`, which its workers know without the art: they load that.

    Raises
    ------
    RunError
        If the scheduler dies meanwhile, or a worker comes late that cannot be used.
    """
    if config is None or not isinstance(job, Job):
        raise TypeError("a cluster renders the images of a configuration, and nothing else")
    try:
        with cluster.crew(make_assignment(config, job), job.library, render) as crew:
            yield crew
    except InputError as error:
        raise RunError(str(error)) from error
    except (CancelledError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # of a file: Dask's own, of connections, have no number
        where = choice.scheduler or "of this machine"
        raise RunError(f"the scheduler, {where}, does not answer any more.") from error


def make_assignment(config: Config, job: Job) -> Assignment:
    """Return what workers on other hosts need besides their chunks."""
    layers = tuple(
        layer.model_copy(update={"folder": config.folder_from(None, str(layer.folder))})
        for layer in config.layer
    )
    out = job.out.absolute()
    return Assignment(
        key=job.key,
        job=replace(job, library=cast("Library", None), out=out),
        config=pickled(config.model_copy(update={"layer": layers})),
        art={"art": dict(job.library.files), "art_digest": job.library.digest},
        versions=versions(),
        manifest=read_manifest(out / JOURNAL),
    )
