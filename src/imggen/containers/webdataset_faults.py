"""Compares a tar shard, as tarfile reads it, with what must be in it."""

from __future__ import annotations

import json
import tarfile
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from imggen.containers.samples import Fault, FindFault, Frame, Sample, image_fault


def tar_faults(
    path: Path, samples: Sequence[Sample], frame: Frame, find_fault: FindFault
) -> Iterator[Fault]:
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


def row_fault(sample: Sample, values: dict[str, object], frame: Frame) -> str | None:
    """Return why the JSON of a tar shard does not describe `sample`; None if it does."""
    traits = {layer: name for (layer, _), name in zip(frame.layers, sample.shown, strict=True)}
    expected = {"index": sample.image, "traits": traits, "split": sample.split}
    said = {key: values.get(key, "") for key in expected}
    return None if said == expected else "does not match the plan"
