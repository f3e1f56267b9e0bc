"""Shards: where workers leave them, and what they are called once all are there.

Workers cannot know how many shards come before theirs. So they leave pieces in the journal's
folder, and when all are done these are numbered and renamed. `OUT/.imggen/shards.json` notes first
what each will be called, for a run that is killed on the way, or that lacks a shard later.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.labels.picture import About
from imggen.plan import Plan
from imggen.run.journal import write_whole
from imggen.run.sinks import SUFFIXES
from imggen.store.layout import DATA, JOURNAL, PIECES, SHARDS, piece_name

ONLY_SPLIT = "train"  # what `datasets` calls images without a split
NUMBERS = f"{JOURNAL}/shards.json"


def tar_name(about: About, split: str, number: int, count: int) -> str:  # noqa: ARG001  # as all
    """The name of a tar shard."""
    return f"{SHARDS}/{split or about.dataset}-{number:06d}{SUFFIXES['webdataset']}"


def parquet_name(about: About, split: str, number: int, count: int) -> str:  # noqa: ARG001  # as all
    """The name of a Parquet shard: readers take the split from it."""
    return f"{DATA}/{split or ONLY_SPLIT}-{number:05d}-of-{count:05d}{SUFFIXES['parquet']}"


class Numbered(NamedTuple):
    """The name of a shard, below the dataset's folder, and its size."""

    name: str
    size_bytes: int


NAMES: dict[str, Callable[[About, str, int, int], str]] = {
    "webdataset": tar_name,
    "parquet": parquet_name,
}


def number_shards(
    plan: Plan,
    about: About,
    out: Path,
    ranges: Sequence[tuple[int, int]],
    files: npt.NDArray[np.void],
) -> None:
    """Give all shards the names they are to have.

    `ranges` of the plan's order are its chunks, `files` (images,) the records of images.
    """
    names = dict(names_of(plan, about, ranges, files))
    left = {piece for piece, name in names.items() if (out / piece).exists()}
    sizes = {
        piece: Numbered(name, (out / (piece if piece in left else name)).stat().st_size)
        for piece, name in names.items()
    }
    write_whole(out / NUMBERS, json.dumps(sizes).encode())
    for piece in left:
        (out / names[piece]).parent.mkdir(exist_ok=True)
        os.replace(out / piece, out / names[piece])
    shutil.rmtree(out / PIECES, ignore_errors=True)


def names_of(
    plan: Plan, about: About, ranges: Sequence[tuple[int, int]], files: npt.NDArray[np.void]
) -> Iterator[tuple[str, str]]:
    """Each piece and the shard it becomes."""
    container = plan.config.output.container
    by_split: dict[str, list[str]] = {}
    for start, stop in ranges:
        [split] = about.splits_among(plan.splits[plan.order[start : start + 1]])
        count = int(files["piece"][plan.order[stop - 1]]) + 1
        pieces = pieces_of(container, start, stop, count)
        by_split.setdefault(split, []).extend(pieces)
    for split, pieces in by_split.items():
        for number, piece in enumerate(pieces):
            yield piece, NAMES[container](about, split, number, len(pieces))


def pieces_of(container: str, start: int, stop: int, count: int) -> list[str]:
    """The pieces that images `start` to `stop` of the plan's order are in."""
    return [piece_name(start, stop, piece, SUFFIXES[container]) for piece in range(count)]


def read_numbers(out: Path) -> dict[str, Numbered]:
    """What each piece is called, as far as that is known."""
    try:
        numbers = json.loads((out / NUMBERS).read_bytes())
    except (OSError, ValueError):  # not yet, or damaged
        return {}
    return {piece: Numbered(*numbered) for piece, numbered in numbers.items()}
