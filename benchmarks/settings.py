"""What a call of the suite is asked for."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

IMAGE_BYTES = 3.8e6  # about, of a PNG of the article's canvas
DISK_SHARE = 0.4  # of the free space, for what is there at one time


@dataclass(frozen=True)
class Settings:
    """How to measure.

    Attributes
    ----------
    quick : tiny counts: whether it works, not how fast
    art : folder with backgrounds/, characters/ and objects/
    scratch : folder for all that is written
    rounds : how often each contender has its turn
    jobs : names of the jobs to measure; none for all
    count : images of the long runs, if not what a suite would take
    """

    quick: bool
    art: Path
    scratch: Path
    rounds: int
    jobs: tuple[str, ...]
    count: int | None
    console: Console

    def wants(self, job: str) -> bool:
        """Whether that job is to be measured."""
        return not self.jobs or job in self.jobs

    def images(self, wanted: int, quick: int, size_bytes: float) -> int:
        """How many images of that size to make: as many as the disk has room for, well."""
        count = quick if self.quick else self.count or wanted
        room = shutil.disk_usage(self.scratch).free * DISK_SHARE
        return min(count, int(room / size_bytes))

    def within(self, folder: Path) -> Settings:
        """The same, but for where is written."""
        return replace(self, scratch=folder)

    def say(self, what: str) -> None:
        """Tell what is being done."""
        self.console.print(f"... {what}", style="dim", highlight=False)
