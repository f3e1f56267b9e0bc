"""The assignment that engines of clusters give their workers, and the checks of those."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from importlib.metadata import version
from typing import Any, Protocol, cast

from imggen.assets import Library
from imggen.config import Config
from imggen.errors import InputError
from imggen.run.chunks.worker import Job
from imggen.run.engines.choice import Choice
from imggen.run.engines.host import Assignment, own_version, say_other_version
from imggen.run.engines.loop import Crew
from imggen.run.journal.identity import read_manifest
from imggen.run.journal.manifest import versions
from imggen.store.layout import JOURNAL

Render = Callable[[Any, Any], object]
Opened = tuple[int, Callable[[Render, object], AbstractContextManager[Crew[Any, Any]]]]


class Cluster(Protocol):
    """Connected workers of one engine.

    Attributes
    ----------
    size : number of worker processes
    """

    size: int

    def ask(self, question: Callable[[], object]) -> Mapping[str, object]:
        """Return what `question` returns, or the error in its place, on each worker."""

    def crew(
        self, assignment: Assignment, render: Render
    ) -> AbstractContextManager[Crew[Any, Any]]:
        """Return the workers, ready for one job; they drop what they loaded after the block."""


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
    with engine.open_cluster(choice, workers) as cluster:
        check_workers(cluster.ask(partial(version, "imggen")))
        if url is not None:
            from imggen.run.stored.sender import check_reach  # noqa: PLC0415  # most do without

            check_reaches(cluster.ask(partial(check_reach, url)))
        yield cluster.size, partial(start_crew, cast("Cluster", cluster), config)


def check_workers(found: Mapping[str, object]) -> None:
    """Refuse workers that lack imggen, or have another version of it."""
    wanted = own_version()
    for where, known in found.items():
        if isinstance(known, Exception):
            message = (
                f"The worker {where} has no imggen ({known!r}); install version {wanted} there, "
                "with the same packages as here."
            )
            raise InputError(message)
        if known != wanted:
            raise InputError(say_other_version(where, "imggen", known, wanted))


def check_reaches(found: Mapping[str, object]) -> None:
    """Refuse workers that cannot use the store which they are to write to."""
    for where, obstacle in found.items():
        if isinstance(obstacle, Exception):
            raise InputError(f"The worker {where} cannot write there: {obstacle}")


def start_crew(
    cluster: Cluster, config: Config | None, render: Render, job: object
) -> AbstractContextManager[Crew[Any, Any]]:
    """Return the crew of `job`, which its workers know without the art: they load that."""
    if config is None or not isinstance(job, Job):
        raise TypeError("a cluster renders the images of a configuration, and nothing else")
    return cluster.crew(make_assignment(config, job), render)


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
        config=config.model_copy(update={"layer": layers}),
        art={"art": dict(job.library.files), "art_digest": job.library.digest},
        versions=versions(),
        manifest=read_manifest(out / JOURNAL),
    )
