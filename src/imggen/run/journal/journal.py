"""The journal: a record of finished chunks, so that an interrupted run can be resumed.

- `OUT/.imggen/manifest.json` identifies the run: its versions, settings and art.
- `OUT/.imggen/done/START-STOP.record` describes the images START to STOP of the plan's order; see
  record.py.
- `OUT/.imggen/synced.json` lists the records that have reached the disk; see synced.py.
- A partition has a folder of its own for its records and for what has reached the disk,
  `OUT/.imggen/partitions/K/`; see partitions.py.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imggen.containers.record import (
    ChunkRecord,
    RecordType,
    identity_of,
    pack_record,
    unpack_record,
)
from imggen.errors import OutputError
from imggen.paths import os_errors_as
from imggen.planning.ranges import Range, covers, merged, missing, without_overlaps
from imggen.run.journal.done import DONE, name_of, ranges_in
from imggen.run.journal.identity import (
    identity_of_manifest,
    read_manifest,
    say_stranger,
    write_manifest,
)
from imggen.run.journal.images import ImageRecords
from imggen.run.journal.synced import SYNCED, SyncedRanges, read_synced, write_synced
from imggen.store.files import PARTIAL, FileStore
from imggen.store.layout import EARLIER, JOURNAL, LAST_ERROR, PARTITIONS
from imggen.store.origin import difference_between

if TYPE_CHECKING:
    from imggen.planning.order import ImageOrder


class Journal:
    """The journal of the output folder `out`, with records of the type `kind`.

    It has the records of the run and of all its partitions; given the name of a `share`, of that
    partition alone. It is in the folder `at`, or else where the journals of runs are. Unless that
    is `lasting`, it does not matter what has reached the disk.
    """

    def __init__(
        self,
        out: Path,
        kind: RecordType | None = None,
        share: str | None = None,
        at: Path | None = None,
        *,
        lasting: bool = True,
    ) -> None:
        self._kind = kind or RecordType()
        self._out = out
        self._folder = at or out / JOURNAL
        self._own = self._folder if share is None else self._folder / PARTITIONS / share
        self._whole = share is None
        self._done = self._own / DONE
        self._written: FileStore | None = None  # the folder of records, once there are new ones
        self._places: dict[Range, Path] = {}  # of records in folders of partitions
        self._synced = SyncedRanges(self._own, out, self._kind.identity) if lasting else None

    def check(self, manifest: dict[str, Any], way_out: str = "--overwrite to start anew") -> None:
        """Refuse a folder with the journal of another run; else there is a `way_out`.

        Raises
        ------
        OutputError
            Names the first difference.
        """
        if not self._folder.exists():
            return
        known = read_manifest(self._folder)
        if known is not None:
            difference = difference_between(known, manifest)
        else:
            difference = self._find_stranger(identity_of_manifest(manifest))
        if difference is not None:
            message = (
                f"{self._out} cannot be resumed: {difference}. "
                f"Give the same settings and art, or {way_out}."
            )
            raise OutputError(message)

    def begin(self, manifest: dict[str, Any]) -> None:
        """Create the journal unless it exists."""
        self._done.mkdir(parents=True, exist_ok=True)
        write_manifest(self._folder, manifest)

    @os_errors_as(OutputError)
    def ranges(self) -> list[Range]:
        """Return the finished ranges (start, stop) of the plan's order, sorted."""
        found: list[Range] = []
        self._places.clear()
        for folder in self._shares():
            own = list(ranges_in(folder / DONE))
            found += own
            if folder != self._own:
                self._places.update(dict.fromkeys(own, folder))
        return sorted(found)

    def missing(self, part: Range) -> Iterator[Range]:
        """Yield the unfinished ranges (start, stop) of the positions in `part`, in order."""
        yield from missing(self.ranges(), *part)

    def add(self, record: ChunkRecord) -> None:
        """Add the record of a chunk, whose files have all been written."""
        name, content = name_of(record.start, record.stop), pack_record(record, self._kind)
        try:
            self._opened().put(name, [content])
        except FileNotFoundError:  # the folder has been removed since it was opened
            self._close_folder()
            self._opened().put(name, [content])
        if self._synced is not None:
            self._synced.add((record.start, record.stop))

    def close(self) -> None:
        """Stop syncing; call this after the last `add`."""
        if self._synced is not None:
            self._synced.close()
        self._close_folder()

    def forget(self) -> None:
        """Remove all records."""
        for folder in self._shares():
            (folder / SYNCED).unlink(missing_ok=True)
            shutil.rmtree(folder / DONE, ignore_errors=True)
        shutil.rmtree(self._folder / EARLIER, ignore_errors=True)

    def forget_lost(
        self,
        is_whole: Callable[[ChunkRecord, bool], bool],
        *,
        read_all: bool = False,
        keep: Callable[[list[Range]], Path] | None = None,
    ) -> bool:
        """Remove the records whose files are missing or have changed; return True if there are any.

        `is_whole` is called with a record and a flag: True to compare the content of its files,
        False to compare only their sizes. Content is compared for records that may not have reached
        the disk, or for all with `read_all`. The records are moved to the folder that
        `keep` makes, if it is given; it is called with the ranges that have reached the disk.
        """
        ranges = self.ranges()
        synced = {folder: read_synced(folder, self._kind.identity) for folder in self._shares()}

        def is_kept(bounds: Range) -> bool:
            record = self.find(bounds)
            unsure = read_all or not covers(synced[self._place(bounds)], bounds)
            return record is not None and is_whole(record, unsure)

        kept = without_overlaps(compress(ranges, map_threads(is_kept, ranges)))
        lost = set(ranges).difference(kept)
        self._note_kept(kept, synced)
        on_disk = [own for own in lost if covers(synced[self._place(own)], own)]
        to = keep(on_disk) if keep and lost else None
        for bounds in lost:
            if to is None:
                self._path(bounds).unlink()
            else:
                self.move(bounds, to)
        return bool(lost)

    def _note_kept(self, kept: Sequence[Range], synced: Mapping[Path, list[Range]]) -> None:
        """Note that of the ranges `synced` in each folder only those that are `kept` are there.

        Others are made again, and have not reached the disk then.
        """
        for folder, known in synced.items():
            own = [bounds for bounds in kept if self._place(bounds) == folder]
            if self._synced is not None and folder == self._own:
                self._synced.begin(own)
            remaining = merged(bounds for bounds in own if covers(known, bounds))
            if remaining != known:
                write_synced(folder, remaining, self._kind.identity)

    def move(self, bounds: Range, folder: Path) -> None:
        """Move the record of a finished range to `folder`."""
        path = self._path(bounds)
        os.replace(path, folder / path.name)

    def has(self, bounds: Range) -> bool:
        """Return True if there is a record of a range, damaged or not."""
        return self._path(bounds).exists()

    @os_errors_as(OutputError)
    def find(self, bounds: Range) -> ChunkRecord | None:
        """Return the record of a finished range; None if it is damaged or of another run."""
        record = unpack_record(self._path(bounds).read_bytes(), self._kind)
        return record if record and (record.start, record.stop) == bounds else None

    def synced_ranges(self, identity: bytes) -> list[Range]:
        """Return the ranges of the run `identity` that are known to be on the disk."""
        return [own for folder in self._shares() for own in read_synced(folder, identity)]

    def records(self) -> Iterator[ChunkRecord]:
        """Yield all records, in the plan's order.

        Raises
        ------
        OutputError
            If a record has been damaged since `forget_lost`.
        """
        yield from map(self.record, self.ranges())

    def record(self, bounds: Range) -> ChunkRecord:
        """Return the record of a finished range.

        Raises
        ------
        OutputError
            If it has been damaged since `forget_lost`.
        """
        record = self.find(bounds)
        if record is None:
            message = f"{self._path(bounds)} is damaged; give --resume to make it again."
            raise OutputError(message)
        return record

    def readable(self) -> Iterator[ChunkRecord]:
        """Yield the records that are not damaged, in the plan's order."""
        position = 0
        for bounds in self.ranges():
            record = self.find(bounds) if bounds[0] >= position else None
            if record is not None:
                yield record
                position = record.stop

    def images(self, order: ImageOrder) -> ImageRecords:
        """Return the records of all images by their index; `order` is that of the run."""
        return ImageRecords(order, self.ranges(), self.record, self._kind.images)

    def _opened(self) -> FileStore:
        """Return the folder of records, which is made and opened for the first."""
        if self._written is None:
            self._written = FileStore(self._done)
        return self._written

    def _close_folder(self) -> None:
        """Close the folder of records."""
        if self._written is not None:
            self._written.close()
            self._written = None

    def _shares(self) -> Iterator[Path]:
        """Yield the journal's own folder and, of a whole run, those of its partitions."""
        yield self._own
        if self._whole and (self._folder / PARTITIONS).is_dir():
            yield from sorted(path for path in (self._folder / PARTITIONS).iterdir())

    def _place(self, bounds: Range) -> Path:
        """Return the folder that has the record of a range."""
        return self._places.get(bounds, self._own)

    def _path(self, bounds: Range) -> Path:
        return self._place(bounds) / DONE / name_of(*bounds)

    def _find_stranger(self, identity: bytes) -> str | None:
        """Return why a journal without a readable manifest may belong to another run.

        Return None if it does not: each record carries the identity of its run.
        """
        if self._is_new():
            return None
        known = {identity_of(self._path(bounds).read_bytes()) for bounds in self.ranges()} - {None}
        if known == {identity}:
            return None
        return say_stranger(self._folder, known)

    def _is_new(self) -> bool:
        """Return True if the run made no files, as it was stopped before it wrote its manifest."""
        files = {path for path in self._out.rglob("*") if path.is_file()}
        return all(path.suffix == PARTIAL for path in files - {self._out / LAST_ERROR})


def map_threads(function: Callable[[Range], bool], ranges: Iterable[Range]) -> Iterator[bool]:
    """Yield the result of `function` for each of `ranges`, in order, using several threads."""
    with ThreadPoolExecutor() as pool:
        try:
            yield from pool.map(function, ranges)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
