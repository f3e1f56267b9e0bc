"""Shards of MosaicML's MDS. Source: `streaming` 0.13, "Dataset Format" and base/format/mds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from imggen.store.digests import DigestedFile
from imggen.store.stream import Packed, Pieces

VERSION = 2
SIZES = {"int": 8}  # bytes, of encodings whose values all have one
OFFSET_BYTES = 4


class Columns(NamedTuple):
    """The columns of a dataset by name, in the order of a sample, and the encoding of each."""

    names: tuple[str, ...]
    encodings: tuple[str, ...]

    @classmethod
    def of(cls, encodings: Mapping[str, str]) -> Columns:
        """Return the columns with these encodings."""
        names = tuple(sorted(encodings))
        return cls(names, tuple(encodings[name] for name in names))

    @property
    def config(self) -> dict[str, Any]:
        """The description that each shard has of itself."""
        return {
            "column_encodings": list(self.encodings),
            "column_names": list(self.names),
            "column_sizes": [SIZES.get(encoding) for encoding in self.encodings],
            "compression": None,
            "format": "mds",
            "hashes": [],
            "size_limit": None,
            "version": VERSION,
        }

    def pack(self, values: Mapping[str, Pieces]) -> Packed:
        """Return a sample with these values, encoded: sizes that differ, then values."""
        sizes = [sum(map(len, values[name])) for name in self.names]
        differing = [
            size
            for size, encoding in zip(sizes, self.encodings, strict=True)
            if encoding not in SIZES
        ]
        head = np.array(differing, "<u4").tobytes()
        pieces = [head, *(piece for name in self.names for piece in values[name])]
        return Packed(pieces, len(head) + sum(sizes))


class MdsWriter:
    """Writes samples, each as `Columns.pack` makes them, to `file`.

    Their offsets come first, so all are in memory until the shard is whole.
    """

    def __init__(self, columns: Columns, file: DigestedFile) -> None:
        self._file = file
        self._config = json.dumps(columns.config, sort_keys=True).encode()
        self._samples: list[bytes] = []
        self.frame_bytes = 2 * OFFSET_BYTES + len(self._config)

    def size(self, sample: Packed) -> int:
        """Return the size of a sample in the file, with its offset, bytes."""
        return sample.size_bytes + OFFSET_BYTES

    def add(self, sample: Packed) -> None:
        """Keep a sample."""
        self._samples.append(b"".join(sample.pieces))

    def end(self) -> None:
        """Write the number of samples, where each begins and ends, and all of them."""
        count = len(self._samples)
        start = self.frame_bytes + OFFSET_BYTES * count
        ends = np.cumsum([start, *map(len, self._samples)])
        head = np.array([count, *ends], "<u4").tobytes()
        self._file.write_all([head, self._config, *self._samples])


def shard_entry(columns: Columns, name: str, size_bytes: int, samples: int) -> dict[str, Any]:
    """Return what an index says of the shard `name`."""
    raw = {"basename": name, "bytes": size_bytes, "hashes": {}}
    return {**columns.config, "raw_data": raw, "samples": samples, "zip_data": None}


def index_of(shards: Sequence[dict[str, Any]]) -> bytes:
    """Return the content of an index of `shards`."""
    return json.dumps({"shards": shards, "version": VERSION}, sort_keys=True).encode()


def read_count(head: bytes) -> int:
    """Return how many samples a shard has that begins with `head`."""
    return int.from_bytes(head[:OFFSET_BYTES], "little")


def read_columns(content: bytes) -> Columns:
    """Return the columns of a shard, as it says itself."""
    start = OFFSET_BYTES * (read_count(content) + 2)
    stop = int.from_bytes(content[OFFSET_BYTES : 2 * OFFSET_BYTES], "little")
    config = json.loads(content[start:stop])
    return Columns(tuple(config["column_names"]), tuple(config["column_encodings"]))


def read_samples(content: bytes, columns: Columns) -> list[dict[str, bytes]]:
    """Return the encoded values of each sample of a shard, by column.

    Raises
    ------
    ValueError
        If the shard ends before its last sample does.
    """
    bounds = np.frombuffer(content, "<u4", read_count(content) + 1, OFFSET_BYTES).tolist()
    if bounds[-1] != len(content):
        message = f"it has {len(content)} bytes, not {bounds[-1]}"
        raise ValueError(message)
    return [read_sample(content[start:stop], columns) for start, stop in pairwise(bounds)]


def read_sample(content: bytes, columns: Columns) -> dict[str, bytes]:
    """Return the encoded values of a sample, by column."""
    differing = sum(encoding not in SIZES for encoding in columns.encodings)
    sizes = iter(np.frombuffer(content, "<u4", differing).tolist())
    at, found = OFFSET_BYTES * differing, {}
    for name, encoding in zip(columns.names, columns.encodings, strict=True):
        stop = at + (SIZES[encoding] if encoding in SIZES else next(sizes))
        found[name], at = content[at:stop], stop
    return found
