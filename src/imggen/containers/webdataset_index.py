"""Indexes of tar shards, with which readers find any sample without reading all before it.

DALI takes a text file for each shard, which its tool `wds2idx` would make; wids takes a JSON file
for each split. Both are made of the shards and of nothing else, and nothing needs them to resume.
Source: NVIDIA DALI, `fn.readers.webdataset` and tools/wds2idx.py, version v1.2 of the format; wids
0.1, wids_specs.py and wids_index.py.

Workers note the index of each shard that they write in the journal, as reading the shards again
takes long. A note that is missing, damaged or of another shard is made again by reading.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

import xxhash

from imggen.containers.numbering import Numbered, read_numbers
from imggen.containers.webdataset import INDEXES, SHARDS, WebDataset, note_name
from imggen.store.files import write_atomic
from imggen.store.stream import Part
from imggen.store.tar import find_members

if TYPE_CHECKING:
    from imggen.containers.base import OpenShard
    from imggen.formats.results import Results

DALI_VERSION = "v1.2"
WIDS_KIND = {"__kind__": "wids-shard-index-v1", "wids_version": 1}

Values = dict[str, str | int]


def write_indexes(results: Results, open_shard: OpenShard) -> list[Path]:
    """Write the index of each shard and of each split; return the paths.

    Those of shards that are there no more are removed, and so are what the journal notes of them.
    """
    out = results.out
    numbers = read_numbers(out)
    written = list(write_all(out, numbers, open_shard))
    noted = (out / note_name(one.entry.digest) for one in numbers.values())
    remove_others(out, {*written, *noted})
    return written


def write_all(out: Path, numbers: Mapping[str, Numbered], open_shard: OpenShard) -> Iterator[Path]:
    """Write the indexes of the shards `numbers`, by their first names; yield the path of each."""
    folder = out / INDEXES
    by_split: dict[str, list[Values]] = {}
    for first, one in numbers.items():
        index = find_index(out / note_name(one.entry.digest), first, one, open_shard)
        shard = PurePosixPath(one.name)
        if index.dali:
            yield write(folder / f"{shard.stem}.idx", index.dali)
        own: Values = {
            "url": f"../{SHARDS}/{shard.name}",
            "nsamples": index.samples,
            "filesize": one.entry.size_bytes,
        }
        by_split.setdefault(shard.stem.rpartition("-")[0], []).append(own)
    for split, listed in by_split.items():
        yield write(folder / f"{split}.json", wids_index(split, listed))


def remove_others(out: Path, kept: Collection[Path]) -> None:
    """Remove the indexes and notes of single shards that are not `kept`."""
    for folder in WebDataset.index_folders:
        for path in (out / folder).glob("*"):
            if path not in kept and WebDataset.is_index(str(path.relative_to(out))):
                path.unlink()


def write(path: Path, content: bytes) -> Path:
    """Write `content` to `path`, and return that."""
    write_atomic(path, content)
    return path


class ShardIndex(NamedTuple):
    """The number of samples in a shard, and its index for DALI; that is empty if DALI has none."""

    samples: int
    dali: bytes


def find_index(note: Path, first: str, shard: Numbered, open_shard: OpenShard) -> ShardIndex:
    """Return the index of a shard, from its `note` or, if that is lost, from the shard itself."""
    index = read_note(note, shard)
    if index is None:
        with open_shard(first, shard) as path:
            index = read_shard(path)
        write(note, pack_note(shard.entry.digest, index))
    return index


def make_note(shard_digest: bytes, members: Iterable[Part]) -> bytes:
    """Return the note of the index of a shard with `members`."""
    return pack_note(shard_digest, make_index(members))


def pack_note(shard_digest: bytes, index: ShardIndex) -> bytes:
    """Return the note of an index: a line that seals it, and that for DALI."""
    return b"%s %d\n%s" % (seal_of(shard_digest, index), *index)


def read_note(path: Path, shard: Numbered) -> ShardIndex | None:
    """Return the index in the note at `path`; None if it is missing, damaged or not of `shard`."""
    try:
        head, _, dali = path.read_bytes().partition(b"\n")
        seal, samples = head.split()
        index = ShardIndex(int(samples), dali)
    except (OSError, ValueError):
        return None
    return index if seal == seal_of(shard.entry.digest, index) else None


def seal_of(shard_digest: bytes, index: ShardIndex) -> bytes:
    """Return the digest of a shard's digest and its index, hex."""
    return xxhash.xxh3_128_hexdigest(b"%s%d\n%s" % (shard_digest, *index)).encode()


def read_shard(shard: Path) -> ShardIndex:
    """Return the index of the shard at the path `shard`."""
    with shard.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return make_index(find_members(content))


def make_index(members: Iterable[Part]) -> ShardIndex:
    """Return the index of a shard with `members`."""
    samples = find_samples(members)
    readable = all(map(is_one_word, samples))
    return ShardIndex(len(samples), dali_index(samples) if readable else b"")


def find_samples(members: Iterable[Part]) -> dict[str, list[str]]:
    """Return by key of each sample what DALI's index says of its files, both in order."""
    samples: dict[str, list[str]] = {}
    for name, start, size_bytes in members:
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
