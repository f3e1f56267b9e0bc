"""How the run goes: a bar on a terminal, a plain line per 10 % elsewhere."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import Self, TextIO

STEP = 0.1  # of all images, from one plain line to the next
MEGABYTE = 1e6


class Count:
    """Counts, and shows nothing but warnings.

    Attributes
    ----------
    images : all images of the run
    done : those that are stored
    begun : whether the run has started to write
    """

    def __init__(self) -> None:
        self.images = 0
        self.done = 0
        self.begun = False
        self._rendered = 0
        self._size_bytes = 0
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing to clean up."""

    def say(self, sentence: str) -> None:
        """Something takes long, before the run begins."""

    def warn(self, sentence: str) -> None:
        """The dataset is made, but is not what one might expect: quiet runs say so, too."""
        sys.stderr.write(f"imggen: warning: {sentence}\n")

    def begin(self, images: int, done: int) -> None:
        """`done` of `images` are already stored."""
        self.images, self.done, self.begun = images, done, True
        self._started = time.monotonic()

    def advance(self, images: int, size_bytes: int) -> None:
        """So many more are stored."""
        self.done += images
        self._rendered += images
        self._size_bytes += size_bytes

    def speed(self) -> tuple[float, float]:
        """Images and megabytes per second, over this run."""
        seconds = max(time.monotonic() - self._started, 1e-9)
        return self._rendered / seconds, self._size_bytes / MEGABYTE / seconds

    def __str__(self) -> str:
        """How it goes, in a line."""
        images, megabytes = self.speed()
        left = (self.images - self.done) / max(images, 1e-9)
        return (
            f"{self.done:,} of {self.images:,} images ({self.done / self.images:.0%}), "
            f"{show_rate(images)} images/s, {show_rate(megabytes)} MB/s, {show_seconds(left)} left"
        )


class ProgressLines(Count):
    """Writes a line to `stream` whenever another 10 % are done."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._said = 0

    def say(self, sentence: str) -> None:
        """Something takes long, before the run begins."""
        self._stream.write(f"{sentence}\n")
        self._stream.flush()

    def warn(self, sentence: str) -> None:
        """The dataset is made, but is not what one might expect."""
        self.say(f"imggen: warning: {sentence}")

    def begin(self, images: int, done: int) -> None:
        """`done` of `images` are already stored."""
        super().begin(images, done)
        self._said = self._step()

    def advance(self, images: int, size_bytes: int) -> None:
        """So many more are stored."""
        super().advance(images, size_bytes)
        if self._step() > self._said:
            self._said = self._step()
            self.say(str(self))

    def _step(self) -> int:
        return int(self.done / max(self.images, 1) / STEP + 1e-9)


class Bar(Count):
    """Draws a bar on the terminal that stderr is."""

    def __init__(self) -> None:
        super().__init__()
        # Only this class needs rich, which takes a tenth of a second to load.
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

        self._bar = Progress(
            BarColumn(bar_width=None),
            TextColumn("{task.description}"),
            console=Console(stderr=True),
            expand=True,
        )
        self._task = self._bar.add_task("getting ready", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the terminal back."""
        self._bar.stop()

    def say(self, sentence: str) -> None:
        """Something takes long, before the run begins."""
        self._bar.console.print(sentence, markup=False, highlight=False, soft_wrap=True)

    def warn(self, sentence: str) -> None:
        """The dataset is made, but is not what one might expect."""
        self.say(f"imggen: warning: {sentence}")

    def begin(self, images: int, done: int) -> None:
        """`done` of `images` are already stored."""
        super().begin(images, done)
        self._bar.update(self._task, total=images, completed=done, description="starting")

    def advance(self, images: int, size_bytes: int) -> None:
        """So many more are stored."""
        super().advance(images, size_bytes)
        self._bar.update(self._task, completed=self.done, description=str(self))


def open_progress(stream: TextIO, *, quiet: bool) -> Count:
    """What shows the progress on `stream`, which is stderr or stands for it."""
    if quiet:
        return Count()
    if stream.isatty() and os.environ.get("TERM") != "dumb":
        return Bar()
    return ProgressLines(stream)


def show_rate(rate: float) -> str:
    """A rate with two digits or more."""
    return f"{rate:.1f}" if rate < 10 else f"{rate:,.0f}"


def show_seconds(seconds: float) -> str:
    """A time as people say it."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"


def show_bytes(size: float) -> str:
    """A size as people say it, in powers of 1000."""
    if size < 1000:
        return f"{size:.0f} bytes"
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 1000:
            return f"{size:.1f} {unit}"
    return f"{size / 1000:,.1f} TB"
