"""The status of a run, from its folder alone: no art is read, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from imggen.errors import OutputError
from imggen.run.journal.done import DONE, ranges_in
from imggen.run.journal.identity import read_manifest
from imggen.run.journal.journal import Journal
from imggen.run.partitions.partitions import (
    LOCK,
    Partition,
    is_locked,
    read_note,
    read_range,
)
from imggen.store.layout import JOURNAL, SUMMARY
from imggen.store.summary import read_summary

State = Literal["complete", "running", "stopped", "to be merged"]
ShareState = Literal["done", "running", "stopped", "not begun"]


@dataclass(frozen=True)
class ShareStatus:
    """The status of one partition; `images` is None if it has not begun."""

    partition: Partition
    state: ShareState
    done: int = 0
    images: int | None = None


@dataclass(frozen=True)
class Status:
    """The status of a run.

    Attributes
    ----------
    images : how many it makes in all; None if its journal does not say
    done : how many of them are made
    partitions : of a run that is made in partitions
    """

    out: Path
    state: State
    images: int | None
    done: int
    partitions: Sequence[ShareStatus] = field(default=())

    def of_state(self, state: ShareState) -> list[int]:
        """Return the numbers of the partitions in `state`."""
        return [one.partition.number for one in self.partitions if one.state == state]

    def values(self) -> dict[str, Any]:
        """Return the status as JSON values."""
        found: dict[str, Any] = {"state": self.state, "images": self.images, "done": self.done}
        if self.partitions:
            found["partitions"] = [
                {
                    "partition": one.partition.number,
                    "of": one.partition.count,
                    "state": one.state,
                    "done": one.done,
                    "images": one.images,
                }
                for one in self.partitions
            ]
        return found


def find_status(out: Path, is_running: Callable[[Path], bool] = is_locked) -> Status:
    """Return how far the run in `out` is.

    `is_running` is asked about the folder or the lock of a partition, which runs hold.

    Raises
    ------
    OutputError
        If it holds none.
    """
    if not (out / JOURNAL).is_dir() and not (out / SUMMARY).is_file():
        what = "holds no imggen run" if out.is_dir() else "is not a folder"
        message = f"{out} {what}; expected the --out of a run that has begun."
        raise OutputError(message)
    summary, note = read_summary(out), read_note(out)
    shares = () if note is None else tuple(share_status(out, one, is_running) for one in note)
    done = sum(stop - start for start, stop in Journal(out).ranges())
    if summary is not None:
        images = summary["images"]
        return Status(out, "complete", images, images, shares)
    if note is None:
        state: State = "running" if is_running(out) else "stopped"
        return Status(out, state, images_of(out), done)
    if done >= note.images:
        state = "to be merged"
    else:
        state = "running" if any(one.state == "running" for one in shares) else "stopped"
    return Status(out, state, note.images, done, shares)


def share_status(
    out: Path, partition: Partition, is_running: Callable[[Path], bool]
) -> ShareStatus:
    """Return how far one partition is."""
    bounds = read_range(out, partition)
    if bounds is None:
        return ShareStatus(partition, "not begun")
    images = bounds[1] - bounds[0]
    folder = partition.folder(out)
    done = sum(stop - start for start, stop in ranges_in(folder / DONE))
    if is_running(folder / LOCK):
        return ShareStatus(partition, "running", done, images)
    return ShareStatus(partition, "done" if done >= images else "stopped", done, images)


def images_of(out: Path) -> int | None:
    """Return how many images the run in `out` makes, if its manifest says so."""
    manifest = read_manifest(out / JOURNAL)
    if manifest is None:
        return None
    dataset = manifest["config"]["dataset"] if "config" in manifest else manifest["dataset"]
    return None if dataset["sampling"] in ("all", "grid") else int(dataset["count"])
