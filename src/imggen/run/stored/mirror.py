"""A run into a folder at a URL: workers write to a local folder, and what is whole is uploaded.

The local folder holds the journal, tables and labels of the run, which are small, and of images
and shards only those on their way: they are removed once they are in the store. The order is that
of a run on a disk: files, then the record that lists them, then tables, and `run.json` last.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.containers.arrays import ARCHIVE
from imggen.containers.numbering import UNNUMBERED, read_numbers
from imggen.containers.pixels import GROWING, PIXELS
from imggen.errors import OutputError
from imggen.run.stored.check import StoredCheck
from imggen.run.stored.listing import Listing
from imggen.run.stored.names import is_of_one_machine, is_unnumbered
from imggen.run.stored.notes import copied_shard, gather_notes
from imggen.run.stored.publisher import Publisher
from imggen.run.stored.small_files import LAST, SmallFiles
from imggen.run.stored.uploads import Uploads
from imggen.store.layout import CONFIG, EARLIER, JOURNAL, TABLE
from imggen.store.url_store import UrlStore
from imggen.swept import check_room

if TYPE_CHECKING:
    from imggen.config import Config
    from imggen.containers import Container
    from imggen.containers.numbering import Numbered
    from imggen.containers.record import ChunkRecord
    from imggen.planning.order import ImageOrder
    from imggen.planning.ranges import Range
    from imggen.run.journal.contents import Contents
    from imggen.run.journal.journal import Journal
    from imggen.run.journal.resume import ResumeCheck
    from imggen.run.recipe import Recipe


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
        self.read_all = read_all
        self.array_here = False
        self._store, self._out = store, out
        self._check_lease = check_lease
        self._listing = Listing(store)
        self._files = SmallFiles(store, out, share)
        self._publisher = Publisher(store, out, self._files, self._listing, check_lease)

    def located(self, config: Config) -> Config:
        """Return `config` with the folders of layers as absolute paths."""
        return config.with_absolute_folders()

    def pull(self, *, records: bool = True) -> None:
        """Copy the journal from the store, without `records` only their names."""
        self._files.pull(records=records)
        self._listing.read_numbers(self._out)

    def pull_file(self, name: str, size_bytes: int) -> None:
        """Copy a file from the store to the local folder."""
        self._files.pull_file(name, size_bytes)

    def pull_for_check(self, out: Path) -> None:
        """Copy what a verification reads at once to `out`: table, settings, and arrays of pixels.

        Raises
        ------
        OutputError
            If the disk has no room for them.
        """
        names, sizes = (TABLE, CONFIG, PIXELS, ARCHIVE), self._listing.sizes
        wanted = {name: sizes[name] for name in names if name in sizes}
        called = f"the table and array of {self.url} have"
        check_room(called, sum(wanted.values()), out.parent, OutputError)
        self._files.all(lambda name: self.pull_file(name, wanted[name]), wanted)

    def push(self) -> None:
        """Bring the store up to date with the local folder: lost records go, files are written."""
        self._files.push()

    def has(self, out: Path, name: str) -> bool:
        """Return True if the store has the file `name`."""
        del out
        return name in self._listing.sizes

    def names(self, out: Path) -> Iterable[str]:
        """Return the names of all files but those of the journal, as before this run."""
        del out
        return [name for name in self._listing.sizes if not name.startswith(f"{JOURNAL}/")]

    def keep_shards(self, out: Path, container: Container, folder: Path) -> None:
        """Move what the shards of a run that is extended are called to `folder` in the journal."""
        super().keep_shards(out, container, folder)
        sizes, prefix = self._listing.sizes, folder.relative_to(out)
        found = [name for name in sizes if name.startswith(f"{UNNUMBERED}/")]
        self._files.all(lambda name: self._copy(name, f"{prefix}/{name}"), found)
        self._store.remove(found)
        for name in found:
            self._listing.drop(name)
        if container.sharded:
            self._listing.numbers.clear()

    def take_shards(self, out: Path, found: Mapping[str, str]) -> None:
        """Note what shards of an earlier run are called; they are copied when all are done."""
        del out
        self._listing.taken.update(found)

    def discard(self, out: Path, names: Iterable[str]) -> None:
        """Remove files that this run has no use for, and what earlier runs left in the journal."""
        kept = self._store.sizes(f"{JOURNAL}/{EARLIER}")
        gone = [*names, *filter(is_unnumbered, kept)]
        super().discard(out, gone)
        self._store.remove(gone)

    def _copy(self, name: str, to: str) -> None:
        """Copy a file within the store."""
        sizes = self._listing.sizes
        self._store.copy(name, to, sizes[name])
        sizes[to] = sizes[name]

    def mend(self, names: Iterable[str]) -> None:
        """Upload files that a repair has made here, and remove the wrong files `names`.

        An array is left until the one that was mended here takes its place, and so are files that
        say that all are there.
        """
        self._files.all(self._put_mended, self._files.new_names())
        self.array_here = (self._out / GROWING).exists()
        kept = (*LAST, PIXELS, ARCHIVE) if self.array_here else LAST
        gone = [name for name in names if name not in kept]
        self._store.remove(gone)
        for name in gone:
            self._listing.drop(name)
            self._files.drop(name)

    def _put_mended(self, name: str) -> None:
        path = self._out / name
        self._store.put(name, path)
        self._listing.sizes[name] = path.stat().st_size
        path.unlink()

    def clear(self, names: Iterable[str]) -> None:
        """Remove files and folders by their names; records and `run.json` first, the journal last.

        So a folder that is half cleared can still be overwritten.
        """
        self._files.remove_first()
        owned = set(names)
        found = [name for name in self._listing.sizes if name.split("/")[0] in owned]
        found = [name for name in found if not is_of_one_machine(name)]
        self._store.remove(name for name in found if not name.startswith(f"{JOURNAL}/"))
        self._store.remove(name for name in found if name.startswith(f"{JOURNAL}/"))
        self._listing.clear()

    def check(
        self,
        recipe: Recipe,
        out: Path,
        now: ImageOrder | None = None,
        shards: Path | None = None,
    ) -> ResumeCheck:
        """Return the check of what chunks wrote to the store."""
        return StoredCheck(recipe, out, self, now, shards)

    def has_file(self, name: str, size_bytes: int, digest: bytes) -> bool:
        """Return True if the store had a file of that size and, if it is to be read, digest."""
        if self._listing.sizes.get(name) != size_bytes:
            return False
        return not self.read_all or self._store.digest(name, size_bytes) == digest

    def has_rows(self, order: ImageOrder, record: ChunkRecord, kept: str = "") -> bool:
        """Return True if the store, or the local array that was mended, has the rows of a chunk.

        Those of an earlier run with fewer images, which left them in the folder `kept` or in its
        array, are copied to the local array, as they must be in that of this run.
        """
        rows = self._publisher.rows
        if kept:
            return rows.bring(order, record, kept)
        return self.array_here or rows.has(order, record, read=self.read_all)

    def published(
        self, records: Iterable[ChunkRecord], contents: Contents
    ) -> Iterator[ChunkRecord]:
        """Yield each record once its files are in the store; then upload the record itself."""
        return self._publisher.publish(records, contents)

    def received(self, records: Iterable[ChunkRecord], contents: Contents) -> Iterator[ChunkRecord]:
        """Yield each record, whose files a worker has uploaded; then upload the record itself."""
        return self._publisher.receive(records, contents)

    def gather(self, recipe: Recipe, journal: Journal) -> None:
        """Copy what is put together at the end, of what other machines made or earlier runs."""
        gather_notes(recipe.container, journal, self._store, self._files, self._out)
        self._gather_rows(recipe, journal)

    def _gather_rows(self, recipe: Recipe, journal: Journal) -> None:
        """Complete the local array of pixels with the rows that the store has, if there is need."""
        made, rows = self._publisher.made_here, self._publisher.rows
        there = self.array_here or (rows.is_whole(recipe.order) and not made)
        if there or not recipe.container.pixels:
            return
        if not (self._out / GROWING).exists():
            recipe.container.make(recipe.order, self._out)

        def fetch(bounds: Range) -> None:
            rows.fetch(recipe.order, journal.record(bounds))

        self._files.all(fetch, [one for one in journal.ranges() if one not in made])

    @contextmanager
    def open_shard(self, recipe: Recipe, out: Path, first: str, shard: Numbered) -> Iterator[Path]:
        """Yield a copy of a shard, wherever it is in the store before `settle` renames it."""
        place = self._place_of(recipe, first, self._store.sizes(UNNUMBERED)) or shard.name
        with copied_shard(self._store, place, shard.entry, out.with_name("shard")) as copy:
            yield copy

    def settle(self, recipe: Recipe) -> None:
        """Upload tables and labels, and give shards their last names that do not have them yet.

        A block that took more shards than planned changes the names of those behind it. They are
        copied back to their first names before the journal says what all are called, as they may
        have names that others get.
        """
        self._check_lease()
        numbers, copy = read_numbers(self._out), self._store.copy
        unnumbered = self._store.sizes(UNNUMBERED) if numbers else {}
        stored: dict[str, str] = {}
        last_names = {last for last, _ in numbers.values()}
        for first, (last, entry) in numbers.items():
            place = self._place_of(recipe, first, unnumbered) or last
            if place != last and place in last_names:
                copy(place, first, entry.size_bytes)
                place = first
            stored[first] = place
        self.push()

        def name_shard(first: str) -> None:
            last, entry = numbers[first]
            copy(stored[first], last, entry.size_bytes)

        moved = [first for first in numbers if stored[first] != numbers[first].name]
        self._files.all(name_shard, moved)
        self._store.remove(self._store.sizes(UNNUMBERED) if numbers else ())

    def _place_of(self, recipe: Recipe, first: str, unnumbered: Collection[str]) -> str | None:
        """Return what the store calls the shard with a first name; some are `unnumbered`."""
        if first in unnumbered:
            return first
        planned = recipe.container.planned_name(recipe.order, recipe.info, first)
        return self._listing.place_of(first, planned)

    def close(self) -> None:
        """Give up uploads that have not begun, other than those of records, and wait."""
        self._files.pool.shutdown(cancel_futures=True)
        self._publisher.close()
