"""Shards: where workers leave them, and what they are called once all are there.

Workers cannot know how many shards come before theirs. So they leave pieces in the journal's
folder, and when all are done these are numbered and renamed. `OUT/.imggen/shards.json` notes first
what each will be called, for a run that is killed on the way, or that lacks a shard later.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from imggen.formats.picture import About
from imggen.plan import Plan
from imggen.run.contents import pieces_of
from imggen.run.files import Entry
from imggen.run.record import ChunkRecord
from imggen.store.digests import read_sealed, write_sealed
from imggen.store.layout import DATA, JOURNAL, PIECES, SHARDS, SUFFIXES

ONLY_SPLIT = "train"  # what `datasets` calls images without a split
NUMBERS = f"{JOURNAL}/shards.json"


def tar_name(about: About, split: str, number: int, count: int) -> str:  # noqa: ARG001  # as all
    """The name of a tar shard."""
    return f"{SHARDS}/{split or about.dataset}-{number:06d}{SUFFIXES['webdataset']}"


def parquet_name(about: About, split: str, number: int, count: int) -> str:  # noqa: ARG001  # as all
    """The name of a Parquet shard: readers take the split from it."""
    return f"{DATA}/{split or ONLY_SPLIT}-{number:05d}-of-{count:05d}{SUFFIXES['parquet']}"


class Numbered(NamedTuple):
    """The name of a shard, or of the array of pixels, below the dataset's folder, and its entry."""

    name: str
    entry: Entry


NAMES: dict[str, Callable[[About, str, int, int], str]] = {
    "webdataset": tar_name,
    "parquet": parquet_name,
}


def number_shards(
    plan: Plan, about: About, out: Path, records: Iterable[ChunkRecord]
) -> dict[str, Entry]:
    """Give all shards the names they are to have; return the entry of each by that name.

    `records` are those of all chunks, in the plan's order.
    """
    numbers = dict(numbers_of(plan, about, records))
    write_numbers(out, numbers)
    for piece, (name, _) in numbers.items():
        if (out / piece).exists():
            (out / name).parent.mkdir(exist_ok=True)
            os.replace(out / piece, out / name)
    shutil.rmtree(out / PIECES, ignore_errors=True)
    return {numbered.name: numbered.entry for numbered in numbers.values()}


def numbers_of(
    plan: Plan, about: About, records: Iterable[ChunkRecord]
) -> Iterator[tuple[str, Numbered]]:
    """Yield each piece, and what it becomes."""
    container = plan.config.output.container
    by_split: dict[str, list[tuple[str, Entry]]] = {}
    for record in records:
        [split] = about.splits_among(plan.splits[plan.order[record.start : record.start + 1]])
        pieces = pieces_of(container, record)
        entries = [Entry(*file) for file in record.files[-len(pieces) :].tolist()]
        by_split.setdefault(split, []).extend(zip(pieces, entries, strict=True))
    for split, own in by_split.items():
        for number, (piece, entry) in enumerate(own):
            yield piece, Numbered(NAMES[container](about, split, number, len(own)), entry)


def write_numbers(out: Path, numbers: dict[str, Numbered]) -> None:
    """Note what each piece will be called, and what is known of it."""
    values = {piece: {"name": name, **entry.values()} for piece, (name, entry) in numbers.items()}
    write_sealed(out / NUMBERS, values)


def read_numbers(out: Path) -> dict[str, Numbered]:
    """Return what each piece is called, as far as that is known."""
    values = read_sealed(out / NUMBERS) or {}
    return {piece: Numbered(own["name"], Entry.of(own)) for piece, own in values.items()}
