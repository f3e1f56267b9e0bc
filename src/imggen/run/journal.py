"""The journal: which part of a run is done, so that an interrupted one goes on where it stopped.

`OUT/.imggen/manifest.json` holds what the run makes, `OUT/.imggen/done/START-STOP.record` what is
known of those images in the plan's order, see record.py. `OUT/.imggen/synced.json` says which of
these records, and what they list, are known to be on the disk: the rest may be lost with the power.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.containers.base import missing
from imggen.containers.record import (
    ChunkRecord,
    RecordType,
    identity_of,
    pack_record,
    unpack_record,
)
from imggen.errors import OutputError
from imggen.paths import os_errors_as
from imggen.run.identity import (
    MANIFEST,
    identity_of_manifest,
    read_manifest,
    write_manifest,
)
from imggen.store.digests import read_sealed, seal, write_sealed
from imggen.store.files import PARTIAL, write_whole
from imggen.store.layout import JOURNAL, LAST_ERROR
from imggen.store.origin import difference_between
from imggen.store.syncing import Syncing

SYNCED = "synced.json"
DONE_NAME = re.compile(r"(\d+)-(\d+)\.record")
Range = tuple[int, int]  # start and stop in the plan's order


class Journal:
    """The journal of one output folder, whose records are of the type `kind`."""

    def __init__(self, out: Path, kind: RecordType | None = None) -> None:
        self._kind = kind or RecordType()
        self._out = out
        self._folder = out / JOURNAL
        self._done = self._folder / "done"
        self._noted: list[Range] = []  # what a sync that starts now brings to the disk
        self._syncing = Syncing(self._folder / SYNCED)

    def check(self, manifest: dict[str, Any]) -> None:
        """Refuse a folder that holds another run; one without a journal is fine.

        Raises
        ------
        OutputError
            Saying what differs.
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
                "Give the same settings and art, or --overwrite to start anew."
            )
            raise OutputError(message)

    def begin(self, manifest: dict[str, Any]) -> None:
        """Make the journal if there is none."""
        self._done.mkdir(parents=True, exist_ok=True)
        write_manifest(self._folder, manifest)

    @os_errors_as(OutputError)
    def ranges(self) -> list[Range]:
        """The ranges of the plan's order that are done, sorted."""
        paths = self._done.iterdir() if self._done.exists() else []
        matches = (DONE_NAME.fullmatch(path.name) for path in paths)
        return sorted((int(match[1]), int(match[2])) for match in matches if match)

    def missing(self, count: int) -> Iterator[Range]:
        """The ranges that are not done, of `count` images."""
        yield from missing(self.ranges(), count)

    def add(self, record: ChunkRecord) -> None:
        """Note that all that a chunk wrote is stored."""
        path = self._path(record.start, record.stop)
        write_whole(path, pack_record(record, self._kind))
        self._noted.append((record.start, record.stop))
        if self._syncing.is_due():
            self._noted = merged(self._noted)
            self._syncing.start(seal(self._synced(self._noted)))

    def close(self) -> None:
        """Note nothing more."""
        self._syncing.close()

    def forget(self) -> None:
        """Take back all that is done."""
        (self._folder / SYNCED).unlink(missing_ok=True)
        shutil.rmtree(self._done, ignore_errors=True)

    def forget_lost(
        self, is_whole: Callable[[ChunkRecord, bool], bool], *, read_all: bool = False
    ) -> bool:
        """Take back the ranges whose files are no longer as noted; return whether there are any.

        `is_whole` gets a record, and whether to read the files that it lists: else only their sizes
        are compared. They are read where they may not have been on the disk, or with `read_all`.
        """
        synced = self._read_synced()

        def is_kept(bounds: Range) -> bool:
            record = self._read(*bounds)
            unsure = read_all or not covers(synced, bounds)
            return record is not None and is_whole(record, unsure)

        ranges = self.ranges()
        kept = without_overlaps(compress(ranges, map_threads(is_kept, ranges)))
        lost = set(ranges).difference(kept)
        self._noted = merged(kept)
        still = merged(bounds for bounds in kept if covers(synced, bounds))
        if still != synced:  # what is made instead of the rest is not on the disk yet
            write_sealed(self._folder / SYNCED, self._synced(still), synced=True)
        for bounds in lost:
            self._path(*bounds).unlink()
        return bool(lost)

    def records(self) -> Iterator[ChunkRecord]:
        """Yield all records, in the plan's order.

        Raises
        ------
        OutputError
            If one has been damaged since `forget_lost`.
        """
        for start, stop in self.ranges():
            record = self._read(start, stop)
            if record is None:
                message = f"{self._path(start, stop)} is damaged; give --resume to make it again."
                raise OutputError(message)
            yield record

    def readable(self) -> Iterator[ChunkRecord]:
        """Yield the records that are not damaged, in the plan's order."""
        position = 0
        for start, stop in self.ranges():
            record = self._read(start, stop) if start >= position else None
            if record is not None:
                yield record
                position = stop

    def files(self, order: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.void]:
        """What is noted of all images, in their own order: (images,) of the type of their records.

        `order` (images,) is the plan's.
        """
        files = np.zeros(len(order), self._kind.images)
        for record in self.records():
            files[order[record.start : record.stop]] = record.images
        return files

    def _path(self, start: int, stop: int) -> Path:
        return self._done / f"{start}-{stop}.record"

    @os_errors_as(OutputError)
    def _read(self, start: int, stop: int) -> ChunkRecord | None:
        """The record of a range, or None if it is damaged or of another run."""
        record = unpack_record(self._path(start, stop).read_bytes(), self._kind)
        return record if record and (record.start, record.stop) == (start, stop) else None

    def _synced(self, ranges: Iterable[Range]) -> dict[str, Any]:
        """What the file SYNCED holds."""
        return {"run": self._kind.identity.hex(), "ranges": list(ranges)}

    def _read_synced(self) -> list[Range]:
        """The ranges that are known to be on the disk."""
        values = read_sealed(self._folder / SYNCED)
        if values is None or values["run"] != self._kind.identity.hex():
            return []
        return [(start, stop) for start, stop in values["ranges"]]

    def _find_stranger(self, identity: bytes) -> str | None:
        """Say why a journal whose manifest cannot be read may be of another run; None if it is not.

        Records tell: each carries the identity of its run.
        """
        if self._is_new():
            return None
        known = {identity_of(self._path(*bounds).read_bytes()) for bounds in self.ranges()} - {None}
        if known == {identity}:
            return None
        state = "damaged" if (self._folder / MANIFEST).exists() else "missing"
        records = "its records are of another run" if known else "no record says what it makes"
        return f"{MANIFEST} in its {JOURNAL} is {state}, and {records}"

    def _is_new(self) -> bool:
        """Whether nothing has been made yet: the run was stopped before it wrote its manifest."""
        files = {path for path in self._out.rglob("*") if path.is_file()}
        return all(path.suffix == PARTIAL for path in files - {self._out / LAST_ERROR})


def covers(ranges: Iterable[Range], bounds: Range) -> bool:
    """Return whether one of `ranges` holds all of `bounds`."""
    return any(start <= bounds[0] and bounds[1] <= stop for start, stop in ranges)


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Return `ranges` with those that touch made one, sorted."""
    result: list[Range] = []
    for start, stop in sorted(ranges):
        if result and start <= result[-1][1]:
            result[-1] = result[-1][0], max(stop, result[-1][1])
        else:
            result.append((start, stop))
    return result


def without_overlaps(ranges: Iterable[Range]) -> list[Range]:
    """Return the sorted `ranges` without any that begins within one before it."""
    result: list[Range] = []
    for start, stop in ranges:
        if not result or start >= result[-1][1]:
            result.append((start, stop))
    return result


def map_threads(function: Callable[[Range], bool], ranges: Iterable[Range]) -> Iterator[bool]:
    """Yield what `function` says of each of `ranges`, in their order."""
    with ThreadPoolExecutor() as pool:
        try:
            yield from pool.map(function, ranges)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
