"""Runs into, and looks at, folders at URLs, by way of a temporary folder on this machine."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.errors import ImggenError
from imggen.run.partitions import status
from imggen.run.partitions.partitions import LOCK
from imggen.run.partitions.status import Status
from imggen.run.stored.lease import Lease, is_alive
from imggen.run.stored.mirror import Mirror
from imggen.run.stored.names import LEASE
from imggen.store.layout import JOURNAL, SUMMARY
from imggen.store.url_errors import FULL
from imggen.store.url_store import UrlStore
from imggen.swept import swept_folder
from imggen.urls import url_of

if TYPE_CHECKING:
    from imggen.run.options import Options


@contextmanager
def mirrored(options: Options, url: str, *, writing: bool) -> Iterator[Options]:
    """Yield the options of a run to `url`, whose `out` is a local folder.

    No other run can write there meanwhile, if this one is `writing`. Sentences of errors name the
    URL in place of the local folder.

    Raises
    ------
    OutputError
        If the folder at the URL cannot be used, or another run writes to it.
    """
    store = UrlStore(url)
    entries = store.check()
    share = None if options.partition is None else options.partition.share
    lease = Lease(store, share)
    held = leased(lease, is_new=JOURNAL not in entries) if writing else nullcontext()
    with local_folder(url) as folder, held, opened(store, folder, share, lease.check) as mirror:
        mirror.read_all = options.check
        mirror.pull()
        pull_summary(mirror, entries, folder)
        yield replace(options, out=folder, uploads=mirror)


def pull_summary(mirror: Mirror, entries: dict[str, int | None], folder: Path) -> None:
    """Copy `run.json`, and have the folder show that there is something, if no run is there."""
    size_bytes = entries.get(SUMMARY)
    if size_bytes is not None:
        mirror.pull_file(SUMMARY, size_bytes)
    if not any(folder.iterdir()):
        for name in entries.keys() - {JOURNAL}:
            (folder / name).mkdir()


@contextmanager
def opened(
    store: UrlStore,
    folder: Path,
    share: str | None = None,
    check_lease: Callable[[], None] = lambda: None,
) -> Iterator[Mirror]:
    """Yield the mirror of `store` in the local `folder`; its uploads are over after the block."""
    mirror = Mirror(store, folder, share, check_lease=check_lease)
    try:
        yield mirror
    except BaseException:
        mirror.close()
        with suppress(ImggenError):  # what is finished is kept, if that can be
            store.flush()
        raise
    mirror.close()
    store.flush()


@contextmanager
def leased(lease: Lease, *, is_new: bool) -> Iterator[None]:
    """Keep other runs from writing to a folder in a store, or other jobs from a partition."""
    lease.take(is_new=is_new)
    try:
        yield
    finally:
        lease.release()


@contextmanager
def local_folder(url: str) -> Iterator[Path]:
    """Yield a temporary folder; sentences of errors that leave the block name `url` instead."""
    with swept_folder(Path(tempfile.gettempdir())) as parent:
        folder = parent / "out"
        folder.mkdir()
        try:
            yield folder
        except ImggenError as error:
            message = naming_full_disk(str(error).replace(str(folder), url))
            if message == str(error):
                raise
            raise type(error)(message) from error


def naming_full_disk(message: str) -> str:
    """Return a sentence with the folder for temporary files, if it says that a disk is full."""
    for full in map(os.strerror, FULL):
        message = message.replace(full, f"{full} in {tempfile.gettempdir()} (TMPDIR)")
    return message


def find_status(out: Path) -> Status:
    """Return how far the run in the folder or at the URL `out` is.

    Raises
    ------
    OutputError
        If it holds none.
    """
    url = url_of(out)
    if url is None:
        return status.find_status(out)
    store = UrlStore(url)
    entries = store.check()
    with local_folder(url) as folder, opened(store, folder) as mirror:
        mirror.pull(records=False)
        pull_summary(mirror, entries, folder)
        found = status.find_status(folder, lambda path: has_lease(store, path.relative_to(folder)))
    return replace(found, out=out)


def has_lease(store: UrlStore, locked: Path) -> bool:
    """Return True if a run has the lease in place of the lock on `locked` in a local folder."""
    folder = str(locked.parent) if locked.name == LOCK else JOURNAL
    return is_alive(store.get_json(f"{folder}/{LEASE}"))
