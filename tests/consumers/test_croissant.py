"""mlcroissant, the reference reader of Croissant, validates metadata and reads records by it."""

import subprocess
import sys

import mlcroissant
import numpy as np
import pandas as pd
import pytest
from PIL import Image

ORIGIN = """
version = "1.0.0"
published = "2026-11-28"
licence = "CC-BY-4.0"
author = "Ada Example"
url = "https://example.org/small"
"""
CONTAINERS = ("files", "webdataset", "parquet", "tfrecord", "mds", "npy", "npz")


@pytest.fixture(scope="session")
def described(art, make):
    """Makes a dataset with metadata in a container; returns its folder."""
    config = art.with_name("described.toml")
    text = art.read_text().replace("[dataset]\n", f"[dataset]{ORIGIN}", 1)
    config.write_text(text + '\n[labels]\nformats = ["croissant"]\n')
    return lambda *options: make(*options, config=config)


def read(out):
    """The records of all images, by their index."""
    dataset = mlcroissant.Dataset(out / "croissant.json")
    records = {record["images/index"]: record for record in dataset.records("images")}
    return dataset, {index: records[index] for index in sorted(records)}


def text(value):
    return value.decode() if isinstance(value, bytes) else value


@pytest.mark.parametrize("container", CONTAINERS)
def test_is_valid_without_warnings(described, container):
    out = described("--container", container)
    issues = mlcroissant.Dataset(out / "croissant.json").metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())


def test_the_command_validates(described):
    out = described()
    command = [sys.executable, "-m", "mlcroissant.scripts.validate"]
    done = subprocess.run(
        [*command, "--jsonld", out / "croissant.json"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert [line.split("] ")[1] for line in done.stderr.splitlines()] == ["Done."]


@pytest.mark.parametrize("container", ["files", "webdataset", "parquet", "npz"])
def test_records_are_the_table(described, container):
    out = described("--container", container)
    table = pd.read_csv(out / "data.csv", dtype=str, keep_default_na=False)
    dataset, records = read(out)
    assert list(records) == list(range(len(table)))
    for row, record in zip(table.to_dict("records"), records.values(), strict=True):
        assert text(record["images/split"]) == row["split"]
        shown = [record[f"images/{layer}"] for layer in ("background", "thing")]
        if container == "parquet":
            names = [variants(dataset, layer) for layer in ("background", "thing")]
            shown = [own[number] for own, number in zip(names, shown, strict=True)]
        assert [text(one) for one in shown] == [row["background"], row["thing"]]
    assert {text(one["splits/name"]) for one in dataset.records("splits")} == {"train", "test"}


def variants(dataset, layer):
    records = list(dataset.records(f"variants%20of%20{layer}"))
    key = f"variants%20of%20{layer}"
    return {one[f"{key}/number"]: text(one[f"{key}/name"]) for one in records}


@pytest.mark.parametrize("container", ["files", "parquet"])
def test_records_have_the_images(described, dataset, container):
    _, records = read(described("--container", container))
    for index, record in records.items():
        with Image.open(next(dataset.rglob(f"{index:06d}.png"))) as image:
            assert np.array_equal(np.asarray(record["images/image"]), np.asarray(image))


def test_records_of_parquet_have_the_boxes(described):
    out = described("--container", "parquet")
    _, records = read(out)
    files = [pd.read_parquet(path) for path in (out / "data").iterdir()]
    objects = pd.concat(files).set_index("index")["objects"]
    assert sum(map(len, objects)) > 0
    for index, record in records.items():
        found = [tuple(one["images/objects/bbox"]) for one in record["images/objects"]]
        assert found == [tuple(one["bbox"].tolist()) for one in objects[index]]
