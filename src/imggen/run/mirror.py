"""A run into a folder at a URL: workers write to a local folder, and what is whole is uploaded.

The local folder holds the journal, tables and labels of the run, which are small, and of images
and shards only those on their way: they are removed once they are in the store. The order is that
of a run on a disk: files, then the record that lists them, then tables, and `run.json` last.
"""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.containers.shards import UNNUMBERED, read_numbers
from imggen.errors import ImggenError, OutputError
from imggen.run.folder import Existing, say_obstacle
from imggen.run.lease import Lease
from imggen.run.status import Status, find_status
from imggen.store.files import PARTIAL
from imggen.store.layout import CONFIG, FRAGMENTS, JOURNAL, LAST_ERROR, PARTITIONS, SUMMARY
from imggen.store.url_store import UrlStore

if TYPE_CHECKING:
    from imggen.containers.record import ChunkRecord
    from imggen.run.contents import Contents, Listed
    from imggen.run.options import Options

UPLOADS = 16  # in flight at the same time
IN_FLIGHT_BYTES = 2**28  # of chunks that are uploaded while others are made, unless --memory says
OWN_FILES = ("lock", "setup.lock", "synced.json", "lease.json")  # of the journal, of one machine
LAST = (f"{JOURNAL}/{SUMMARY}", SUMMARY)  # they say that all else is there
PREFIX = "imggen-store-"


@dataclass
class Mirror:
    """The local folder `out` and the folder of `store` that it is uploaded to.

    Attributes
    ----------
    share : the name of the partition that is made; None for a whole run
    in_flight_bytes : the most bytes of finished chunks that wait to be uploaded, and one chunk more
    sizes : of all files in the store, bytes, by name
    """

    store: UrlStore
    out: Path
    share: str | None = None
    in_flight_bytes: int = IN_FLIGHT_BYTES
    sizes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(UPLOADS, "upload")
        self._known: dict[str, tuple[int, int]] = {}  # time and size of local files that it has
        self._lease = Lease(self.store, self.share)

    # --- the journal ------------------------------------------------------------------------------

    def pull(self) -> None:
        """Copy the journal from the store; list what else it has."""
        self.sizes = self.store.sizes()
        wanted = [name for name in self.sizes if is_of_journal(name) or name in (SUMMARY, CONFIG)]
        self._all(self._pull_file, wanted)

    def fetch(self, names: Iterable[str]) -> None:
        """Copy files of the store to the local folder."""
        self._all(self._pull_file, names)

    def check(self, existing: Existing) -> None:
        """Refuse what the store holds if `existing` does not allow it.

        Raises
        ------
        OutputError
            With the sentence of local folders.
        """
        journal = any(name.startswith(f"{JOURNAL}/") for name in self.sizes)
        obstacle = say_obstacle(
            self.store.url, existing, journal=journal, summary=SUMMARY in self.sizes
        )
        if self.sizes and obstacle is not None:
            raise OutputError(obstacle)

    def claim(self) -> None:
        """Keep other runs from writing to the folder until `close`."""
        self._lease.take()

    def push(self) -> None:
        """Bring the store up to date with the local folder: lost records go, files are written."""
        local = {name: stamp_of(self.out / name) for name in self._local_names()}
        for name in sorted(set(self._known) - set(local), key=lambda one: one not in LAST):
            self.store.remove(name)
            self._known.pop(name)
            self.sizes.pop(name, None)
        changed = [name for name, stamp in local.items() if self._known.get(name) != stamp]
        self._all(self._push_file, [name for name in changed if name not in LAST])
        for name in LAST:
            if name in changed:
                self._push_file(name)

    def clear(self, names: Iterable[str]) -> None:
        """Remove files and folders by their names, records and `run.json` first."""
        owned = set(names)
        found = [name for name in self.sizes if name.split("/")[0] in owned]
        first = [name for name in found if name in LAST or name.endswith(".record")]
        for group in (first, [name for name in found if name not in first]):
            self._all(self.store.remove, group)
        self.sizes = {name: size for name, size in self.sizes.items() if name not in set(found)}
        self._known.clear()

    # --- images and shards ------------------------------------------------------------------------

    def published(
        self, records: Iterable[ChunkRecord], contents: Contents
    ) -> Iterator[ChunkRecord]:
        """Yield each record once its files are in the store; then upload the record itself."""
        waiting: deque[Upload] = deque()
        for record in records:
            files = list(contents.files(record))
            sent = [self._pool.submit(self._publish_file, listed) for listed in files]
            waiting.append(Upload(record, sum(one.size_bytes for one in files), sent))
            while waiting and (waiting[0].is_done() or self._is_full(waiting)):
                yield from self._finish(waiting.popleft())
        while waiting:
            yield from self._finish(waiting.popleft())

    def settle(self) -> None:
        """Upload tables and labels, and give shards their last names."""
        self.push()
        numbers = {first: last.name for first, last in read_numbers(self.out).items()}
        moved = [first for first in numbers if first in self.sizes]
        self._all(lambda first: self.store.copy(first, numbers[first]), moved)
        for first in moved:
            self.sizes[numbers[first]] = self.sizes.pop(first)
        self._all(self.store.remove, moved)

    def close(self) -> None:
        """Give up uploads that have not begun, and let other runs write."""
        self._pool.shutdown(cancel_futures=True)
        self._lease.release()

    def _finish(self, upload: Upload) -> Iterator[ChunkRecord]:
        """Wait for the files of a record, yield it, and upload what the journal wrote of it."""
        for one in upload.sent:
            one.result()
        record = upload.record
        yield record
        own = JOURNAL if self.share is None else f"{JOURNAL}/{PARTITIONS}/{self.share}"
        self._push_file(f"{own}/done/{record.start}-{record.stop}.record")

    def _is_full(self, waiting: Iterable[Upload]) -> bool:
        return sum(one.size_bytes for one in waiting) > self.in_flight_bytes

    def _publish_file(self, listed: Listed) -> None:
        """Upload a file of a chunk; the local one is removed unless the merge reads it."""
        self.store.put_file(listed.name, self.out / listed.name)
        self.sizes[listed.name] = listed.size_bytes
        if listed.name.startswith(FRAGMENTS):
            self._known[listed.name] = stamp_of(self.out / listed.name)
        else:
            (self.out / listed.name).unlink()

    def _push_file(self, name: str) -> None:
        stamp = stamp_of(self.out / name)
        self.store.put_file(name, self.out / name)
        self._known[name] = stamp
        self.sizes[name] = stamp[1]

    def _pull_file(self, name: str) -> None:
        self.store.get_file(name, self.out / name, self.sizes[name])
        self._known[name] = stamp_of(self.out / name)

    def _all(self, work: Callable[[str], None], names: Iterable[str]) -> None:
        """Do `work` for all `names`, many at the same time."""
        for _ in self._pool.map(work, names):
            pass

    def _local_names(self) -> Iterator[str]:
        for path in self.out.rglob("*"):
            name = str(path.relative_to(self.out))
            own = path.name in OWN_FILES or name == LAST_ERROR or path.suffix == PARTIAL
            if path.is_file() and not own and not name.startswith(f"{UNNUMBERED}/"):
                yield name


@dataclass(frozen=True)
class Upload:
    """A chunk's record, the bytes of its files, and their uploads."""

    record: ChunkRecord
    size_bytes: int
    sent: list[Future[None]]

    def is_done(self) -> bool:
        """Return True if no upload is left to wait for."""
        return all(one.done() for one in self.sent)


@contextmanager
def mirrored(
    options: Options, url: str | None, existing: Existing | None = None
) -> Iterator[Options]:
    """Yield the options of a run to `url`, whose `out` is a local folder; `options` without a URL.

    Sentences of errors name the URL in place of that folder. `existing` says what may be there.

    Raises
    ------
    OutputError
        If the folder at the URL cannot be used.
    """
    if url is None:
        yield options
        return
    share = None if options.partition is None else options.partition.share
    with local_folder(url) as folder:
        mirror = Mirror(UrlStore(url), folder, share, options.memory_bytes or IN_FLIGHT_BYTES)
        try:
            mirror.pull()
            if existing is not None:
                mirror.check(existing)
            yield replace(options, out=folder, mirror=mirror)
        finally:
            mirror.close()


@contextmanager
def local_folder(url: str) -> Iterator[Path]:
    """Yield a temporary folder; sentences of errors that leave the block name `url` instead."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as folder:
        try:
            yield Path(folder)
        except ImggenError as error:
            message = str(error).replace(folder, url)
            if message == str(error):
                raise
            raise type(error)(message) from error


def stamp_of(path: Path) -> tuple[int, int]:
    """Return when a file was changed, and its size in bytes."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def is_of_journal(name: str) -> bool:
    """Return True for files of the journal that a run reads: not its shards, not its lease."""
    inside = name.startswith(f"{JOURNAL}/") and not name.startswith(f"{UNNUMBERED}/")
    return inside and name.rsplit("/", 1)[-1] not in OWN_FILES


@contextmanager
def downloaded(out: Path, url: str | None) -> Iterator[Path]:
    """Yield a local copy of the dataset at `url`; `out` without a URL."""
    if url is None:
        yield out
        return
    with local_folder(url) as folder:
        download(url, folder, whole=True)
        yield folder


def find_status_at(url: str) -> Status:
    """Return how far the run in the folder at `url` is.

    Raises
    ------
    OutputError
        If it holds none.
    """
    with local_folder(url) as folder:
        download(url, folder, whole=False)
        return replace(find_status(folder), out=Path(url))


def download(url: str, folder: Path, *, whole: bool) -> None:
    """Copy the dataset at `url` to `folder`: `whole`, or only what tells how far it is."""
    mirror = Mirror(UrlStore(url), folder)
    try:
        mirror.pull()
        if whole:
            mirror.fetch(name for name in mirror.sizes if not name.startswith(f"{JOURNAL}/"))
    finally:
        mirror.close()
