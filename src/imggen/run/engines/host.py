"""The work of a cluster's worker process: loads the art once, shares it on its host, drops it.

A host is told by its folder in memory: the first worker there loads the library and writes it, and
all map it. The folder is gone when the last worker has dropped it, or with the next run's sweep.
"""

from __future__ import annotations

import gc
import pickle
import platform
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imggen.encode.shared_arrays import locked
from imggen.errors import ImggenError, InputError, RunError
from imggen.run.chunks.worker import Job, close_worker_state
from imggen.run.engines.handover import Flag, GivenUp, full_folder_explained
from imggen.run.engines.shared import default_memory, hold_folder, memory_folder
from imggen.run.journal.identity import read_manifest
from imggen.run.versions import versions
from imggen.store.layout import JOURNAL
from imggen.swept import sweep, swept_folder

if TYPE_CHECKING:
    from imggen.assets import Library

LIBRARY = "library"
IDLE_SECONDS = 20.0  # after which the library is dropped: the parent may have been killed
SEEN_SECONDS = 10.0  # until a shared folder shows what another host has just written


@dataclass(frozen=True)
class Assignment:
    """The needs of a worker besides its chunks; a few kilobytes.

    Attributes
    ----------
    key : tells this run from others
    job : without its library
    config : with absolute folders, which the worker sees, too; pickled, as most need none
    art : digests of the art as the parent has loaded it
    versions : of the packages that the run's bytes depend on
    manifest : the run in the folder of the dataset; None if there is none
    """

    key: str
    job: Job
    config: bytes
    art: dict[str, Any]
    versions: dict[str, str]
    manifest: dict[str, Any] | None


class Host:
    """The jobs that this process works for, at most one of them open."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # one chunk at a time: the tools of a process are its own
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

    def assign(self, assignment: Assignment) -> tuple[str, object]:
        """Note a job; return the name of this machine and its version of imggen.

        Nothing is loaded before the first chunk.
        """
        self._assigned[assignment.key] = assignment
        return self.answer(own_version)

    def work(self, key: str, render: Callable[[Any, Any], object], task: bytes) -> bytes:
        """Return `render(job, task)` and None, or None and its error, pickled."""
        with self._lock:
            self._idle.cancel()
            try:
                reply = pickled((render(self._open(key), pickle.loads(task)), None))  # noqa: S301
            except Exception as error:  # noqa: BLE001  # the parent raises it
                # Pickled at once: an error holds the frames that it came through, and those hold
                # the library. It ends with this block, so that the library can be let go of.
                reply = pickled((None, plain(error)))
            self._close_when_idle()
            return reply

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
            if threading.current_thread() is self._idle:  # no chunk has come since
                self._close()

    def _close(self) -> None:
        """Let go of the job that is open; the lock is held."""
        if self._opened is not None:
            close_worker_state()
            self._opened[2].close()
            self._opened = None
            gc.collect()  # what refers to itself, and to the library, may stay for long else


HOST = Host()  # one per process, as the memory of a process is


def open_job(assignment: Assignment, stack: ExitStack) -> Job:
    """Return the job with the library of this host, until `stack` is closed.

    Raises
    ------
    RunError
        If this host sees another dataset, other art or other versions than the parent.
    """
    check_versions(assignment)
    out = find_out(assignment, stack)
    parent = memory_folder()
    sweep(parent)
    folder = stack.enter_context(hold_folder(parent, assignment.key))
    library = shared_library(assignment, folder)
    memory_bytes = min(assignment.job.memory_bytes, default_memory(folder))
    job = replace(assignment.job, library=library, out=out)
    return replace(job, shared=folder, memory_bytes=memory_bytes)


def find_out(assignment: Assignment, stack: ExitStack) -> Path:
    """Return the folder to write to: the dataset's or, where that is in a store, one of its own."""
    if assignment.job.url is None:
        check_out(assignment)
        return assignment.job.out
    from imggen.run.stored.sender import check_run  # noqa: PLC0415  # most runs do without

    check_run(assignment.job.url, assignment.manifest)
    out = stack.enter_context(swept_folder(Path(tempfile.gettempdir()))) / "out"
    out.mkdir()
    return out


def shared_library(assignment: Assignment, folder: Path) -> Library:
    """Map the library of this host, loaded by the first worker that needs it."""
    from imggen.run.engines.parallel import load  # noqa: PLC0415  # joblib is slow to load

    path = folder / LIBRARY
    with locked(folder / f"{LIBRARY}.lock"):
        if not path.exists():
            put_library(load_library(assignment), path)
    mapped: Library = load(path, mmap_mode="r")
    return mapped


def put_library(library: Library, path: Path) -> None:
    """Write `library` for processes of this host to map."""
    from imggen.run.engines.parallel import dump  # noqa: PLC0415  # as above

    with full_folder_explained(path.parent):
        dump(library, path.with_suffix(".part"))
    path.with_suffix(".part").rename(path)


@contextmanager
def offered_library(library: Library, key: str) -> Iterator[None]:
    """Spare the workers of this host, where the parent has loaded the art, to do so again."""
    with hold_folder(memory_folder(), key) as folder:
        put_library(library, folder / LIBRARY)
        yield


def load_library(assignment: Assignment) -> Library:
    """Load the art, which must be what the parent has loaded."""
    # The first worker of a host alone needs what loads art.
    from imggen.assets import load_assets  # noqa: PLC0415
    from imggen.store.origin import difference_between  # noqa: PLC0415

    try:
        library = load_assets(pickle.loads(assignment.config))  # noqa: S301  # from our own parent
    except InputError as error:
        message = (
            f"The worker on {platform.node()} cannot load the art: {str(error).rstrip('.')}. "
            "All workers must see the folders of CONFIG as this machine does."
        )
        raise RunError(message) from error
    found = {"art": dict(library.files), "art_digest": library.digest}
    difference = difference_between(assignment.art, found)
    if difference is not None:
        message = (
            f"The worker on {platform.node()} sees other art: {difference}. All workers must see "
            "the folders of CONFIG as this machine does."
        )
        raise RunError(message)
    return library


def check_versions(assignment: Assignment) -> None:
    """Refuse a worker whose packages would write other bytes."""
    here = versions()
    for name, wanted in assignment.versions.items():
        if here.get(name) != wanted:
            raise RunError(say_other_version(platform.node(), name, here.get(name), wanted))


def say_other_version(where: str, name: str, found: object, wanted: str) -> str:
    """Return the sentence on a worker with another version of a package."""
    return (
        f"The worker on {where} has {name} {found}, and this machine {wanted}; all must have the "
        "same, as the bytes of images depend on it."
    )


def check_out(assignment: Assignment) -> None:
    """Refuse a worker that does not see the dataset's folder: it would write elsewhere."""
    out, end = assignment.job.out, time.monotonic() + SEEN_SECONDS
    while read_manifest(out / JOURNAL) != assignment.manifest:
        if time.monotonic() > end:
            message = (
                f"The worker on {platform.node()} does not see this run in {out}, and would write "
                "elsewhere. Give an --out that all machines share."
            )
            raise RunError(message)
        time.sleep(0.1)


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
