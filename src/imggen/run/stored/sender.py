"""The work of a cluster's worker on a dataset in a store: it uploads what it makes itself.

It renders a chunk into a folder of its own, uploads the files, removes them, and only then replies.
So no disk is shared, and the record, which the parent uploads, comes after what it lists. While it
uploads, it renders what it is to do next.
"""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from imggen.containers.numbering import UNNUMBERED
from imggen.containers.pixels import GROWING
from imggen.errors import InputError, OutputError, RunError
from imggen.run.chunks.complete import RenderTask, render_task
from imggen.run.journal.identity import MANIFEST, manifest_content
from imggen.run.stored.names import is_of_one_machine
from imggen.run.stored.rows import put_rows
from imggen.store.layout import JOURNAL
from imggen.store.url_store import UrlStore
from imggen.urls import check_url

if TYPE_CHECKING:
    from imggen.containers.base import EarlyName
    from imggen.containers.record import ChunkRecord
    from imggen.run.chunks.worker import Job

UPLOADS = 8  # of files of a chunk, in flight at the same time
SENDS = 2  # of chunks, likewise


class SendTask(NamedTuple):
    """A chunk to render and send, and the last name of its shard if that is known and alone."""

    task: RenderTask
    shard: str | None

    def __str__(self) -> str:
        """Return what a sentence calls it."""
        return str(self.task)


def sending(tasks: Iterable[RenderTask], early_name: EarlyName) -> Iterator[SendTask]:
    """Yield `tasks` with the last names of shards, as far as these are known."""
    for task in tasks:
        yield SendTask(task, early_name((task.chunk.start, task.chunk.stop)))


def render_and_send(job: Job, task: SendTask) -> Future[ChunkRecord]:
    """Render a chunk to the folder `job.out` of this process, and begin to upload the files.

    The record, when all are in the store, is the result that is returned. Both this and that may
    raise the following errors.

    Raises
    ------
    RunError
        Naming this host, if that failed.
    GivenUp
        If the run is to end.
    """
    try:
        with naming_host():
            make_array(job)
            record = render_task(job, task.task)
            made = take_made(job, task)
    finally:
        clear(job.out)
    return senders().submit(send, made, record)


class ChunkFiles(NamedTuple):
    """Files of a chunk, in a folder of their own, on their way to the store at `url`.

    Attributes
    ----------
    images : indices of those whose rows are in an array; none if there is no array
    row_bytes : of each of these
    """

    url: str
    folder: Path
    shard: str | None
    images: list[int]
    row_bytes: int


def take_made(job: Job, task: SendTask) -> ChunkFiles:
    """Move what a chunk has in the folder `job.out` to a folder beside it."""
    chunk = task.task.chunk
    folder = job.out.with_name(f"{chunk.start}-{chunk.stop}")
    folder.mkdir()
    for path in job.out.iterdir():
        path.rename(folder / path.name)
    images = chunk.images.tolist() if job.container.pixels else []
    return ChunkFiles(str(job.url), folder, task.shard, images, job.library.backgrounds[0].nbytes)


def send(made: ChunkFiles, record: ChunkRecord) -> ChunkRecord:
    """Upload the files of a chunk, remove them, and return its record."""
    store, folder = store_at(made.url), made.folder
    found = (path for path in folder.rglob("*") if path.is_file())
    paths = [path for path in found if not is_of_one_machine(str(path.relative_to(folder)))]
    names = dict(zip(names_in_store(folder, paths, made.shard), paths, strict=True))
    try:
        with naming_host(), ThreadPoolExecutor(UPLOADS) as pool:
            for _ in pool.map(store.put, names, names.values()):  # the first failure ends all
                pass
            if made.images:
                bounds = record.start, record.stop
                put_rows(store, bounds, folder / GROWING, made.images, made.row_bytes)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return record


@lru_cache(maxsize=1)
def senders() -> ThreadPoolExecutor:
    """Return the threads of this process that send chunks."""
    return ThreadPoolExecutor(SENDS, "send")


def names_in_store(out: Path, paths: list[Path], shard: str | None) -> list[str]:
    """Return the names of files in `out`; that of a single shard is `shard`, if that is known."""
    names = [str(path.relative_to(out)) for path in paths]
    if shard is None or sum(name.startswith(UNNUMBERED) for name in names) != 1:
        return names
    return [shard if name.startswith(UNNUMBERED) else name for name in names]


def make_array(job: Job) -> None:
    """Make the file that takes the rows of a chunk: it has only these, and takes no other room."""
    if job.container.pixels:
        (job.out / GROWING).parent.mkdir(exist_ok=True)
        (job.out / GROWING).touch()


def clear(folder: Path) -> None:
    """Remove all that is in `folder`."""
    for path in folder.iterdir():
        shutil.rmtree(path)


@contextmanager
def naming_host() -> Iterator[None]:
    """Have errors of the run name this host: its disk and its credentials may be the cause."""
    try:
        yield
    except RunError as error:
        raise RunError(f"The worker on {platform.node()} failed: {error}") from error


@lru_cache(maxsize=1)
def store_at(url: str) -> UrlStore:
    """Return the folder at `url`; a process opens it once."""
    return UrlStore(url)


def check_reach(url: str) -> None:
    """Refuse a store that this process cannot use.

    Raises
    ------
    InputError
        Saying why not.
    """
    check_url("--out", url, OutputError)
    UrlStore(url).check()


def check_run(url: str, manifest: dict[str, Any] | None) -> None:
    """Refuse a store where this process does not see the run with `manifest`.

    Raises
    ------
    RunError
        Naming this host.
    """
    try:
        check_reach(url)
    except InputError as error:
        raise RunError(f"The worker on {platform.node()} cannot write there: {error}") from error
    if store_at(url).get(f"{JOURNAL}/{MANIFEST}") != manifest_content(manifest or {}):
        message = (
            f"The worker on {platform.node()} does not see this run in {url}, and would write "
            "elsewhere. Give all machines the same endpoint."
        )
        raise RunError(message)
