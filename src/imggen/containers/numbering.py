"""The first and the last names of shards, and of other files that are complete at the end of a run.

Workers leave their shards in the journal's folder. Where each block is surely one shard, the plan
tells its number, and it gets its last name as soon as its record is in the journal. Elsewhere
nobody knows how many shards come before it, and all are numbered and renamed when all are done.
`OUT/.imggen/shards.json` notes first what each will be called, for a run that is killed on the way,
or that lacks a shard later.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from imggen.store.digests import read_sealed, write_sealed
from imggen.store.entries import Entry
from imggen.store.layout import JOURNAL

UNNUMBERED = f"{JOURNAL}/shards"  # where workers leave them
NUMBERS = f"{JOURNAL}/shards.json"


class Numbered(NamedTuple):
    """The last name of a shard, or of the array of pixels, in the dataset, and its entry."""

    name: str
    entry: Entry


def first_name(start: int, stop: int, number: int, suffix: str) -> str:
    """Return the first name of a shard with some of images `start` to `stop` of a plan's order."""
    return f"{UNNUMBERED}/{start}-{stop}-{number}{suffix}"


def positions_in(first: str) -> tuple[int, int]:
    """Return the first position of a block and the number of its shard, from its first name."""
    start, _, number = first.rsplit("/", 1)[-1].split(".", 1)[0].split("-")
    return int(start), int(number)


def move(out: Path, name: str, to: str) -> None:
    """Rename the file `name` in the folder `out` to the name `to`, if it is there."""
    if (out / name).exists():
        (out / to).parent.mkdir(parents=True, exist_ok=True)
        os.replace(out / name, out / to)


def write_numbers(out: Path, numbers: dict[str, Numbered]) -> None:
    """Note what each file will be called, by its first name, and what is known of it."""
    values = {first: {"name": last, **entry.values()} for first, (last, entry) in numbers.items()}
    write_sealed(out / NUMBERS, values)


def read_numbers(out: Path) -> dict[str, Numbered]:
    """Return what each file is called, by its first name, as far as that is known."""
    values = read_sealed(out / NUMBERS) or {}
    return {first: Numbered(own["name"], Entry.of(own)) for first, own in values.items()}
