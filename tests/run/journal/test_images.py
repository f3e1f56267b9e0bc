"""Records of images are found by their index, and few are in memory."""

import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest

from imggen.containers.record import RECORD
from imggen.planning.order import IndexOrder
from imggen.run.journal.images import ImageRecords

SIZE, COUNT, CHUNK = 20_000, 70_000, 1000  # images: of a segment, in all, of a record


@pytest.fixture
def records():
    """The records of segments of SIZE images, whose sizes are their indices."""

    def bounds(number):
        return number * SIZE, min((number + 1) * SIZE, COUNT)

    def read(chunk):
        images = np.zeros(CHUNK, RECORD)
        images["size_bytes"] = np.arange(*chunk)
        return SimpleNamespace(images=images)

    chunks = [(start, start + CHUNK) for start in range(0, COUNT, CHUNK)]
    order = IndexOrder(SimpleNamespace(size=SIZE, count=COUNT, bounds=bounds))
    return ImageRecords(order, chunks, read, RECORD)


@pytest.mark.parametrize(("start", "stop"), [(0, 10), (15_000, 65_000), (69_999, COUNT)])
def test_records_of_a_range(records, start, stop):
    assert records(start, stop)["size_bytes"].tolist() == list(range(start, stop))


def test_one_segment_of_records_is_in_memory(records):
    """Also where ranges have images of two."""
    tracemalloc.start()
    try:
        for start in range(SIZE - 5, COUNT - 10, SIZE):
            records(start, start + 10)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 1.0 < peak / (SIZE * RECORD.itemsize) < 1.5
