"""What a call of the suite is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console


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
    """

    quick: bool
    art: Path
    scratch: Path
    rounds: int
    jobs: tuple[str, ...]
    console: Console

    def wants(self, job: str) -> bool:
        """Whether that job is to be measured."""
        return not self.jobs or job in self.jobs

    def say(self, what: str) -> None:
        """Tell what is being done."""
        self.console.print(f"... {what}", style="dim", highlight=False)
