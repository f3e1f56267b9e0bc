"""Partitions: shares of one run that are made alone, by jobs of an array, in any order.

A partition is a range of positions that follows from the configuration and N alone, so that its
files are those of one run of all. All partitions write to one folder:

- `OUT/.imggen/partitions.json` notes how many there are, and the settings to merge them with;
- `OUT/.imggen/partitions/K/` has the records of partition K, its range, and its lock.

Whoever is first makes what all need; a lock lets only one do so at a time.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imggen.errors import OutputError
from imggen.planning.ranges import Range
from imggen.run.journal.done import DONE
from imggen.run.journal.locks import NO_LOCKS, lock, locks_explained
from imggen.store.digests import read_sealed, write_sealed
from imggen.store.layout import JOURNAL, PARTITIONS, SUMMARY

if TYPE_CHECKING:
    from imggen.run.recipe import Recipe

NOTE = f"{JOURNAL}/{PARTITIONS}.json"
SETUP = f"{JOURNAL}/setup.lock"
LOCK, RANGE = "lock", "range.json"


@dataclass(frozen=True)
class Partition:
    """Partition `number` of `count`, from 1."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    @property
    def share(self) -> str:
        """The name of its folder: the folders of all are in order by name, too."""
        return f"{self.number:0{len(str(self.count))}d}"

    def folder(self, out: Path) -> Path:
        """Return where its records are."""
        return out / JOURNAL / PARTITIONS / self.share


@dataclass(frozen=True)
class Note:
    """The number of partitions and images of a run, and its settings, folders relative to OUT."""

    partitions: int
    images: int
    config: dict[str, Any]

    def partition(self, number: int) -> Partition:
        """Return one of the partitions."""
        return Partition(number, self.partitions)

    def __iter__(self) -> Iterator[Partition]:
        return map(self.partition, range(1, self.partitions + 1))


def read_note(out: Path) -> Note | None:
    """Return what is noted of the partitions of the run in `out`; None if it has none."""
    values = read_sealed(out / NOTE)
    return None if values is None else Note(**values)


def bounds_of(recipe: Recipe, partition: Partition) -> Range:
    """Return the range of positions of a partition."""
    order, container = recipe.order, recipe.container
    ends = partition.number - 1, partition.number
    start, stop = (container.border(order, end, partition.count) for end in ends)
    return start, stop


@contextmanager
def locked_partition(out: Path, partition: Partition) -> Iterator[None]:
    """Keep others from making the same partition, and runs without partitions from the folder.

    Raises
    ------
    OutputError
        If another run or job does so already.
    """
    partition.folder(out).mkdir(parents=True, exist_ok=True)
    with opened(out, os.O_RDONLY | os.O_DIRECTORY) as folder:
        message = f"{out} is being written by another run; wait for it, or choose another --out."
        lock(folder, fcntl.LOCK_SH, message, out)
        path = partition.folder(out) / LOCK
        with opened(path, os.O_RDWR | os.O_CREAT) as own:
            message = f"partition {partition} of {out} is being made by another job; wait for it."
            lock(own, fcntl.LOCK_EX, message, out)
            yield


@contextmanager
def setting_up(out: Path) -> Iterator[None]:
    """Let only one partition at a time make what all need; wait for the others."""
    with opened(out / SETUP, os.O_RDWR | os.O_CREAT) as file:
        with locks_explained(out):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_locked(path: Path) -> bool:
    """Return True if some process holds the lock of the file or folder `path`.

    Files are locked by one process alone, so a shared lock tells; NFS gives one to readers.
    """
    if not path.exists():
        return False
    with opened(path, os.O_RDONLY) as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if path.is_dir() else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
    return False


@contextmanager
def opened(path: Path, flags: int) -> Iterator[int]:
    """Yield a descriptor of `path`; locks on it end with the block."""
    file = os.open(path, flags | os.O_CLOEXEC, 0o644)
    try:
        yield file
    finally:
        os.close(file)


def check_note(out: Path, partition: Partition) -> None:
    """Refuse a folder that holds a run without partitions, or with another number of them.

    Raises
    ------
    OutputError
        Saying which.
    """
    note = read_note(out)
    if note is not None and note.partitions != partition.count:
        message = (
            f"{out} is made in {note.partitions:,} partitions, and --partition is {partition}; "
            f"give K/{note.partitions}, or choose another --out."
        )
        raise OutputError(message)
    if note is None and ((out / JOURNAL / DONE).exists() or (out / SUMMARY).exists()):
        message = (
            f"{out} holds a run that is not made in partitions; leave --partition out, or choose "
            "another --out."
        )
        raise OutputError(message)


def write_note(out: Path, note: Note) -> None:
    """Note the partitions of a run."""
    values = {"partitions": note.partitions, "images": note.images, "config": note.config}
    write_sealed(out / NOTE, values)


def write_range(out: Path, partition: Partition, bounds: Range) -> None:
    """Note which positions a partition has."""
    write_sealed(partition.folder(out) / RANGE, list(bounds))


def read_range(out: Path, partition: Partition) -> Range | None:
    """Return which positions a partition has; None if it has never begun."""
    values = read_sealed(partition.folder(out) / RANGE)
    return None if values is None else (values[0], values[1])
