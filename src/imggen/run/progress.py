"""The progress of a run: a bar on a terminal, or else a plain line every 10 seconds."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import Self, TextIO

INTERVAL = 10.0  # seconds between two plain lines
MEGABYTE = 1e6


class Count:
    """A progress counter that prints only warnings.

    Attributes
    ----------
    images : number of all images of the run
    done : number of stored images
    begun : True once the run has started to write
    quiet : True if it prints no warnings about the art
    """

    quiet = True

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
        """Do nothing: there is nothing to clean up."""

    def say(self, sentence: str) -> None:
        """Ignore a note on what takes long before the run begins."""

    def warn(self, sentence: str) -> None:
        """Print a warning about the dataset, also in quiet runs."""
        sys.stderr.write(f"imggen: warning: {sentence}\n")

    def begin(self, images: int, done: int) -> None:
        """Start a run of `images` images, of which `done` are already stored."""
        self.images, self.done, self.begun = images, done, True
        self._started = time.monotonic()

    def advance(self, images: int, size_bytes: int) -> None:
        """Count `images` more stored images of `size_bytes` in all."""
        self.done += images
        self._rendered += images
        self._size_bytes += size_bytes

    def speed(self) -> tuple[float, float]:
        """Return the images and bytes per second since `begin`."""
        seconds = max(time.monotonic() - self._started, 1e-9)
        return self._rendered / seconds, self._size_bytes / seconds

    def seconds_left(self) -> float:
        """Return how long the rest takes at the speed since `begin`."""
        return (self.images - self.done) / max(self.speed()[0], 1e-9)

    def __str__(self) -> str:
        """Return the progress as one line."""
        images, size_bytes = self.speed()
        return (
            f"{self.done:,} of {self.images:,} images ({self.done / self.images:.0%}), "
            f"{show_rate(images)} images/s, {show_rate(size_bytes / MEGABYTE)} MB/s, "
            f"{show_seconds(self.seconds_left())} left"
        )


class Ticker(Count):
    """A progress counter that reports at a steady interval, and when all images are stored."""

    quiet = False

    def __init__(self) -> None:
        super().__init__()
        self._reported = 0.0

    def begin(self, images: int, done: int) -> None:
        """Start a run of `images` images, of which `done` are already stored."""
        super().begin(images, done)
        self._reported = self._started

    def advance(self, images: int, size_bytes: int) -> None:
        """Count `images` more stored images of `size_bytes` in all; report if it is time."""
        super().advance(images, size_bytes)
        now = time.monotonic()
        if now - self._reported >= INTERVAL or self.done == self.images:
            self._reported = now
            self.report()

    def report(self) -> None:
        """Report the progress."""
        raise NotImplementedError


class ProgressLines(Ticker):
    """A progress counter that writes lines to `stream`, each with the time of day."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def say(self, sentence: str) -> None:
        """Print a note on what takes long before the run begins."""
        self._stream.write(f"{sentence}\n")
        self._stream.flush()

    def warn(self, sentence: str) -> None:
        """Print a warning about the dataset."""
        self.say(f"imggen: warning: {sentence}")

    def report(self) -> None:
        """Print the progress."""
        self.say(f"{time.strftime('%H:%M:%S')}  {self}")


class Bar(Count):
    """A progress bar on the terminal that stderr is connected to."""

    quiet = False

    def __init__(self) -> None:
        super().__init__()
        # Only this class needs rich, which takes a tenth of a second to import.
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
        """Restore the terminal."""
        self._bar.stop()

    def say(self, sentence: str) -> None:
        """Print a note on what takes long before the run begins."""
        self._bar.console.print(sentence, markup=False, highlight=False, soft_wrap=True)

    def warn(self, sentence: str) -> None:
        """Print a warning about the dataset."""
        self.say(f"imggen: warning: {sentence}")

    def begin(self, images: int, done: int) -> None:
        """Start a run of `images` images, of which `done` are already stored."""
        super().begin(images, done)
        self._bar.update(self._task, total=images, completed=done, description="starting")

    def advance(self, images: int, size_bytes: int) -> None:
        """Count `images` more stored images of `size_bytes` in all, and redraw the bar."""
        super().advance(images, size_bytes)
        self._bar.update(self._task, completed=self.done, description=str(self))


def open_progress(stream: TextIO, *, quiet: bool) -> Count:
    """Return the progress display for `stream`, which is stderr or a replacement for it."""
    if quiet:
        return Count()
    if stream.isatty() and os.environ.get("TERM") != "dumb":
        return Bar()
    return ProgressLines(stream)


def show_rate(rate: float) -> str:
    """Return a rate with at least two significant digits: "0.2", "9.9", "1,250"."""
    return f"{rate:.1f}" if rate < 10 else f"{rate:,.0f}"


def show_seconds(seconds: float) -> str:
    """Return a duration for people: "2.5 s", "3 min 05 s", "1 h 04 min"."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"
