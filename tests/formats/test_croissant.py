"""Croissant's metadata: what the configuration says, what there is, and the table beside it.

tests/consumers/test_croissant.py lets the reference reader validate and use them.
"""

import hashlib
import json

import numpy as np
import pandas as pd
import pytest
from tests.art import random_pixels, write_dataset
from tests.checks import without_place
from tests.run.runs import run

from imggen.config.load import load_config
from imggen.errors import ConfigError

ORIGIN = {
    "description": "Hats",
    "licence": "cc-by-4.0",
    "author": "Ada",
    "url": "https://example.org/hats",
    "version": "1.2.0",
    "published": "2026-11-28",
}
OF_ORIGIN = {"license", "url", "creator", "version", "datePublished", "citeAs"}
LAYER = '[[layer]]\nname = "{name}"\nfolder = "hats"\n'


def write_hats(folder, origin, **settings):
    """The imggen.toml of skies, and hats or none, one of them called as a number."""
    rng = np.random.default_rng(0)
    hat = np.full((5, 5, 4), 255, np.uint8)
    layers = {"sky": {"day": random_pixels(rng, 30, 20, 3)}, "a hat": {"007": hat, "NA": hat}}
    return write_dataset(
        folder,
        layers,
        dataset={"name": "hats", "count": 9, **origin},
        **{"a hat": {"weights": {"none": 1, "007": 1, "NA": 1}}},
        labels={"formats": ["croissant"]},
        split=[{"name": "train", "share": 0.7}, {"name": "val-1", "share": 0.3}],
        **settings,
    )


def made(folder, origin, **output):
    out = folder / "out"
    run(write_hats(folder / "art", origin, output=output).parent, out)
    return out, json.loads((out / "croissant.json").read_text())


def test_says_what_the_configuration_does(tmp_path):
    _, said = made(tmp_path, ORIGIN)
    assert {key: said[key] for key in OF_ORIGIN | {"description", "name"}} == {
        "name": "hats",
        "description": "Hats",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "url": "https://example.org/hats",
        "creator": {"@type": "sc:Person", "name": "Ada"},
        "version": "1.2.0",
        "datePublished": "2026-11-28",
        "citeAs": (
            "@misc{hats, title = {hats}, author = {Ada}, year = {2026}, "
            "url = {https://example.org/hats}}"
        ),
    }
    assert said["conformsTo"] == [
        "http://mlcommons.org/croissant/1.1",
        "http://mlcommons.org/croissant/RAI/1.0",
    ]


def test_invents_nothing(tmp_path):
    _, said = made(tmp_path, {})
    assert not OF_ORIGIN & said.keys()
    assert said["description"] == (
        "9 synthetic images of 30x20 px, composited from layers of art (sky, a hat) by imggen."
    )


def test_the_table_is_what_images_show(tmp_path):
    out, said = made(tmp_path, {})
    table = pd.read_parquet(out / "croissant.parquet").rename(columns={"file_name": "image"})
    table["image"] = table["image"].str.removesuffix(".png")
    expected = pd.read_csv(out / "data.csv", dtype=str, keep_default_na=False)
    assert table.pop("index").tolist() == list(range(9))
    pd.testing.assert_frame_equal(table[expected.columns].astype(str), expected.astype(str))
    [images, file] = said["distribution"]
    assert images["includes"] == ["images/*.png", "images/**/*.png"]
    content = (out / "croissant.parquet").read_bytes()
    assert (file["sha256"], file["contentSize"]) == (
        hashlib.sha256(content).hexdigest(),
        f"{len(content)} B",
    )
    fields = {one["name"]: one["@id"] for one in said["recordSet"][-1]["field"]}
    assert fields["a hat"] == "images/a%20hat"


def test_shards_of_parquet_need_no_table(tmp_path):
    out, said = made(tmp_path, {}, container="parquet")
    assert not (out / "croissant.parquet").exists()
    assert [one["includes"] for one in said["distribution"]] == [["data/*.parquet"]]
    variants = said["recordSet"][2]
    assert variants["name"] == "variants of a hat"
    assert [list(row.values()) for row in variants["data"]] == [[0, "007"], [1, "NA"], [2, "none"]]


def refused(folder, text):
    path = folder / "imggen.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as error:
        load_config(path, {})
    return without_place(str(error.value)).splitlines()[0]


@pytest.mark.parametrize("version", ["1", "1.0", "v1.0.0", "01.0.0", "1.0.0 "])
def test_versions_have_three_numbers(tmp_path, version):
    text = f'[dataset]\nversion = "{version}"\n' + LAYER.format(name="hat")
    assert refused(tmp_path, text) == (
        f'dataset.version is "{version}"; expected three numbers, like "1.0.0".'
    )


@pytest.mark.parametrize("day", ["2026-13-01", "20261128", "28.11.2026", "2026-11-28T10:00"])
def test_dates(tmp_path, day):
    text = f'[dataset]\npublished = "{day}"\n' + LAYER.format(name="hat")
    assert refused(tmp_path, text) == (
        f'dataset.published is "{day}"; expected a date like "2026-11-28".'
    )


def test_a_layer_called_as_a_field_is_refused(tmp_path):
    text = LAYER.format(name="File_name") + '[labels]\nformats = "croissant"\n'
    assert refused(tmp_path, text) == (
        'name of layer 1 is "File_name", which a field of croissant.json also has '
        "(case is ignored); rename one."
    )


@pytest.mark.parametrize(
    ("container", "pattern"),
    [
        ("webdataset", "shards/*.tar"),
        ("tfrecord", "tfrecords/*.tfrecord"),
        ("mds", "mds/*/*.mds"),
        ("npy", "imgs.npy"),
        ("npz", "dataset.npz"),
    ],
)
def test_other_containers_have_the_table(tmp_path, container, pattern):
    out, said = made(tmp_path, {}, container=container)
    assert [one.get("includes") for one in said["distribution"]] == [[pattern], None]
    assert list(out.glob(pattern))
    sources = [one["source"]["fileObject"]["@id"] for one in said["recordSet"][-1]["field"]]
    assert set(sources) == {"croissant.parquet"}
