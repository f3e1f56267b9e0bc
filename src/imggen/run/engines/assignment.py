"""A job as workers of a cluster are told of it, and what a host opens for it: folder and library.

A host is told by its folder in memory: the first worker there loads the library and writes it, and
all map it. The folder is gone when the last worker has dropped it, or with the next run's sweep.
"""

from __future__ import annotations

import pickle
import platform
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imggen.encode.shared_arrays import locked
from imggen.errors import InputError, RunError
from imggen.run.engines.handover import full_folder_explained
from imggen.run.engines.shared import default_memory, hold_folder, memory_folder
from imggen.run.journal.identity import read_manifest
from imggen.run.versions import versions
from imggen.store.layout import JOURNAL
from imggen.swept import sweep, swept_folder

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.run.chunks.worker import Job

LIBRARY = "library"
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
