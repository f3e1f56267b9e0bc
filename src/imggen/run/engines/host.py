"""The work of a cluster's worker process: opens one job after the other, renders, and drops it."""

from __future__ import annotations

import gc
import pickle
import platform
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from imggen.errors import ImggenError, RunError
from imggen.run.chunks.worker import close_worker_state
from imggen.run.engines.assignment import Assignment, open_job
from imggen.run.engines.bundles import BundleResult
from imggen.run.engines.handover import Flag, GivenUp

if TYPE_CHECKING:
    from imggen.run.chunks.worker import Job

IDLE_SECONDS = 20.0  # after which the library is dropped: the parent may have been killed


class Host:
    """The jobs that this process works for, at most one of them open."""

    def __init__(self) -> None:
        self._make_way: Callable[[], object] = bool
        self._lock = threading.Lock()  # one chunk at a time: the tools of a process are its own
        self._sending = 0  # bundles that are rendered, and on their way to a store
        self._sent = threading.Condition()  # that one more of these is there
        self._dropped: set[str] = set()
        self._assigned: dict[str, Assignment] = {}
        self._opened: tuple[str, Job, ExitStack] | None = None
        self._idle = threading.Timer(IDLE_SECONDS, self._close_idle)

    def __reduce__(self) -> str:
        """Pickle as the name of the worker's own: a bound method is that of where it is called."""
        return "HOST"

    def answer(self, question: Callable[[], object]) -> tuple[str, object]:
        """Return the name of this machine, and what `question` returns here, or its error."""
        try:
            return platform.node(), question()
        except Exception as error:  # noqa: BLE001  # the parent says what it means
            return platform.node(), error

    def assign(self, assignment: Assignment, make_way: Callable[[], object] = bool) -> None:
        """Note a job; nothing is loaded before the first chunk.

        `make_way` is called when a bundle waits for a store, so that the engine has the next one
        begun.
        """
        self._assigned[assignment.key], self._make_way = assignment, make_way

    def work(self, key: str, render: Callable[[Any, Any], object], task: bytes) -> bytes:
        """Return `render(job, task)` and None, or None and its error, pickled.

        What is on its way to a store then is waited for, while the next task is rendered.
        """
        with self._lock:
            self._idle.cancel()
            made = self._render(key, render, task)
            self._close_when_idle()
        return made if isinstance(made, bytes) else self._settle(made)

    def _render(
        self, key: str, render: Callable[[Any, Any], object], task: bytes
    ) -> bytes | BundleResult[Any, Any]:
        """Return the reply to a task, or a bundle that is still on its way to a store."""
        try:
            made = render(self._open(key), pickle.loads(task))  # noqa: S301
            if isinstance(made, BundleResult) and made.pending():
                self._count(1)
                return made
            return pickled((made, None))
        except Exception as error:  # noqa: BLE001  # the parent raises it
            # Pickled at once: an error holds the frames that it came through, and those hold
            # the library. It ends with this block, so that the library can be let go of.
            return pickled((None, plain(error)))

    def _settle(self, made: BundleResult[Any, Any]) -> bytes:
        """Return the reply to a bundle once all that it made is in the store."""
        try:
            self._make_way()
            settled = made.settled()
            return pickled((settled._replace(error=settled.error and plain(settled.error)), None))
        except Exception as error:  # noqa: BLE001  # as above
            return pickled((None, plain(error)))
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        """Count the bundles that are on their way."""
        with self._sent:
            self._sending += more
            self._sent.notify_all()

    def drop(self, key: str) -> None:
        """Let go of all that was loaded for a job, as soon as no chunk uses it.

        The chunk in hand ends between two scenes, and those that follow before they begin.
        """
        self._dropped.add(key)
        self._set_flag(key)
        with self._lock:
            self._assigned.pop(key, None)
            if self._opened is not None and self._opened[0] == key:
                self._close()

    def _set_flag(self, key: str) -> None:
        """Tell the chunk in hand, if it is one of `key`, to give up."""
        opened = self._opened
        if opened is not None and opened[0] == key:
            Flag(opened[1].shared).set()

    def _open(self, key: str) -> Job:
        """Return the job of `key`, opened when its first chunk comes."""
        if key in self._dropped:
            raise GivenUp
        if self._opened is None or self._opened[0] != key:
            self._close()
            stack = ExitStack()
            try:
                job = open_job(self._assigned[key], stack)
            except BaseException:
                stack.close()
                raise
            self._opened = key, job, stack
            if key in self._dropped:  # meanwhile
                self._set_flag(key)
        return self._opened[1]

    def _close_when_idle(self) -> None:
        """Close the job if no chunk of it comes for long; the next one opens it again."""
        self._idle = threading.Timer(IDLE_SECONDS, self._close_idle)
        self._idle.daemon = True
        self._idle.start()

    def _close_idle(self) -> None:
        with self._lock:
            if threading.current_thread() is not self._idle:  # a chunk has come since
                return
            if self._sending:
                self._close_when_idle()
            else:
                self._close()

    def _close(self) -> None:
        """Let go of the job that is open, when all it made is sent; the lock is held."""
        with self._sent:
            self._sent.wait_for(lambda: not self._sending)
        if self._opened is not None:
            close_worker_state()
            self._opened[2].close()
            self._opened = None
            gc.collect()  # what refers to itself, and to the library, may stay for long else


HOST = Host()  # one per process, as the memory of a process is


def pickled(value: object) -> bytes:
    """Return `value` as messages bear it."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def plain(error: Exception) -> Exception:
    """Return `error` as pickles bear it."""
    if isinstance(error, ImggenError):
        return RunError(str(error))
    if isinstance(error, MemoryError):
        return MemoryError(str(error))
    with suppress(Exception):
        pickle.loads(pickle.dumps(error))  # noqa: S301  # our own
        return error
    return RunError(f"A worker on {platform.node()} failed: {error!r}.")


def own_version() -> str:
    """Return the version of imggen that is installed here."""
    return version("imggen")
