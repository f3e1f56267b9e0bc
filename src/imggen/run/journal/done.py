"""The folder of a journal's records, and their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from imggen.planning.ranges import Range

DONE = "done"
DONE_NAME = re.compile(r"(\d+)-(\d+)\.record")


def name_of(start: int, stop: int) -> str:
    """Return the name of the record of a range."""
    return f"{start}-{stop}.record"


def ranges_in(folder: Path) -> Iterator[Range]:
    """Yield the ranges whose records are in `folder`."""
    for path in folder.iterdir() if folder.exists() else ():
        if match := DONE_NAME.fullmatch(path.name):
            yield int(match[1]), int(match[2])
