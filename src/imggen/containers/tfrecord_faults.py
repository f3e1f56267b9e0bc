"""Compares a TFRecord shard with what must be in it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from imggen.containers.samples import Fault, FindFault, Frame, Sample, image_fault
from imggen.containers.tfrecord_sample import ENCODED, FILE_NAME, JSON
from imggen.containers.webdataset_faults import row_fault
from imggen.store.tfrecord import read_bytes_features, read_records


def record_faults(
    path: Path, samples: Sequence[Sample], frame: Frame, find_fault: FindFault
) -> Iterator[Fault]:
    """Yield what is wrong with the records of a shard."""
    left = deque(samples)
    for content in read_records(path.read_bytes()):
        features = {name: values for name, values in read_bytes_features(content).items() if values}
        name = features[FILE_NAME][0].decode()
        if not left or name != left[0].key + frame.suffix:
            yield name, "belongs to no image"
            continue
        sample = left.popleft()
        [encoded], [shown] = features[ENCODED], features[JSON]
        why = image_fault(sample, encoded) or row_fault(sample, json.loads(shown), frame)
        why = why or find_fault(frame.suffix, encoded, frame.size)
        labels = ((name, values[0]) for name, values in features.items() if "/" not in name)
        for extension, value in labels:
            why = why or find_fault(f".{extension}", value, frame.size)
        if why:
            yield sample.key, why
    yield from ((sample.key, "is missing") for sample in left)
