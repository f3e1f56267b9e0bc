"""Notes of shards in a store, and copies of shards whose notes are lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from imggen.errors import ExplainedError
from imggen.run.stored.names import WAY_OUT
from imggen.store.digests import digest_file

if TYPE_CHECKING:
    from pathlib import Path

    from imggen.containers import Container
    from imggen.run.journal.journal import Journal
    from imggen.run.stored.small_files import SmallFiles
    from imggen.store.entries import Entry
    from imggen.store.url_store import UrlStore


def gather_notes(
    container: Container, journal: Journal, store: UrlStore, files: SmallFiles, out: Path
) -> None:
    """Copy to `out` what is noted of shards that are there; the next push removes all else."""
    if not container.index_folders:
        return
    found = files.pool.map(store.sizes, container.index_folders)
    sizes = {name: size for one in found for name, size in one.items()}
    files.note_stored(filter(container.is_index, sizes))
    wanted = {name for record in journal.records() for name in container.note_names(record)}
    lacking = [name for name in wanted & sizes.keys() if not (out / name).exists()]
    files.all(lambda name: files.pull_file(name, sizes[name]), lacking)


@contextmanager
def copied_shard(store: UrlStore, name: str, entry: Entry, copy: Path) -> Iterator[Path]:
    """Yield `copy`, where the shard `name` can be read meanwhile.

    Raises
    ------
    RunError
        If it is damaged.
    """
    try:
        store.get_file(name, copy, entry.size_bytes)
        if digest_file(copy).digest != entry.digest:
            raise ExplainedError(f"{store.url}/{name} is damaged; {WAY_OUT}.")
        yield copy
    finally:
        copy.unlink(missing_ok=True)
