"""The options of a run, the interface to watch its progress, and its summary."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from imggen.run.engines.choice import LOKY, Choice
from imggen.run.journal.folder import Existing
from imggen.run.partitions.partitions import Partition
from imggen.run.stored.uploads import NO_UPLOADS, Uploads

if TYPE_CHECKING:
    from imggen.run.journal.journal import Journal
    from imggen.run.recipe import Recipe


class Progress(Protocol):
    """A receiver of a run's progress."""

    def say(self, sentence: str) -> None:
        """Receive a note on what takes long before the run begins."""

    def warn(self, sentence: str) -> None:
        """Receive a warning about the dataset."""

    def begin(self, images: int, done: int) -> None:
        """Receive the start of a run of `images` images, of which `done` are already stored."""

    def advance(self, images: int, size_bytes: int) -> None:
        """Receive that `images` more images, of `size_bytes` in all, are stored."""


@dataclass(frozen=True)
class Options:
    """The options of a run, none of which changes the images.

    Attributes
    ----------
    workers : number of processes
    existing : what to do if the folder is not empty
    chunk_size : images per task; None chooses
    check : read all existing files again when resuming
    memory_bytes : for prepared backgrounds, which all workers share; None chooses
    engine : where chunks are rendered
    uploads : of what is whole, if `out` is not the dataset's folder
    partition : the part of the run to make; None makes all of it
    afterwards : called with these, recipe, journal and summary once the dataset is complete
    started : start of the command, by `time.monotonic`; the time of the run counts from it
    """

    out: Path
    workers: int
    existing: Existing = "refuse"
    chunk_size: int | None = None
    memory_bytes: int | None = None
    check: bool = False
    engine: Choice = LOKY
    uploads: Uploads = NO_UPLOADS
    partition: Partition | None = None
    afterwards: Callable[[Options, Recipe, Journal, Summary], None] | None = None
    started: float = field(default_factory=time.monotonic)

    @property
    def workers_upload_to(self) -> str | None:
        """The URL that workers upload to themselves, as those of clusters do; else None."""
        return None if self.engine.name == LOKY.name else self.uploads.url


@dataclass(frozen=True)
class Summary:
    """The result of a run.

    Attributes
    ----------
    images
        The number of images in the dataset.
    rendered
        The number of images that this run rendered.
    distinct
        The number of distinct scenes.
    size_bytes
        The size of all images.
    seconds
        The duration since the start of the command.
    crowded
        For each layer with `avoid`, the number of images in which it overlaps those layers; if it
        has instances, the number of these that overlap.
    digest
        The hexadecimal digest of all images.
    dropped
        For each layer with `avoid` and instances, the number of these that are left out.

    Examples
    --------
    >>> summary = imggen.generate("assets", "summed", count=10, size=64)
    >>> summary.images, summary.rendered
    (10, 10)
    """

    images: int
    rendered: int
    distinct: int
    size_bytes: int
    seconds: float
    crowded: dict[str, int]
    digest: str
    dropped: dict[str, int] = field(default_factory=dict)
