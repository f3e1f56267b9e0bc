"""Events of a command for other programs: one JSON object a line, on standard output."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any

import typer

from imggen.run.progress import Count, Ticker, open_progress


def write_event(event: str, **values: Any) -> None:  # noqa: ANN401  # whatever JSON holds
    """Print an object with the name of an event, the time (ISO 8601, UTC) and its values."""
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    typer.echo(json.dumps({"event": event, "time": time, **values}, ensure_ascii=False))


class EventProgress(Ticker):
    """A progress counter that prints events."""

    def say(self, sentence: str) -> None:
        """Print a note on what takes long before the run begins."""
        write_event("note", text=sentence)

    def warn(self, sentence: str) -> None:
        """Print a warning about the dataset."""
        write_event("warning", text=sentence)

    def begin(self, images: int, done: int) -> None:
        """Start a run of `images` images, of which `done` are already stored."""
        super().begin(images, done)
        write_event("begun", images=images, done=done)

    def report(self) -> None:
        """Print the progress."""
        images, size_bytes = self.speed()
        write_event(
            "progress",
            images=self.images,
            done=self.done,
            images_per_second=round(images, 3),
            bytes_per_second=round(size_bytes),
            seconds_left=round(self.seconds_left(), 1),
        )


def open_display(*, quiet: bool, as_json: bool) -> Count:
    """Return the display of a run's progress."""
    if as_json and not quiet:
        return EventProgress()
    return open_progress(sys.stderr, quiet=quiet)
