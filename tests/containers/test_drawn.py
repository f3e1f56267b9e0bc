"""What images draw is in the rows of all containers, column by column as in the tables."""

import json
import tarfile

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from tests.art import blob, random_pixels, write_dataset
from tests.containers.test_sharded import PATTERNS, read
from tests.run.runs import run

ANYWHERE = {"x": [0, 40], "y": [0, 30]}
VARY = {
    "flip": 0.5,
    "scale": [0.5, 1.5],
    "rotate": {"values": [0, 90]},
    "blend": {"values": ["normal", "multiply"]},
    "shadow_x": [-3, 3],
}
LAYERS = {
    "sign": {"place": ANYWHERE, "vary": VARY, "shadow": {"offset": [1, 2]}},
    "bird": {"instances": [0, 3], "place": ANYWHERE, "vary": {"scale": [0.5, 2], "flip": 0.5}},
    "post": {"vary": {"opacity": {"values": [0.7, 1]}}},
}
TABLES = {
    "dataset": {"count": 40, "seed": 8},
    "camera": {"blur": [0, 1], "jpeg": {"values": [0, 60]}},
    "split": [{"name": "train", "share": 0.7}, {"name": "test", "share": 0.3}],
    "labels": {"layers": ["sign", "bird"], "formats": ["instances"], "least_visible": 0},
}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn")
    rng = np.random.default_rng(0)
    art = {
        "back": {"noise": random_pixels(rng, 60, 50, 3)},
        "sign": {"s": blob(rng, 12, 9), "none": np.zeros((4, 4, 4), np.uint8)},
        "bird": {name: blob(rng, 9, 8) for name in ("a", "b")},
        "post": {"p": blob(rng, 6, 20)},
    }
    write_dataset(folder, art, **LAYERS, **TABLES)
    return folder


def rows_of(out, container):
    """The rows of all shards: the parsed JSON of a sample, or the same of a row of Parquet."""
    if container == "parquet":
        rows = [
            row for path in sorted(out.glob("data/*")) for row in pq.read_table(path).to_pylist()
        ]
        known = {"image", "index", "objects", *LAYERS, "back"}
        return [
            {**row, "drawn": {name: row[name] for name in row if name not in known}} for row in rows
        ]
    if container == "webdataset":
        found = []
        for path in sorted(out.glob("shards/*.tar")):
            with tarfile.open(path) as tar:
                found += [tar.extractfile(one).read() for one in tar if one.name.endswith(".json")]
        return list(map(json.loads, found))
    shards = [
        sample
        for split in ("train", "test")
        for path in sorted(out.glob(PATTERNS[container].format(split)))
        for sample in read(container, path)
    ]
    return [json.loads(sample["json"]) for sample in shards]


@pytest.mark.parametrize("container", ["webdataset", "tfrecord", "mds", "parquet"])
def test_rows_are_those_of_the_tables(dataset, tmp_path, container):
    out = tmp_path / "out"
    run(dataset, out, output__container=container, output__shard_images=9)
    data, things = pd.read_csv(out / "data.csv"), pd.read_csv(out / "instances.csv")
    rows = {row["index"]: row for row in rows_of(out, container)}
    assert sorted(rows) == list(range(40))
    drawn = [name for name in data.columns if " " in name and name != "generated image"]
    assert {"sign x", "sign blend", "post opacity", "camera blur", "sign shadow_x"} <= {*drawn}
    fields = ["x", "y", "flip", "scale", "rotate", "blend", "shadow_x"]
    objects = 0
    for index, row in rows.items():
        assert list(row["drawn"]) == drawn
        for name in drawn:
            check_same(row["drawn"][name], data[name][index])
        own = things[things.image == index].set_index("z")
        for one in row["objects"]:
            assert sorted(one["drawn"]) == sorted(fields)
            thing = own.loc[one["z"]]
            for field in fields if thing.layer == "sign" else fields[:4]:
                check_same(one["drawn"][field], thing[field])
            objects += thing.layer == "bird"
    assert objects > 20
    assert data["sign x"].isna().any()


def check_same(value, cell):
    """A value of a row is that of a cell, and missing where that is empty."""
    if value is None:
        assert pd.isna(cell)
    else:
        assert value == cell
