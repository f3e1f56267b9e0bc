"""The journal: which part of a run is done, so that an interrupted one goes on where it stopped.

    OUT/.imggen/manifest.json       what the run makes
    OUT/.imggen/done/START-STOP.npy   size and digest of those images, in the plan's order
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.errors import OutputError
from imggen.run.chunk import RECORD, ChunkRecord

FOLDER = ".imggen"
MANIFEST = "manifest.json"
DONE_NAME = re.compile(r"(\d+)-(\d+)\.npy")


class Journal:
    """The journal of one output folder."""

    def __init__(self, out: Path) -> None:
        self._folder = out / FOLDER
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
        difference = first_difference(json.loads(path.read_text()), manifest)
        if difference is not None:
            message = (
                f"{path.parent.parent} cannot be resumed: {difference}. "
                "Give the same settings, or --overwrite to start anew."
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
        path = self._done / f"{record.start}-{record.stop}.npy"
        partial = path.with_name(path.name + ".part")
        with partial.open("wb") as file:
            np.save(file, record.files)
        os.replace(partial, path)

    def files(self, count: int) -> npt.NDArray[np.void]:
        """Size and digest of all images in the plan's order: (count,) of RECORD."""
        files = np.zeros(count, RECORD)
        for start, stop in self.ranges():
            files[start:stop] = np.load(self._done / f"{start}-{stop}.npy")
        return files


def first_difference(known: Any, now: Any, field: str = "") -> str | None:
    """The first field in which two manifests differ, as a sentence; None if there is none."""
    if isinstance(known, dict) and isinstance(now, dict):
        for key in {**known, **now}:
            inner = f"{field}.{key}" if field else key
            difference = first_difference(known.get(key), now.get(key), inner)
            if difference:
                return difference
        return None
    if isinstance(known, list) and isinstance(now, list) and len(known) == len(now):
        pairs = enumerate(zip(known, now, strict=True))
        found = (first_difference(a, b, label(field, k, a)) for k, (a, b) in pairs)
        return next((difference for difference in found if difference), None)
    return None if known == now else f"{field} was {known!r} and is {now!r}"


def label(field: str, position: int, item: Any) -> str:
    """How an item of a list is called: by its name if it has one."""
    return f"{field}.{item['name'] if isinstance(item, dict) and 'name' in item else position}"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is whole or absent."""
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(content)
    os.replace(partial, path)
