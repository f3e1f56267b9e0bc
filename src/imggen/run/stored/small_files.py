"""The journal, tables and labels of a run: small files, in a local folder and in the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from imggen.containers.numbering import UNNUMBERED
from imggen.run.journal.done import DONE
from imggen.run.stored.names import (
    is_earlier,
    is_fragment,
    is_of_one_machine,
    is_read,
    own_folder,
)
from imggen.store.files import PARTIAL
from imggen.store.layout import FRAGMENTS, JOURNAL, LAST_ERROR, SUMMARY

if TYPE_CHECKING:
    from imggen.store.url_store import UrlStore

Each = TypeVar("Each")

UPLOADS = 32  # in flight at the same time
UNKNOWN = -1, -1  # time and size of a file that is not here
LAST = (f"{JOURNAL}/{SUMMARY}", SUMMARY)  # they say that all else is there


class SmallFiles:
    """The journal, tables and labels in the local folder `out` and in `store`.

    Parameters
    ----------
    share : the name of the partition that is made; None for a whole run

    Attributes
    ----------
    pool : threads that copy files
    """

    def __init__(self, store: UrlStore, out: Path, share: str | None) -> None:
        self._store, self._out, self._share = store, out, share
        self._known: dict[str, tuple[int, int]] = {}  # time and size of local files that it has
        self.pool = ThreadPoolExecutor(UPLOADS, "upload")

    def pull(self, *, records: bool = True) -> None:
        """Copy the journal from the store, of a partition only what it needs.

        Without `records`, of these and of label fragments there are only the names.
        """
        sizes = self._store.sizes(JOURNAL) if self._share is None else self._sizes_of_share()
        wanted = [name for name in sizes if is_read(name)]
        if not records:
            bulk = [name for name in wanted if name.endswith(".record") or is_fragment(name)]
            wanted = sorted(set(wanted).difference(bulk))
            for name in bulk:
                (self._out / name).parent.mkdir(parents=True, exist_ok=True)
                (self._out / name).touch()
        self.all(lambda name: self.pull_file(name, sizes[name]), wanted)

    def pull_file(self, name: str, size_bytes: int) -> None:
        """Copy a file from the store to the local folder."""
        self._store.get_file(name, self._out / name, size_bytes)
        self.note(name)

    def push(self) -> None:
        """Bring the store up to date with the local folder: lost records go, files are written."""
        local = {name: stamp_of(self._out / name) for name in self._local_names()}
        gone = set(self._known) - set(local)
        moved = [name for name in local if is_earlier(name) and name not in self._known]
        self.all(self.push_file, moved)  # records are moved there, and none may be lost
        self._store.remove(sorted(gone.intersection(LAST)))
        self._store.remove(sorted(gone.difference(LAST)))
        self._known = {name: stamp for name, stamp in self._known.items() if name not in gone}
        changed = [name for name, stamp in local.items() if self._known.get(name) != stamp]
        self.all(self.push_file, [name for name in changed if name not in LAST])
        for name in LAST:
            if name in changed:
                self.push_file(name)
        self._store.flush()

    def push_file(self, name: str) -> None:
        """Upload a file of the local folder."""
        stamp = stamp_of(self._out / name)
        self._store.put(name, self._out / name)
        self._known[name] = stamp

    def push_record(self, start: int, stop: int) -> None:
        """Upload the record of a chunk."""
        self.push_file(f"{own_folder(self._share)}/{DONE}/{start}-{stop}.record")

    def new_names(self) -> list[str]:
        """Return the names of images and labels beside them that only the local folder has."""
        names = [name for name in self._local_names() if name not in self._known]
        return [name for name in names if not name.startswith(f"{JOURNAL}/") and "/" in name]

    def remove_first(self) -> None:
        """Remove records and `run.json` from the store, so that nothing seems to be complete."""
        first = [name for name in self._known if name in LAST or name.endswith(".record")]
        self._store.remove(first)
        self._known.clear()

    def note(self, name: str) -> None:
        """Note that the store has a file as it is in the local folder."""
        self._known[name] = stamp_of(self._out / name)

    def note_stored(self, names: Iterable[str]) -> None:
        """Note that the store has files, which `push` removes unless there are such here."""
        for name in names:
            self._known.setdefault(name, UNKNOWN)

    def drop(self, name: str) -> None:
        """Note that the store does not have a file any more."""
        self._known.pop(name, None)

    def all(self, work: Callable[[Each], None], each: Iterable[Each]) -> None:
        """Do `work` for all of `each`, many at the same time."""
        for _ in self.pool.map(work, each):
            pass

    def _sizes_of_share(self) -> dict[str, int]:
        """Return the sizes of what a partition needs of the journal, without those of others."""
        own = own_folder(self._share)
        sizes = self._store.sizes(own)
        made = {Path(name).stem for name in sizes if name.endswith(".record")}
        if made:
            fragments = self._store.sizes(FRAGMENTS)
            sizes |= {name: size for name, size in fragments.items() if Path(name).name in made}
        for name, size in self._store.entries(JOURNAL).items():
            if size is not None:
                sizes[name] = size
            elif name == f"{JOURNAL}/{DONE}":  # of a run that is not made in partitions
                (self._out / name).mkdir(parents=True)
        return sizes

    def _local_names(self) -> Iterator[str]:
        for path in self._out.rglob("*"):
            name = str(path.relative_to(self._out))
            own = is_of_one_machine(name) or name == LAST_ERROR or path.suffix == PARTIAL
            if path.is_file() and not own and not name.startswith(f"{UNNUMBERED}/"):
                yield name


def stamp_of(path: Path) -> tuple[int, int]:
    """Return when a file was changed, and its size in bytes."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size
