"""How a run is asked for, watched and summed up."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from imggen.run.folder import Existing


class Progress(Protocol):
    """What wants to know how the run goes."""

    def say(self, sentence: str) -> None:
        """Something takes long, before the run begins."""

    def warn(self, sentence: str) -> None:
        """The dataset is made, but is not what one might expect."""

    def begin(self, images: int, done: int) -> None:
        """`done` of `images` are already stored."""

    def advance(self, images: int, size_bytes: int) -> None:
        """So many more are stored."""


@dataclass(frozen=True)
class Options:
    """How to run. Nothing here changes what is made.

    Attributes
    ----------
    workers : processes
    existing : what to do with a folder that is not empty
    chunk_size : images a task; None chooses
    check : whether to read all that is there again when a run is resumed
    memory_bytes : for prepared backgrounds that all workers share; None chooses
    started : when the command began, by `time.monotonic`; the time of the run counts from there
    """

    out: Path
    workers: int
    existing: Existing = "refuse"
    chunk_size: int | None = None
    memory_bytes: int | None = None
    check: bool = False
    started: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Summary:
    """What came of a run: `images` in all, of which `rendered` now, in `seconds` since it started.

    `crowded` counts, for each layer that avoids others, the images where it cannot.
    """

    images: int
    rendered: int
    distinct: int
    size_bytes: int
    seconds: float
    crowded: dict[str, int]
    digest: str
