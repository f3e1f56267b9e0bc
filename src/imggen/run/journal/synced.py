"""The ranges of a journal that have reached the disk together with their files.

`synced.json` beside the records lists them, and the identity of their run. A power cut can only
damage the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from imggen.planning.ranges import Range, merged
from imggen.store.digests import read_sealed, seal, write_sealed
from imggen.store.syncing import Syncing

SYNCED = "synced.json"


class SyncedRanges:
    """The ranges that a run adds to the journal in `folder`, synced and noted from time to time."""

    def __init__(self, folder: Path, out: Path, identity: bytes) -> None:
        self._identity = identity
        self._ranges: list[Range] = []
        self._syncing = Syncing(folder / SYNCED, out)

    def begin(self, ranges: Iterable[Range]) -> None:
        """Begin with the `ranges` whose records are there already."""
        self._ranges = merged(ranges)

    def add(self, bounds: Range) -> None:
        """Add a range whose record and files are written; the next sync brings them to the disk."""
        self._ranges.append(bounds)
        if self._syncing.is_due():
            self._ranges = merged(self._ranges)
            self._syncing.start(seal(values_of(self._ranges, self._identity)))

    def close(self) -> None:
        """Stop syncing; call this after the last `add`."""
        self._syncing.close()


def write_synced(folder: Path, ranges: Iterable[Range], identity: bytes) -> None:
    """Note in `folder` that these `ranges` of the run `identity` have reached the disk."""
    write_sealed(folder / SYNCED, values_of(ranges, identity), synced=True)


def read_synced(folder: Path, identity: bytes) -> list[Range]:
    """Return the ranges in `folder`, of the run `identity`, that are known to be on the disk."""
    values = read_sealed(folder / SYNCED)
    if values is None or values["run"] != identity.hex():
        return []
    return [(start, stop) for start, stop in values["ranges"]]


def values_of(ranges: Iterable[Range], identity: bytes) -> dict[str, Any]:
    """Return the values in the file SYNCED."""
    return {"run": identity.hex(), "ranges": list(ranges)}
