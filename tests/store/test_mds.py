"""MDS shards as their reader finds samples in them.

tests/consumers/test_mds.py reads them with `streaming` itself.
"""

import json
import os

import numpy as np
import pytest

from imggen.store.digests import DigestedFile
from imggen.store.mds import Columns, MdsWriter, read_columns, read_samples

COLUMNS = Columns.of({"text": "str", "number": "int", "image": "bytes"})
NUMBER = np.int64(-5).tobytes()


def write(path, samples):
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    digested = DigestedFile(file)
    writer = MdsWriter(COLUMNS, digested)
    expected = writer.frame_bytes
    for sample in samples:
        packed = COLUMNS.pack(sample)
        expected += writer.size(packed)
        writer.add(packed)
    writer.end()
    os.close(file)
    content = path.read_bytes()
    assert digested.file_digest().size_bytes == len(content) == expected
    return content


def test_columns_are_in_the_order_of_their_names():
    assert COLUMNS == (("image", "number", "text"), ("bytes", "int", "str"))
    assert COLUMNS.config["column_sizes"] == [None, 8, None]


def test_samples_are_where_their_offsets_say(tmp_path):
    values = [
        {"image": [b"ab", memoryview(b"c")], "number": [NUMBER], "text": ["ü".encode()]},
        {"image": [b""], "number": [NUMBER], "text": [b""]},
    ]
    content = write(tmp_path / "a.mds", values)
    count, first, second, end = np.frombuffer(content[:16], "<u4").tolist()
    assert (count, end) == (2, len(content))
    config = content[16:first]
    assert json.loads(config) == COLUMNS.config
    sizes = np.array([3, 2], "<u4").tobytes()
    assert content[first:second] == sizes + b"abc" + NUMBER + "ü".encode()
    assert content[second:end] == bytes(8) + NUMBER
    assert read_columns(content) == COLUMNS
    assert read_samples(content, COLUMNS) == [
        {"image": b"abc", "number": NUMBER, "text": "ü".encode()},
        {"image": b"", "number": NUMBER, "text": b""},
    ]


def test_a_cut_shard_is_found(tmp_path):
    content = write(tmp_path / "a.mds", [{"image": [b"a"], "number": [NUMBER], "text": [b"b"]}])
    sentence = f"^it has {len(content) - 1} bytes, not {len(content)}$"
    with pytest.raises(ValueError, match=sentence):
        read_samples(content[:-1], COLUMNS)
