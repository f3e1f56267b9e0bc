"""Runs tasks here or in a pool of workers, until they are done or a stop is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from imggen.errors import ExplainedError
from imggen.run.engines.bundles import render_bundle
from imggen.run.engines.choice import LOKY, Choice
from imggen.run.engines.handover import Flag, GivenUp
from imggen.run.engines.loky import open_loky
from imggen.run.engines.loop import Crew, Loop
from imggen.run.engines.shared import shared_folder
from imggen.run.limits import say_limit
from imggen.signals import Stopped, current

if TYPE_CHECKING:
    from imggen.config import Config

Task = TypeVar("Task")
Result = TypeVar("Result")
Render = Callable[[Any, Task], Result]
CrewOf = Callable[[Any, Any], AbstractContextManager[Crew[Any, Any]]]

# Of work in a bundle: enough that passing it on costs little, and little to lose or to wait for.
BUNDLE_SECONDS = {"loky": 0.03, "dask": 1.0, "ray": 1.0}


class Engine:
    """A runner of tasks, in this process or in workers.

    Attributes
    ----------
    shared : a folder that all processes of the run on this machine map memory from
    workers : number of processes
    """

    def __init__(
        self, shared: Path, crew_of: CrewOf | None, workers: int, bundle_seconds: float = 0.0
    ) -> None:
        self.shared = shared
        self.workers = workers
        self._bundle_seconds = bundle_seconds
        self._flag = Flag(shared)
        self._crew_of = crew_of

    def run(
        self,
        render: Render[Task, Result],
        job: object,
        tasks: Iterable[Task],
        expected: float = inf,
    ) -> Iterator[Result]:
        """Yield the results of `render(job, task)`, as they come; of about `expected` tasks.

        After a stop signal no task is begun, and `render` gives up those that are: it raises
        `GivenUp`. Their results are never seen, those of finished ones are.

        Raises
        ------
        Stopped
            Then, when nothing runs any more.
        RunError
            If worker processes die, or memory runs out.
        """
        with current().draining(self._flag.set), deaths_explained():
            if self._crew_of is None:
                yield from self._run_here(render, job, tasks)
            else:
                there = partial(render_bundle, render, self._bundle_seconds)
                with self._crew_of(there, job) as crew:
                    yield from Loop(crew, tasks, self._bundle_seconds, self._flag, expected).run()
        if self._flag.is_set():
            raise Stopped

    def _run_here(
        self, render: Render[Task, Result], job: object, tasks: Iterable[Task]
    ) -> Iterator[Result]:
        """Run `tasks` in this process."""
        with suppress(GivenUp):
            for task in tasks:
                self._flag.check()
                yield render(job, task)


@contextmanager
def start_engine(
    workers: int, choice: Choice = LOKY, config: Config | None = None, url: str | None = None
) -> Iterator[Engine]:
    """Start `workers` processes. When the block is left, they and what they shared are gone.

    Those of a cluster, if `choice` is one, load the art of `config` themselves, and can write to
    the store at `url`, if there is one.
    """
    with deaths_explained(), ExitStack() as stack:
        shared = stack.enter_context(shared_folder())
        crew_of: CrewOf | None = None
        if choice.name != "loky":
            from imggen.run.engines.cluster import open_cluster  # noqa: PLC0415  # most do without

            workers, crew_of = stack.enter_context(open_cluster(choice, workers, config, url))
        elif workers > 1:
            crew_of = stack.enter_context(open_loky(workers, shared))
        yield Engine(shared, crew_of, workers, BUNDLE_SECONDS[choice.name])


@contextmanager
def deaths_explained() -> Iterator[None]:
    """Say what to do where a worker process dies, or memory runs out."""
    try:
        yield
    except BrokenProcessPool as error:
        message = (
            f"A worker process was killed, perhaps because memory ran out{say_limit()}; "
            "what is finished is kept. Go on with --resume and fewer --workers."
        )
        raise ExplainedError(message) from error
    except MemoryError as error:
        message = (
            f"Memory ran out{say_limit()}; what is finished is kept. "
            "Go on with --resume, and fewer --workers, a lower --memory or smaller art."
        )
        raise ExplainedError(message) from error
