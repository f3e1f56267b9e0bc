"""The command `status`: say how far a run is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imggen.command import options
from imggen.errors import OutputError
from imggen.urls import place_of, shown

if TYPE_CHECKING:
    from imggen.run.partitions.status import ShareState, Status

HELP = """\
Say how far a run is, or each partition of it.

Nothing is changed.
"""
EPILOG = """\
[bold]Examples[/]

  imggen status data

  imggen status data --json  [dim]# one JSON object[/]
"""
MOST_NAMED = 20  # partitions on a line
SHARE_STATES: tuple[ShareState, ...] = ("done", "running", "stopped", "not begun")

Folder = Annotated[Path, typer.Argument(metavar="OUT", help="The folder of a run.")]
Json = Annotated[bool, typer.Option("--json", metavar=options.FLAG, help="Print one JSON object.")]


def status(
    out: Folder,
    *,
    as_json: Json = False,
    version: options.Version = False,  # noqa: ARG001  # its callback does it
) -> int:
    """Print the status of the run in `out`; return the exit code."""
    out = place_of("OUT", out, OutputError)
    from imggen.command.events import write_event  # noqa: PLC0415  # not before it is needed
    from imggen.run.stored.remote import find_status  # noqa: PLC0415  # likewise

    found = find_status(out)
    if as_json:
        write_event("status", out=shown(out), **found.values())
    else:
        typer.echo("\n".join(say_status(found)))
    return 0 if found.state == "complete" else 1


def say_status(found: Status) -> Iterator[str]:
    """Yield lines on how far a run is, and how to go on."""
    share = f" ({found.done / found.images:.0%})" if found.images else ""
    of_all = f" of {found.images:,}" if found.images is not None else ""
    yield f"images   {found.done:,}{of_all}{share} in {shown(found.out)}"
    for state in SHARE_STATES:
        if numbers := found.of_state(state):
            yield f"parts    {len(numbers):,} {state}: {named(numbers)}"
    yield f"state    {found.state}"
    if found.state == "to be merged":
        yield f"next     imggen merge {shown(found.out)}"
    elif found.state == "stopped" and found.partitions:
        yield "next     repeat the commands of partitions that are stopped or not begun"
    elif found.state == "stopped":
        yield "next     repeat the command with --resume"


def named(numbers: Sequence[int]) -> str:
    """Return rising `numbers` as text, with ranges: "1-3, 7"."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    texts = [str(first) if first == last else f"{first}-{last}" for first, last in ranges]
    more = len(texts) - MOST_NAMED
    return ", ".join(texts[:MOST_NAMED]) + (f" and {more:,} more ranges" if more > 0 else "")
