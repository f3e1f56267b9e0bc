"""MosaicML's `streaming` reads the shards that `imggen bulk --container mds` writes.

Only its readers are loaded: the package itself would load the clients of all clouds.
"""

import csv
import importlib
import io
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image
from tests.consumers.conftest import COUNT, SIZE


@pytest.fixture(scope="session")
def local_dataset(torch):
    """The class `streaming.LocalDataset`."""
    top = Path(sys.prefix) / "streaming"  # see scripts/test-consumers
    for name in ("streaming", "streaming.base"):
        package = ModuleType(name)
        package.__path__ = [str(top / name.replace(".", "/"))]
        sys.modules[name] = package
    return importlib.import_module("streaming.base.local").LocalDataset


def test_samples_are_the_images_and_what_they_show(local_dataset, make, dataset):
    options = ("--container", "mds", "--shard-images", "10", "--labels", "yolo,masks")
    out = make(*options)
    with (dataset / "data.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    seen = set()
    for split in ("train", "test"):
        for sample in local_dataset(str(out / "mds"), split=split):
            row = rows[sample["json"]["index"]]
            seen.add(sample["json"]["index"])
            assert row["split"] == split
            assert row["image"] == f"{split}/{sample['key']}"
            assert sample["json"]["traits"] == {k: row[k] for k in ("background", "thing")}
            with Image.open(dataset / "images" / f"{row['image']}.png") as image:
                assert np.array_equal(np.asarray(sample["image"]), np.asarray(image))
            assert sample["semantic.png"].size == SIZE
            assert len(sample["yolo.txt"].splitlines()) == len(sample["json"]["objects"])
    assert len(seen) == COUNT


def test_other_formats_and_classes(local_dataset, art, make):
    config = art.with_name("mds.toml")
    config.write_text(
        art.read_text() + '\n[labels]\nclass_layer = "thing"\ncaption = "by {background}"\n'
    )
    out = make("--container", "mds", "--format", "webp", "--lossless", config=config)
    for sample in local_dataset(str(out / "mds"), split="train"):
        with Image.open(io.BytesIO(sample["image"])) as image:
            assert (image.format, image.size) == ("WEBP", SIZE)
        thing = sample["json"]["traits"]["thing"]
        assert sample["cls"] == ("bird", "cat", "dog", "none").index(thing)
        assert sample["txt"] == f"by {sample['json']['traits']['background']}"
