"""Hugging Face's `datasets` reads ImageFolder's metadata, and class folders without any."""

import json

import numpy as np
import pandas as pd
import PIL.Image
import pytest
from datasets import ClassLabel, Image, List, Value, load_dataset
from tests.hard_names import DATE, HARD_NAMES, write_hats_or_none

LABELS = """
[labels]
formats = ["imagefolder", "table", "classes"]
class_layer = "thing"
caption = "a {thing} at the {background}"
"""


@pytest.fixture(scope="session")
def labelled(art, make):
    """A dataset with ImageFolder's metadata, the full table and class folders."""
    config = art.with_name("labelled.toml")
    config.write_text(art.read_text() + LABELS)
    return make(config=config)


@pytest.fixture(scope="session")
def table(labelled):
    """The full table, by file name."""
    return pd.read_parquet(labelled / "labels.parquet").set_index("file_name")


@pytest.fixture
def load(tmp_path):
    """`load_dataset` with a cache of its own."""

    def load(*args, **settings):
        return load_dataset(*map(str, args), cache_dir=str(tmp_path / "cache"), **settings)

    return load


def test_the_card_says_what_there_is(load, labelled, table):
    dataset = load(labelled)
    rows = {split: part.num_rows for split, part in dataset.items()}
    assert rows == table["split"].value_counts().to_dict()
    features = dataset["train"].features
    assert list(features) == ["image", "background", "thing", "text", "objects"]
    assert isinstance(features["image"], Image)
    assert features["background"] == ClassLabel(names=["sand", "sea"])
    assert features["thing"] == ClassLabel(names=["bird", "cat", "dog", "none"])
    assert features["objects"]["bbox"] == List(List(Value("int64")))
    assert features["objects"]["category"] == List(ClassLabel(names=["bird", "cat", "dog"]))


def test_images_and_values(load, labelled, table):
    dataset = load(labelled)
    for split, part in dataset.items():
        rows = table[table["split"] == split]
        names = part.features["thing"].int2str
        for item, (name, row) in zip(part, rows.iterrows(), strict=True):
            assert item["image"].size == (64, 64)
            with PIL.Image.open(labelled / "images" / name) as image:
                assert np.array_equal(np.asarray(item["image"]), np.asarray(image))
            assert names(item["thing"]) == row["thing"]
            assert item["text"] == row["caption"]
            box = [row[f"thing visible {side}"] for side in ("x", "y", "width", "height")]
            seen = row["thing"] != "none" and row["thing visible pixels"] > 0
            assert item["objects"]["bbox"] == ([box] if seen else [])
            assert item["objects"]["category"] == ([item["thing"]] if seen else [])


def test_without_the_card(load, labelled, table):
    """Layers are texts then."""
    part = load("imagefolder", data_dir=str(labelled / "images"), split="train")
    assert part.features["thing"] == Value("string")
    assert part["thing"] == table[table["split"] == "train"]["thing"].tolist()


def test_class_folders(load, labelled):
    """Without empty folders, the numbers are those of the class map."""
    part = load("imagefolder", data_dir=str(labelled / "classes"), split="train")
    classes = json.loads((labelled / "classes/classes.json").read_text())["classes"]
    assert part.features["label"].names == classes
    assert part.num_rows == len(list((labelled / "images/train").glob("*.png")))


def test_whatever_variants_are_called(load, make, tmp_path):
    names = [name for name in HARD_NAMES if name != DATE]
    out = make(config=write_hats_or_none(tmp_path, names, formats=["imagefolder"], caption="{hat}"))
    shown = sorted((*names, "none")) * 2
    part = load(out, split="train")
    label = part.features["hat"]
    assert label.names == shown[: len(shown) // 2]
    assert [label.int2str(number) for number in part["hat"]] == shown
    plain = load("imagefolder", data_dir=str(out / "images"), split="train")
    assert list(plain["hat"]) == shown
