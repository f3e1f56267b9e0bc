"""The journal: which part of a run is done, so that an interrupted one goes on where it stopped.

`OUT/.imggen/manifest.json` holds what the run makes, `OUT/.imggen/done/START-STOP.npy` the size and
digest of those images in the plan's order.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets.origin import difference_between
from imggen.errors import OutputError
from imggen.run.record import RECORD, ChunkRecord
from imggen.store.layout import JOURNAL

MANIFEST = "manifest.json"
DONE_NAME = re.compile(r"(\d+)-(\d+)\.npy")


class Journal:
    """The journal of one output folder, whose records are of the type `record`."""

    def __init__(self, out: Path, record: np.dtype[np.void] = RECORD) -> None:
        self._record = record
        self._folder = out / JOURNAL
        self._done = self._folder / "done"

    def check(self, manifest: dict[str, Any]) -> None:
        """Refuse a folder that holds another run; one without a journal is fine.

        Raises
        ------
        OutputError
            Saying what differs.
        """
        path = self._folder / MANIFEST
        if not path.exists():
            return
        try:
            difference = difference_between(json.loads(path.read_bytes()), manifest)
        except ValueError:
            difference = f"{path.name} in its {JOURNAL} is damaged"
        if difference is not None:
            message = (
                f"{path.parent.parent} cannot be resumed: {difference}. "
                "Give the same settings and art, or --overwrite to start anew."
            )
            raise OutputError(message)

    def begin(self, manifest: dict[str, Any]) -> None:
        """Make the journal if there is none."""
        self._done.mkdir(parents=True, exist_ok=True)
        write_whole(self._folder / MANIFEST, json.dumps(manifest, indent=1).encode())

    def ranges(self) -> list[tuple[int, int]]:
        """The ranges of the plan's order that are done, sorted."""
        paths = self._done.iterdir() if self._done.exists() else []
        matches = (DONE_NAME.fullmatch(path.name) for path in paths)
        return sorted((int(match[1]), int(match[2])) for match in matches if match)

    def missing(self, count: int) -> Iterator[tuple[int, int]]:
        """The ranges that are not done, of `count` images."""
        position = 0
        for start, stop in [*self.ranges(), (count, count)]:
            if position < start:
                yield position, start
            position = stop

    def add(self, record: ChunkRecord) -> None:
        """Note that a chunk's images are stored."""
        path = self._path(record.start, record.stop)
        partial = path.with_name(path.name + ".part")
        with partial.open("wb") as file:
            np.save(file, record.files)
        os.replace(partial, path)

    def forget(self) -> None:
        """Take back all that is done."""
        shutil.rmtree(self._done, ignore_errors=True)

    def forget_lost(self, is_whole: Callable[[int, int, npt.NDArray[np.void]], bool]) -> None:
        """Take back the ranges whose images are no longer as noted.

        `is_whole` gets the start and stop of a range and its files.
        """
        for start, stop in self.ranges():
            files = self._read(start, stop)
            if files is None or not is_whole(start, stop, files):
                self._path(start, stop).unlink()

    def files(self, order: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.void]:
        """What is noted of all images, in their own order: (images,) of its `record`.

        `order` (images,) is the plan's.
        """
        files = np.zeros(len(order), self._record)
        for start, stop in self.ranges():
            files[order[start:stop]] = self._read(start, stop)
        return files

    def _path(self, start: int, stop: int) -> Path:
        return self._done / f"{start}-{stop}.npy"

    def _read(self, start: int, stop: int) -> npt.NDArray[np.void] | None:
        """The files of a range, or None if their record is damaged."""
        try:
            files: npt.NDArray[np.void] = np.load(self._path(start, stop))
        except (ValueError, EOFError):
            return None
        return files if files.dtype == self._record and files.shape == (stop - start,) else None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is whole or absent."""
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(content)
    os.replace(partial, path)
