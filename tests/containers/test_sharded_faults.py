"""What the checks of shards say of samples that are whole files, and yet not what they must be."""

import json

import pytest
import xxhash

from imggen.containers.mds_faults import mds_faults
from imggen.containers.samples import Frame, Sample
from imggen.containers.tfrecord_faults import record_faults
from imggen.store.digests import DigestedFile
from imggen.store.mds import Columns, MdsWriter
from imggen.store.stream import PackedWriter
from imggen.store.tfrecord import of_texts, record

FRAME = Frame((4, 3), ".png", (("hat", ("cap", "crown")),))
COLUMNS = Columns.of({"image": "png", "key": "str", "json": "json"})
KINDS = {"tfrecord": record_faults, "mds": mds_faults}


def sample(index, shown="cap"):
    """A sample whose image has its index in it."""
    return Sample(f"a{index}", index, "", (shown,), xxhash.xxh3_128_digest(b"%d" % index))


def write(kind, path, samples):
    """A shard of key, image and index of each of `samples`."""
    with path.open("wb") as file:
        digested = DigestedFile(file.fileno())
        writer = PackedWriter(digested) if kind == "tfrecord" else MdsWriter(COLUMNS, digested)
        for key, image, index in samples:
            shown = json.dumps({"index": index, "traits": {"hat": "cap"}, "objects": []})
            if kind == "mds":
                values = {"image": image, "key": key, "json": shown}
                writer.add(COLUMNS.pack({name: [text.encode()] for name, text in values.items()}))
            else:
                values = {"image/encoded": image, "image/filename": key + ".png", "json": shown}
                writer.add(record({name: of_texts(text) for name, text in values.items()}))
        writer.end()
    return path


def faults(kind, path, samples, why=None):
    return list(KINDS[kind](path, samples, FRAME, lambda name, content, size: why))


@pytest.mark.parametrize("kind", KINDS)
def test_faults(kind, tmp_path):
    stored = [("a0", "0", 0), ("a1", "x", 1), ("a2", "2", 7), ("b", "3", 3)]
    path = write(kind, tmp_path / "shard", stored)
    found = faults(kind, path, [sample(0), sample(1), sample(2), sample(4)])
    assert [(key.removesuffix(".png"), why) for key, why in found] == [
        ("a1", "differs from what was rendered"),
        ("a2", "does not match the plan"),
        ("b", "belongs to no image"),
        ("a4", "is missing"),
    ]
    assert faults(kind, path, [sample(0)], why="cannot be decoded")[0] == (
        "a0",
        "cannot be decoded",
    )
