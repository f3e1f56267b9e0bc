"""Compares a Parquet shard, as pyarrow reads it, with what must be in it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from imggen.containers.samples import Fault, FindFault, Frame, Sample, image_fault


def parquet_faults(
    path: Path, samples: Sequence[Sample], frame: Frame, find_fault: FindFault
) -> Iterator[Fault]:
    """Yield what is wrong with the rows of a Parquet shard."""
    left = deque(samples)
    file = pq.ParquetFile(path)
    for group in range(file.num_row_groups):
        for row in file.read_row_group(group).to_pylist():
            if not left:
                yield str(row["image"]["path"]), "belongs to no image"
                continue
            sample = left.popleft()
            why = image_fault(sample, row["image"]["bytes"])
            why = why or row_fault(sample, row, frame)
            why = why or find_fault(frame.suffix, row["image"]["bytes"], frame.size)
            if why:
                yield sample.key, why
    yield from ((sample.key, "is missing") for sample in left)


def row_fault(sample: Sample, row: dict[str, object], frame: Frame) -> str | None:
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
