"""A run into a folder at a URL: workers write to a local folder, and what is whole is uploaded.

The local folder holds the journal, tables and labels of the run, which are small, and of images
and shards only those on their way: they are removed once they are in the store. The order is that
of a run on a disk: files, then the record that lists them, then tables, and `run.json` last.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.containers.shards import UNNUMBERED, read_numbers
from imggen.errors import OutputError
from imggen.run.engines.choice import Choice
from imggen.run.journal import DONE, SYNCED
from imggen.run.lease import LEASE, own_folder
from imggen.run.partitions import LOCK, SETUP
from imggen.run.resume import ResumeCheck
from imggen.run.uploads import Uploads
from imggen.signals import Stopped
from imggen.store.files import PARTIAL
from imggen.store.layout import FRAGMENTS, JOURNAL, LAST_ERROR, SUMMARY
from imggen.store.url_store import UrlStore

if TYPE_CHECKING:
    from imggen.config import Config
    from imggen.containers import Container
    from imggen.containers.record import ChunkRecord
    from imggen.run.contents import Contents, Listed
    from imggen.run.recipe import Recipe

UPLOADS, RECORD_UPLOADS = 32, 8  # in flight at the same time
IN_FLIGHT_BYTES = 2**28  # of finished chunks that wait to be uploaded, and one chunk more
OF_ONE_MACHINE = (LOCK, Path(SETUP).name, SYNCED, LEASE)  # files of the journal that stay there
LAST = (f"{JOURNAL}/{SUMMARY}", SUMMARY)  # they say that all else is there


class Mirror(Uploads):
    """The local folder `out` and the folder of `store` that it is uploaded to.

    Parameters
    ----------
    share : the name of the partition that is made; None for a whole run
    read_all : True to read all files in the store when resuming
    """

    def __init__(
        self, store: UrlStore, out: Path, share: str | None = None, *, read_all: bool = False
    ) -> None:
        self.url = store.url
        self.store = store
        self.read_all = read_all
        self._out, self._share = out, share
        self._pool = ThreadPoolExecutor(UPLOADS, "upload")
        self._record_pool = ThreadPoolExecutor(RECORD_UPLOADS, "record")
        self._known: dict[str, tuple[int, int]] = {}  # time and size of local files that it has
        self._records: deque[Future[None]] = deque()  # uploads of records

    @cached_property
    def sizes(self) -> dict[str, int]:
        """The size of every file that was in the store before this run, bytes, by its name."""
        return self.store.sizes()

    def refuse(self, container: Container, engine: Choice) -> None:
        """Refuse a container, or an engine, with which files cannot be uploaded.

        Raises
        ------
        OutputError
            Naming what to give instead.
        """
        if not container.uploadable:
            message = (
                f'output.container is "{container.name}", whose files are changed after they are '
                f'written, which {self.url} cannot do; give "webdataset" or "parquet", or make the '
                "dataset in a local folder and copy it."
            )
            raise OutputError(message)
        if engine.scheduler is not None:
            message = (
                f"--scheduler is {engine.scheduler}, whose workers may be on other machines, and "
                f"files for {self.url} pass through a folder of this one; leave --scheduler out, "
                "or give each machine a --partition."
            )
            raise OutputError(message)

    def located(self, config: Config) -> Config:
        """Return `config` with the folders of layers as absolute paths."""
        return config.with_absolute_folders()

    # --- the journal ------------------------------------------------------------------------------

    def pull(self, *, records: bool = True) -> None:
        """Copy the journal from the store, of a partition only what it needs.

        Without `records`, of these and of label fragments there are only the names.
        """
        sizes = self.store.sizes(JOURNAL) if self._share is None else self._sizes_of_share()
        wanted = [name for name in sizes if is_read(name)]
        if not records:
            bulk = [name for name in wanted if name.endswith(".record") or is_fragment(name)]
            wanted = sorted(set(wanted).difference(bulk))
            for name in bulk:
                (self._out / name).parent.mkdir(parents=True, exist_ok=True)
                (self._out / name).touch()
        self._all(lambda name: self.pull_file(name, sizes[name]), wanted)

    def pull_all(self) -> None:
        """Copy the whole dataset from the store."""
        wanted = [name for name in self.sizes if is_read(name)]
        self._all(lambda name: self.pull_file(name, self.sizes[name]), wanted)

    def pull_file(self, name: str, size_bytes: int) -> None:
        """Copy a file from the store to the local folder."""
        self.store.get_file(name, self._out / name, size_bytes)
        self._known[name] = stamp_of(self._out / name)

    def push(self) -> None:
        """Bring the store up to date with the local folder: lost records go, files are written."""
        local = {name: stamp_of(self._out / name) for name in self._local_names()}
        gone = set(self._known) - set(local)
        self.store.remove(sorted(gone.intersection(LAST)))
        self.store.remove(sorted(gone.difference(LAST)))
        self._known = {name: stamp for name, stamp in self._known.items() if name not in gone}
        changed = [name for name, stamp in local.items() if self._known.get(name) != stamp]
        self._all(self._push_file, [name for name in changed if name not in LAST])
        for name in LAST:
            if name in changed:
                self._push_file(name)

    def clear(self, names: Iterable[str]) -> None:
        """Remove files and folders by their names; records and `run.json` first, the journal last.

        So a folder that is half cleared can still be overwritten.
        """
        first = [name for name in self._known if name in LAST or name.endswith(".record")]
        self.store.remove(first)
        owned = set(names)
        found = [name for name in self.sizes if name.split("/")[0] in owned]
        found = [name for name in found if not is_of_one_machine(name)]
        self.store.remove(name for name in found if not name.startswith(f"{JOURNAL}/"))
        self.store.remove(name for name in found if name.startswith(f"{JOURNAL}/"))
        self.sizes.clear()
        self._known.clear()

    # --- images and shards ------------------------------------------------------------------------

    def check(self, recipe: Recipe, out: Path) -> ResumeCheck:
        """Return the check of what chunks wrote to the store."""
        return StoredCheck(recipe, out, self)

    def published(
        self, records: Iterable[ChunkRecord], contents: Contents
    ) -> Iterator[ChunkRecord]:
        """Yield each record once its files are in the store; then upload the record itself."""
        waiting: deque[Upload] = deque()
        try:
            for record in records:
                files = list(contents.files(record))
                sent = [self._pool.submit(self._publish_file, one) for one in files]
                waiting.append(Upload(record, sum(one.size_bytes for one in files), sent))
                while waiting and (waiting[0].is_done() or is_full(waiting)):
                    yield from self._finish(waiting.popleft())
        except Stopped:  # what is made is kept
            yield from self._finish_all(waiting)
            raise
        yield from self._finish_all(waiting)

    def settle(self) -> None:
        """Upload tables and labels, and give shards their last names."""
        self.push()
        numbers = {first: last.name for first, last in read_numbers(self._out).items()}
        stored = self.store.sizes(UNNUMBERED) if numbers else {}
        moved = [first for first in stored if first in numbers]
        self._all(lambda first: self.store.copy(first, numbers[first]), moved)
        self.store.remove(moved)

    def close(self) -> None:
        """Give up uploads that have not begun, other than those of records, and wait."""
        self._pool.shutdown(cancel_futures=True)
        self._record_pool.shutdown()

    def _finish_all(self, waiting: deque[Upload]) -> Iterator[ChunkRecord]:
        """Wait for all uploads, and then for those of their records."""
        while waiting:
            yield from self._finish(waiting.popleft())
        while self._records:
            self._records.popleft().result()

    def _finish(self, upload: Upload) -> Iterator[ChunkRecord]:
        """Wait for the files of a record, yield it, and upload what the journal wrote of it."""
        for one in upload.sent:
            one.result()
        record = upload.record
        yield record
        name = f"{own_folder(self._share)}/{DONE}/{record.start}-{record.stop}.record"
        self._records.append(self._record_pool.submit(self._push_file, name))
        while self._records and self._records[0].done():
            self._records.popleft().result()

    def _publish_file(self, listed: Listed) -> None:
        """Upload a file of a chunk; the local one is removed unless the merge reads it."""
        path = self._out / listed.name
        self.store.put(listed.name, path)
        if is_fragment(listed.name):
            self._known[listed.name] = stamp_of(path)
        else:
            path.unlink()

    def _push_file(self, name: str) -> None:
        stamp = stamp_of(self._out / name)
        self.store.put(name, self._out / name)
        self._known[name] = stamp

    def _sizes_of_share(self) -> dict[str, int]:
        """Return the sizes of what a partition needs of the journal, without those of others."""
        own = own_folder(self._share)
        sizes = self.store.sizes(own)
        made = {Path(name).stem for name in sizes if name.endswith(".record")}
        if made:
            fragments = self.store.sizes(FRAGMENTS)
            sizes |= {name: size for name, size in fragments.items() if Path(name).name in made}
        for name, size in self.store.entries(JOURNAL).items():
            if size is not None:
                sizes[name] = size
            elif name == f"{JOURNAL}/{DONE}":  # of a run that is not made in partitions
                (self._out / name).mkdir(parents=True)
        return sizes

    def _all(self, work: Callable[[str], None], names: Iterable[str]) -> None:
        """Do `work` for all `names`, many at the same time."""
        for _ in self._pool.map(work, names):
            pass

    def _local_names(self) -> Iterator[str]:
        for path in self._out.rglob("*"):
            name = str(path.relative_to(self._out))
            own = is_of_one_machine(name) or name == LAST_ERROR or path.suffix == PARTIAL
            if path.is_file() and not own and not name.startswith(f"{UNNUMBERED}/"):
                yield name


class StoredCheck(ResumeCheck):
    """A check of the files that chunks wrote to a store: those that it has are whole."""

    def __init__(self, recipe: Recipe, out: Path, mirror: Mirror) -> None:
        super().__init__(recipe, out)
        self._mirror = mirror

    def _has(self, listed: Listed, *, read: bool) -> bool:
        """Return True if a file, or the shard that it has become, is as recorded."""
        if is_fragment(listed.name):
            return super()._has(listed, read=read)
        sizes, name = self._mirror.sizes, listed.name
        if name not in sizes and name in self._numbers:
            name = self._numbers[name].name
        if sizes.get(name) != listed.size_bytes:
            return False
        if not self._mirror.read_all:
            return True
        return self._mirror.store.digest(name, listed.size_bytes) == listed.digest


@dataclass(frozen=True)
class Upload:
    """A chunk's record, the bytes of its files, and their uploads."""

    record: ChunkRecord
    size_bytes: int
    sent: list[Future[None]]

    def is_done(self) -> bool:
        """Return True if no upload is left to wait for."""
        return all(one.done() for one in self.sent)


def is_full(waiting: Iterable[Upload]) -> bool:
    """Return True if no more bytes may wait to be uploaded."""
    return sum(one.size_bytes for one in waiting) > IN_FLIGHT_BYTES


def stamp_of(path: Path) -> tuple[int, int]:
    """Return when a file was changed, and its size in bytes."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def is_of_one_machine(name: str) -> bool:
    """Return True for files of the journal that only the machine of a run has a use for."""
    return name.startswith(f"{JOURNAL}/") and name.rsplit("/", 1)[-1] in OF_ONE_MACHINE


def is_fragment(name: str) -> bool:
    """Return True for fragments of merged label files."""
    return name.startswith(f"{FRAGMENTS}/")


def is_read(name: str) -> bool:
    """Return True for what a run reads of the journal: not its shards, not its lease."""
    return not name.startswith(f"{UNNUMBERED}/") and not is_of_one_machine(name)
