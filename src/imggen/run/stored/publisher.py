"""The files of chunks on their way to a store: first these, and then the record that lists them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.containers.base import EarlyName
from imggen.containers.numbering import UNNUMBERED
from imggen.containers.pixels import GROWING, row_size
from imggen.errors import ImggenError
from imggen.run.stored.names import is_fragment
from imggen.run.stored.rows import StoredRows, name_of
from imggen.signals import Stopped
from imggen.store.files import FileStore

if TYPE_CHECKING:
    from imggen.containers.record import ChunkRecord
    from imggen.planning.ranges import Range
    from imggen.run.journal.contents import Contents, Listed
    from imggen.run.stored.listing import Listing
    from imggen.run.stored.small_files import SmallFiles
    from imggen.store.url_store import UrlStore

RECORD_UPLOADS = 8  # in flight at the same time
IN_FLIGHT_BYTES = 2**29  # of finished chunks that wait to be uploaded, and one chunk more


class Publisher:
    """Has the store get what chunks wrote.

    Parameters
    ----------
    check_lease : raises an error if another run has taken over

    Attributes
    ----------
    made_here : the chunks whose rows are in the local array
    """

    def __init__(
        self,
        store: UrlStore,
        out: Path,
        files: SmallFiles,
        listing: Listing,
        check_lease: Callable[[], None],
    ) -> None:
        self._store, self._out = store, out
        self._files, self._listing = files, listing
        self._written = FileStore(out)
        self._check_lease = check_lease
        self._record_pool = ThreadPoolExecutor(RECORD_UPLOADS, "record")
        self._records: deque[Future[None]] = deque()  # uploads of records
        self.made_here: set[Range] = set()

    @cached_property
    def rows(self) -> StoredRows:
        """The rows of an array of pixels."""
        return StoredRows(self._store, self._out, self._listing)

    def publish(self, records: Iterable[ChunkRecord], contents: Contents) -> Iterator[ChunkRecord]:
        """Upload the files of each record, which are in the local folder; yield it; upload it."""
        early_name = contents.container.early_name(contents.order, contents.info, self._out)
        return self._each(records, partial(self._send, contents, early_name))

    def receive(self, records: Iterable[ChunkRecord], contents: Contents) -> Iterator[ChunkRecord]:
        """Yield each record, whose files a worker has uploaded, and then upload the record.

        Fragments of labels are copied to the local folder, where they are merged.
        """
        return self._each(records, partial(self._fetch, contents))

    def close(self) -> None:
        """Wait for the uploads of records."""
        self._record_pool.shutdown()
        self._written.close()

    def _each(
        self, records: Iterable[ChunkRecord], move: Callable[[ChunkRecord], Moving]
    ) -> Iterator[ChunkRecord]:
        """Move the files of each record; yield it once they are there; then upload it."""
        waiting = deque[Moving]()
        try:
            for record in records:
                waiting.append(move(record))
                while waiting and (waiting[0].is_done() or is_full(waiting)):
                    yield from self._finish_first(waiting)
            while waiting:
                yield from self._finish_first(waiting)
        except Stopped:
            yield from self._keep(waiting)
            raise
        except Exception:
            with suppress(ImggenError):  # the first error counts
                yield from self._keep(waiting)
            raise
        self._wait_for_records()

    def _send(self, contents: Contents, early_name: EarlyName, record: ChunkRecord) -> Moving:
        """Begin to upload what a chunk wrote to the local folder."""
        container, bounds = contents.container, (record.start, record.stop)
        files = list(contents.files(record))
        first_names = container.first_names(record)
        name = early_name(bounds) if len(first_names) == 1 else None
        names = {} if name is None else {first_names[0]: name}
        pool = self._files.pool
        moves = [pool.submit(self._send_file, one, names) for one in files]
        noted = (name for name in container.note_names(record) if (self._out / name).exists())
        moves += [pool.submit(self._files.push_file, name) for name in noted]
        if container.pixels and (self._out / GROWING).exists():  # else all are there
            moves.append(pool.submit(self.rows.publish, contents.order, bounds))
            self.made_here.add(bounds)
        return Moving(record, sum(one.size_bytes for one in files), moves)

    def _fetch(self, contents: Contents, record: ChunkRecord) -> Moving:
        """Begin to copy the fragments of a chunk to the local folder."""
        files = [one for one in contents.files(record) if is_fragment(one.name)]
        moves = [
            self._files.pool.submit(self._files.pull_file, one.name, one.size_bytes)
            for one in files
        ]
        if contents.container.pixels:
            size_bytes = len(record.images) * row_size(contents.order)
            self._listing.sizes[name_of((record.start, record.stop))] = size_bytes
        return Moving(record, sum(one.size_bytes for one in files), moves)

    def _send_file(self, listed: Listed, names: Mapping[str, str]) -> None:
        """Upload a file of a chunk, a shard as `names` call it if they do.

        The local file is removed unless the merge reads it; the next shard is written over it.
        """
        path = self._out / listed.name
        if not path.exists() and self._listing.has(listed.name, names):
            return  # a worker that only labels images writes none
        self._store.put(names.get(listed.name, listed.name), path)
        if is_fragment(listed.name):
            self._files.note(listed.name)
        elif listed.name.startswith(UNNUMBERED):
            self._written.spend(listed.name)
        else:
            path.unlink()

    def _finish_first(self, waiting: deque[Moving]) -> Iterator[ChunkRecord]:
        """Wait for the files of the first record; yield and upload it."""
        for one in waiting[0].moves:
            one.result()
        yield from self._finish(waiting.popleft().record)

    def _keep(self, waiting: Collection[Moving]) -> Iterator[ChunkRecord]:
        """Yield and upload the records whose files arrive, at the end of a run that is incomplete.

        After a failure no other move is begun: they may all fail, each after many tries.
        """
        for moving in waiting:
            if not moving.has_failed():
                yield from self._finish(moving.record)
                continue
            for one in waiting:
                one.cancel()
        self._wait_for_records()

    def _wait_for_records(self) -> None:
        while self._records:
            self._records.popleft().result()

    def _finish(self, record: ChunkRecord) -> Iterator[ChunkRecord]:
        """Yield a record whose files are there, and upload what the journal wrote of it."""
        self._check_lease()
        yield record
        push = self._files.push_record
        self._records.append(self._record_pool.submit(push, record.start, record.stop))
        while self._records and self._records[0].done():
            self._records.popleft().result()


@dataclass(frozen=True)
class Moving:
    """A chunk's record, the bytes of its files, and the moves of these."""

    record: ChunkRecord
    size_bytes: int
    moves: list[Future[None]]

    def is_done(self) -> bool:
        """Return True if no move is left to wait for."""
        return all(one.done() for one in self.moves)

    def has_failed(self) -> bool:
        """Wait; return True if a move has failed, or was cancelled."""
        return any(one.cancelled() or one.exception() is not None for one in self.moves)

    def cancel(self) -> None:
        """Cancel the moves that have not begun."""
        for one in self.moves:
            one.cancel()


def is_full(waiting: Iterable[Moving]) -> bool:
    """Return True if no more bytes may wait to be moved."""
    return sum(one.size_bytes for one in waiting) > IN_FLIGHT_BYTES
