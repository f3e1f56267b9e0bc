"""A run into a folder at a URL: workers write to a local folder, and what is whole is uploaded.

The local folder holds the journal, tables and labels of the run, which are small, and of images
and shards only those on their way: they are removed once they are in the store. The order is that
of a run on a disk: files, then the record that lists them, then tables, and `run.json` last.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from imggen.containers.arrays import ARCHIVE, GROWING, PIXELS
from imggen.containers.shards import UNNUMBERED, read_numbers
from imggen.errors import OutputError
from imggen.run.engines.choice import Choice
from imggen.run.journal.journal import DONE
from imggen.run.stored.check import StoredCheck
from imggen.run.stored.names import (
    is_earlier,
    is_fragment,
    is_of_one_machine,
    is_read,
    own_folder,
)
from imggen.run.stored.rows import StoredRows
from imggen.run.stored.uploads import Uploads
from imggen.signals import Stopped
from imggen.store.files import PARTIAL
from imggen.store.layout import CONFIG, FRAGMENTS, JOURNAL, LAST_ERROR, SUMMARY, TABLE
from imggen.store.url_store import UrlStore
from imggen.swept import check_room

if TYPE_CHECKING:
    from imggen.config import Config
    from imggen.containers.base import Numbered
    from imggen.containers.record import ChunkRecord
    from imggen.planning.order import ImageOrder
    from imggen.run.journal.contents import Contents, Listed
    from imggen.run.journal.journal import Journal
    from imggen.run.journal.ranges import Range
    from imggen.run.journal.resume import ResumeCheck
    from imggen.run.recipe import Recipe

UPLOADS, RECORD_UPLOADS = 32, 8  # in flight at the same time
IN_FLIGHT_BYTES = 2**28  # of finished chunks that wait to be uploaded, and one chunk more
Each = TypeVar("Each")

LAST = (f"{JOURNAL}/{SUMMARY}", SUMMARY)  # they say that all else is there


class Mirror(Uploads):
    """The local folder `out` and the folder of `store` that it is uploaded to.

    Parameters
    ----------
    share : the name of the partition that is made; None for a whole run
    check_lease : raises an error if another run has taken over

    Attributes
    ----------
    array_here : True if all rows of an array are in the local folder, as it has been repaired
    read_all : True to read all files in the store when resuming
    """

    def __init__(
        self,
        store: UrlStore,
        out: Path,
        share: str | None = None,
        *,
        read_all: bool = False,
        check_lease: Callable[[], None] = lambda: None,
    ) -> None:
        self.url = store.url
        self.store = store
        self.read_all = read_all
        self._out, self._share = out, share
        self._check_lease = check_lease
        self._pool = ThreadPoolExecutor(UPLOADS, "upload")
        self._record_pool = ThreadPoolExecutor(RECORD_UPLOADS, "record")
        self._known: dict[str, tuple[int, int]] = {}  # time and size of local files that it has
        self._records: deque[Future[None]] = deque()  # uploads of records
        self._numbers: dict[str, Numbered] = {}  # last names of shards that the store's note has
        self._made: set[Range] = set()  # chunks whose rows are in the local array
        self.array_here = False

    @cached_property
    def rows(self) -> StoredRows:
        """The rows of an array of pixels."""
        return StoredRows(self.store, self._out, self.sizes, self._numbers)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """The size of every file that was in the store before this run, bytes, by its name."""
        return self.store.sizes()

    def refuse(self, engine: Choice) -> None:
        """Refuse an engine with which files cannot be uploaded.

        Raises
        ------
        OutputError
            Naming what to give instead.
        """
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
        self._numbers = read_numbers(self._out)

    def pull_for_check(self, out: Path) -> None:
        """Copy what a verification reads at once to `out`: table, settings, and arrays of pixels.

        Raises
        ------
        OutputError
            If the disk has no room for them.
        """
        names = (TABLE, CONFIG, PIXELS, ARCHIVE)
        wanted = {name: self.sizes[name] for name in names if name in self.sizes}
        called = f"the table and array of {self.url} have"
        check_room(called, sum(wanted.values()), out.parent, OutputError)
        self._all(lambda name: self.pull_file(name, wanted[name]), wanted)

    def has(self, out: Path, name: str) -> bool:
        """Return True if the store has the file `name`."""
        del out
        return name in self.sizes

    def names(self, out: Path) -> Iterable[str]:
        """Return the names of all files but those of the journal, as before this run."""
        del out
        return [name for name in self.sizes if not name.startswith(f"{JOURNAL}/")]

    def mend(self, names: Iterable[str]) -> None:
        """Upload files that a repair has made here, and remove the wrong files `names`.

        An array is left until the one that was mended here takes its place, and so are files that
        say that all are there.
        """
        self._all(self._put_mended, [name for name in self._local_names() if self._is_mended(name)])
        self.array_here = (self._out / GROWING).exists()
        kept = (*LAST, PIXELS, ARCHIVE) if self.array_here else LAST
        gone = [name for name in names if name not in kept]
        self.store.remove(gone)
        for name in gone:
            self.sizes.pop(name, None)
            self._known.pop(name, None)

    def _is_mended(self, name: str) -> bool:
        """Return True for images and labels beside them, which the store has alone."""
        return name not in self._known and not name.startswith(f"{JOURNAL}/") and "/" in name

    def _put_mended(self, name: str) -> None:
        path = self._out / name
        self.store.put(name, path)
        self.sizes[name] = path.stat().st_size
        path.unlink()

    def pull_file(self, name: str, size_bytes: int) -> None:
        """Copy a file from the store to the local folder."""
        self.store.get_file(name, self._out / name, size_bytes)
        self._known[name] = stamp_of(self._out / name)

    def push(self) -> None:
        """Bring the store up to date with the local folder: lost records go, files are written."""
        local = {name: stamp_of(self._out / name) for name in self._local_names()}
        gone = set(self._known) - set(local)
        moved = [name for name in local if is_earlier(name) and name not in self._known]
        self._all(self._push_file, moved)  # records are moved there, and none may be lost
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
        self._numbers.clear()

    # --- images and shards ------------------------------------------------------------------------

    def check(
        self,
        recipe: Recipe,
        out: Path,
        now: ImageOrder | None = None,
        shards: Path | None = None,
    ) -> ResumeCheck:
        """Return the check of what chunks wrote to the store."""
        return StoredCheck(recipe, out, self, now, shards)

    def published(
        self, records: Iterable[ChunkRecord], contents: Contents
    ) -> Iterator[ChunkRecord]:
        """Yield each record once its files are in the store; then upload the record itself."""
        container, waiting = contents.container, deque[Upload]()
        early_name = container.early_name(contents.order, contents.info, self._out)
        try:
            for record in records:
                files = list(contents.files(record))
                name = early_name(record)
                names = {} if name is None else {container.first_names(record)[0]: name}
                sent = [self._pool.submit(self._publish_file, one, names) for one in files]
                size_bytes = sum(one.size_bytes for one in files)
                if container.pixels and (self._out / GROWING).exists():  # else all are there
                    bounds = record.start, record.stop
                    sent.append(self._pool.submit(self.rows.publish, contents.order, bounds))
                    self._made.add(bounds)
                waiting.append(Upload(record, size_bytes, sent))
                while waiting and (waiting[0].is_done() or is_full(waiting)):
                    yield from self._finish(waiting.popleft())
        except Stopped:  # what is made is kept
            yield from self._finish_all(waiting)
            raise
        yield from self._finish_all(waiting)

    def gather(self, recipe: Recipe, journal: Journal) -> None:
        """Complete the local array of pixels with the rows that the store has, if there is need."""
        there = self.array_here or (self.rows.is_whole and not self._made)
        if there or not recipe.container.pixels:
            return
        if not (self._out / GROWING).exists():
            recipe.container.make(recipe.order, self._out)

        def fetch(bounds: Range) -> None:
            self.rows.fetch(recipe.order, journal.record(bounds))

        self._all(fetch, [one for one in journal.ranges() if one not in self._made])

    def settle(self, recipe: Recipe) -> None:
        """Upload tables and labels, and give shards their last names that do not have them yet.

        A block that took more shards than planned changes the names of those behind it. They are
        copied back to their first names before the journal says what all are called.
        """
        self._check_lease()
        numbers = read_numbers(self._out)
        stored = self.store.sizes(UNNUMBERED) if numbers else {}
        for first, (last, entry) in numbers.items():
            name = recipe.container.planned_name(recipe.order, recipe.info, first)
            if name not in (None, last) and first not in stored and first not in self._numbers:
                self.store.copy(name, first, entry.size_bytes)
                stored[first] = entry.size_bytes
        self.push()
        moved = [first for first in stored if first in numbers]
        self._all(lambda first: self.store.copy(first, numbers[first].name, stored[first]), moved)
        self.store.remove(stored)

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
        self._check_lease()
        record = upload.record
        yield record
        name = f"{own_folder(self._share)}/{DONE}/{record.start}-{record.stop}.record"
        self._records.append(self._record_pool.submit(self._push_file, name))
        while self._records and self._records[0].done():
            self._records.popleft().result()

    def _publish_file(self, listed: Listed, names: Mapping[str, str]) -> None:
        """Upload a file of a chunk, a shard as `names` call it if they do.

        The local file is removed unless the merge reads it.
        """
        path = self._out / listed.name
        if not path.exists() and self._is_stored(listed.name, names):
            return  # a worker that only labels images writes none
        self.store.put(names.get(listed.name, listed.name), path)
        if is_fragment(listed.name):
            self._known[listed.name] = stamp_of(path)
        else:
            path.unlink()

    def _is_stored(self, name: str, names: Mapping[str, str]) -> bool:
        """Return True if a file was in the store before this run, under any of its names."""
        numbered = self._numbers.get(name)
        last = names.get(name, name) if numbered is None else numbered.name
        return name in self.sizes or last in self.sizes

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

    def _all(self, work: Callable[[Each], None], each: Iterable[Each]) -> None:
        """Do `work` for all of `each`, many at the same time."""
        for _ in self._pool.map(work, each):
            pass

    def _local_names(self) -> Iterator[str]:
        for path in self._out.rglob("*"):
            name = str(path.relative_to(self._out))
            own = is_of_one_machine(name) or name == LAST_ERROR or path.suffix == PARTIAL
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


def is_full(waiting: Iterable[Upload]) -> bool:
    """Return True if no more bytes may wait to be uploaded."""
    return sum(one.size_bytes for one in waiting) > IN_FLIGHT_BYTES


def stamp_of(path: Path) -> tuple[int, int]:
    """Return when a file was changed, and its size in bytes."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size
