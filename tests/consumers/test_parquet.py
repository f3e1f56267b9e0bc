"""`datasets` reads the shards that `imggen bulk --container parquet` writes, types and all."""

import csv

import datasets
import duckdb
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from tests.consumers.conftest import COUNT, THINGS


@pytest.fixture(scope="module")
def out(make):
    return make("--container", "parquet", "--shard-images", "10")


@pytest.fixture(scope="module")
def loaded(out, tmp_path_factory):
    return datasets.load_dataset(str(out), cache_dir=str(tmp_path_factory.mktemp("cache")))


def test_columns_are_images_and_classes(loaded):
    assert set(loaded) == {"train", "test"}
    features = loaded["train"].features
    assert isinstance(features["image"], datasets.Image)
    assert features["thing"] == datasets.ClassLabel(names=[*THINGS, "none"])
    category = features["objects"].feature["category"]
    assert category == datasets.ClassLabel(names=list(THINGS))


def test_rows_are_the_images_and_what_they_show(loaded, dataset):
    with (dataset / "data.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(map(len, loaded.values())) == COUNT
    for split, table in loaded.items():
        for sample in table:
            row = rows[sample["index"]]
            assert row["split"] == split
            for layer in ("background", "thing"):
                assert table.features[layer].int2str(sample[layer]) == row[layer]
            with Image.open(dataset / "images" / f"{row['image']}.png") as image:
                assert np.array_equal(np.asarray(sample["image"]), np.asarray(image))
            seen = [one["category"] for one in sample["objects"]]
            assert seen == ([] if row["thing"] == "none" else [THINGS.index(row["thing"])])


def test_streams(out):
    shards = sorted(str(path) for path in (out / "data").glob("train-*"))
    stream = datasets.load_dataset("parquet", data_files=shards, split="train", streaming=True)
    assert next(iter(stream))["image"].size == (64, 64)
    assert stream.num_shards == len(shards) > 1


def test_pandas_reads_it(out):
    frame = pd.read_parquet(min((out / "data").glob("test-*")))
    assert frame["image"][0]["bytes"].startswith(b"\x89PNG")
    assert frame["thing"].between(0, len(THINGS)).all()


def test_duckdb_reads_what_pandas_does(out, dataset):
    """DuckDB's reader of Parquet is its own; datasets, pandas and pyarrow share one."""
    shards = sorted(str(path) for path in (out / "data").iterdir())
    query = """
        SELECT index, image.path, image.bytes, thing, objects
        FROM read_parquet($shards) ORDER BY index
    """
    rows = duckdb.execute(query, {"shards": shards}).fetchall()
    frame = pd.concat(map(pd.read_parquet, shards)).sort_values("index")
    assert len(rows) == len(frame) == COUNT
    for (index, path, file, thing, objects), row in zip(
        rows, frame.to_dict("records"), strict=True
    ):
        assert (index, path, file) == (row["index"], row["image"]["path"], row["image"]["bytes"])
        [loose] = (dataset / "images").glob(f"*/{path}")
        assert file == loose.read_bytes()
        assert thing == row["thing"]
        areas = [[one["area"] for one in both] for both in (objects, row["objects"])]
        assert areas[0] == areas[1]
