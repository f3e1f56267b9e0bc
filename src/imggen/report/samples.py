"""Checks of the images within a shard, as tarfile and pyarrow read them."""

from __future__ import annotations

import json
import tarfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import xxhash

from imggen.report.decode import Size, find_fault


class Sample(NamedTuple):
    """An expected image in a shard.

    Attributes
    ----------
    key : its name in the shard, without extension
    image : its index
    shown : the variant of each layer
    digest : XXH3-128 of its file
    """

    key: str
    image: int
    split: str
    shown: tuple[str, ...]
    digest: bytes


class Frame(NamedTuple):
    """The properties that all images share: size, px; file extension; variants by layer."""

    size: Size
    suffix: str
    layers: tuple[tuple[str, tuple[str, ...]], ...]


Fault = tuple[str, str]  # the key of a sample, and what is wrong with it


def tar_faults(path: Path, samples: Sequence[Sample], frame: Frame) -> Iterator[Fault]:
    """Yield what is wrong with the samples of a tar shard."""
    left = deque(samples)
    current: Sample | None = None
    with tarfile.open(path, "r:") as archive:
        for member in archive:
            file = archive.extractfile(member)
            content = file.read() if file else b""
            if left and member.name == left[0].key + frame.suffix:
                current = left.popleft()
                why = image_fault(current, content)
            elif current and member.name == f"{current.key}.json":
                why = row_fault(current, json.loads(content), frame)
            elif current and member.name.startswith(f"{current.key}."):
                why = None
            else:
                why = "belongs to no image"
            why = why or find_fault(member.name, content, frame.size)
            if why:
                yield member.name, why
    yield from ((sample.key, "is missing") for sample in left)


def image_fault(sample: Sample, content: bytes) -> str | None:
    """Return why `content` is not the file of `sample`; None if it is."""
    same = xxhash.xxh3_128_digest(content) == sample.digest
    return None if same else "differs from what was rendered"


def row_fault(sample: Sample, values: dict[str, object], frame: Frame) -> str | None:
    """Return why the JSON of a tar shard does not describe `sample`; None if it does."""
    traits = {layer: name for (layer, _), name in zip(frame.layers, sample.shown, strict=True)}
    expected = {"index": sample.image, "traits": traits, "split": sample.split}
    found = {key: values.get(key, "") for key in expected}
    return None if found == expected else "does not match the plan"


def parquet_faults(path: Path, samples: Sequence[Sample], frame: Frame) -> Iterator[Fault]:
    """Yield what is wrong with the rows of a Parquet shard."""
    import pyarrow.parquet as pq  # noqa: PLC0415  # most datasets have none, and it loads slowly

    left = deque(samples)
    file = pq.ParquetFile(path)
    for group in range(file.num_row_groups):
        for row in file.read_row_group(group).to_pylist():
            if not left:
                yield str(row["image"]["path"]), "belongs to no image"
                continue
            sample = left.popleft()
            why = image_fault(sample, row["image"]["bytes"])
            why = why or parquet_row_fault(sample, row, frame)
            why = why or find_fault(frame.suffix, row["image"]["bytes"], frame.size)
            if why:
                yield sample.key, why
    yield from ((sample.key, "is missing") for sample in left)


def parquet_row_fault(sample: Sample, row: dict[str, object], frame: Frame) -> str | None:
    """Return why a row does not describe `sample`; None if it does."""
    image = row["image"]
    path = image["path"] if isinstance(image, dict) else None
    numbers = {
        layer: names.index(name)
        for (layer, names), name in zip(frame.layers, sample.shown, strict=True)
    }
    same = path == sample.key + frame.suffix and row["index"] == sample.image
    same = same and all(row[layer] == number for layer, number in numbers.items())
    return None if same else "does not match the plan"


FAULTS: dict[str, Callable[[Path, Sequence[Sample], Frame], Iterator[Fault]]] = {
    ".tar": tar_faults,
    ".parquet": parquet_faults,
}
