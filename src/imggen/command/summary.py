"""The summaries that commands print of what they have made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.config.sentences import counted
from imggen.run.options import Summary
from imggen.run.progress import show_rate, show_seconds
from imggen.sizes import show_bytes
from imggen.urls import shown

if TYPE_CHECKING:
    from imggen.run.partitions.share import Made

NOTHING: Mapping[str, int] = {}


def say_made(made: Summary | Made, out: Path, report: str | None) -> str:
    """Return the summary of a run or of a partition, as lines of text."""
    now = f", {made.rendered:,} of them now" if made.rendered < made.images else ""
    speed = made.rendered / max(made.seconds, 1e-9)
    time = f"{show_seconds(made.seconds)} ({show_rate(speed)} images/s)"
    if isinstance(made, Summary):
        return "\n".join(say_summary(made, out, report, now, time))
    place = shown(out)
    return "\n".join(
        [
            f"images   {made.images:,} of partition {made.partition}{now}",
            f"size     {show_bytes(made.size_bytes)}",
            f"time     {time}",
            f"where    {place}; once all partitions are there: imggen merge {place}",
        ]
    )


def say_merged(summary: Summary, out: Path, report: str | None) -> str:
    """Return the summary of a merged dataset, as lines of text."""
    time = f"{show_seconds(summary.seconds)} to merge"
    return "\n".join(say_summary(summary, out, report, "", time))


def say_labelled(summary: Summary, out: Path, report: str | None) -> str:
    """Return the summary of a dataset that got labels, as lines of text."""
    return "\n".join(
        [
            f"images   {summary.images:,} labelled",
            f"time     {show_seconds(summary.seconds)}",
            *say_places(summary, out, report),
        ]
    )


def say_summary(
    summary: Summary, out: Path, report: str | None, now: str, time: str
) -> Iterator[str]:
    """Yield the lines of a whole dataset; `now` says what this run made of it."""
    yield f"images   {summary.images:,} ({summary.distinct:,} distinct scenes){now}"
    yield from say_crowded(summary.crowded, summary.images, summary.dropped)
    yield f"size     {show_bytes(summary.size_bytes)}"
    yield f"time     {time}"
    yield from say_places(summary, out, report)


def say_places(summary: Summary, out: Path, report: str | None) -> Iterator[str]:
    """Yield lines on the folder, the report if there is one, and the digest."""
    yield f"where    {shown(out)}"
    if report is not None:
        yield f"report   {report}"
    yield f"digest   {summary.digest}"


def say_crowded(
    crowded: Mapping[str, int], images: int, dropped: Mapping[str, int] = NOTHING
) -> Iterator[str]:
    """Yield a line for each layer with images in which it overlaps layers that it must avoid.

    Of the layers in `dropped`, which have instances, these are counted, else images.
    """
    for layer, count in crowded.items():
        if count and layer in dropped:
            yield (
                f"crowded  {counted(count, 'instance')} of {layer} had no room clear of what to "
                "avoid, and overlap there"
            )
        elif count:
            yield (
                f"crowded  in {count:,} of {images:,} images {layer} has no free place and "
                "overlaps a layer that it should avoid"
            )
    for layer, count in dropped.items():
        if count:
            yield (
                f"dropped  {counted(count, 'instance')} of {layer} had no room clear of what to "
                "avoid, and are left out"
            )
