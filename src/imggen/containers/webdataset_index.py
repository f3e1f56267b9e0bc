"""Indexes of tar shards, with which readers find any sample without reading all before it.

DALI takes a text file for each shard, which its tool `wds2idx` would make; wids takes a JSON file
for each split. Both are made of the shards and of nothing else, and nothing needs them to resume.
Source: NVIDIA DALI, `fn.readers.webdataset` and tools/wds2idx.py, version v1.2 of the format; wids
0.1, wids_specs.py and wids_index.py.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.containers.shards import read_numbers
from imggen.containers.webdataset import INDEXES, SHARDS
from imggen.store.files import write_atomic
from imggen.store.tar import find_members

if TYPE_CHECKING:
    from imggen.formats.results import Results

DALI_VERSION = "v1.2"
NUMBERED = "-" + 6 * "[0-9]"  # the end of a shard's name
WIDS_KIND = {"__kind__": "wids-shard-index-v1", "wids_version": 1}

Values = dict[str, str | int]


def write_indexes(results: Results) -> list[Path]:
    """Write the index of each shard and of each split; return the paths.

    There are none where shards are not on this disk, because they have gone to an object store.
    Indexes of shards that are there no more, as there are fewer since, are removed.
    """
    folder = results.out / INDEXES
    written = list(write_all(results.out, folder))
    for path in {*folder.glob(f"*{NUMBERED}.idx")}.difference(written):
        path.unlink()
    return written


def write_all(out: Path, folder: Path) -> Iterator[Path]:
    """Write the indexes of the shards in `out` to `folder`; yield the path of each."""
    shards = {out / one.name: one.entry.size_bytes for one in read_numbers(out).values()}
    by_split: dict[str, list[Values]] = {}
    for shard, size_bytes in shards.items() if all(map(Path.is_file, shards)) else ():
        samples = find_samples(shard)
        if all(map(is_one_word, samples)):
            yield write(folder / f"{shard.stem}.idx", dali_index(samples))
        own: Values = {
            "url": f"../{SHARDS}/{shard.name}",
            "nsamples": len(samples),
            "filesize": size_bytes,
        }
        by_split.setdefault(shard.stem.rpartition("-")[0], []).append(own)
    for split, listed in by_split.items():
        yield write(folder / f"{split}.json", wids_index(split, listed))


def write(path: Path, content: bytes) -> Path:
    """Write `content` to `path`, and return that."""
    write_atomic(path, content)
    return path


def find_samples(shard: Path) -> dict[str, list[str]]:
    """Return by key of each sample what DALI's index says of its files, both in order."""
    samples: dict[str, list[str]] = {}
    with shard.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for name, start, size_bytes in find_members(content):
            dot = name.index(".", name.rfind("/") + 1)
            said = f"{name[dot + 1 :]} {start} {size_bytes} {name}"
            samples.setdefault(name[:dot], []).append(said)
    return samples


def is_one_word(key: str) -> bool:
    """Return True if DALI reads names that begin with `key` as one word of a line."""
    return key.isascii() and " " not in key


def dali_index(samples: dict[str, list[str]]) -> bytes:
    """Return the index of a shard for DALI: a line for each sample."""
    lines = (" ".join(files) for files in samples.values())
    return "\n".join([f"{DALI_VERSION} {len(samples)}", *lines, ""]).encode()


def wids_index(split: str, shards: list[Values]) -> bytes:
    """Return the index of a split for wids."""
    values = {**WIDS_KIND, "name": split, "shardlist": shards}
    return json.dumps(values, ensure_ascii=False, indent=1).encode() + b"\n"
