"""Compares an MDS shard with what must be in it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from imggen.containers.mds_sample import IMAGE, JSON, KEY
from imggen.containers.samples import Fault, FindFault, Frame, Sample, image_fault
from imggen.containers.webdataset_faults import row_fault
from imggen.store.mds import read_columns, read_samples


def mds_faults(
    path: Path, samples: Sequence[Sample], frame: Frame, find_fault: FindFault
) -> Iterator[Fault]:
    """Yield what is wrong with the samples of a shard."""
    left = deque(samples)
    content = path.read_bytes()
    for values in read_samples(content, read_columns(content)):
        key = values.pop(KEY).decode()
        if not left or key != left[0].key:
            yield key, "belongs to no image"
            continue
        sample, image = left.popleft(), values.pop(IMAGE)
        why = image_fault(sample, image) or row_fault(sample, json.loads(values[JSON]), frame)
        why = why or find_fault(frame.suffix, image, frame.size)
        for extension, value in values.items():
            why = why or find_fault(f".{extension}", value, frame.size)
        if why:
            yield sample.key, why
    yield from ((sample.key, "is missing") for sample in left)
