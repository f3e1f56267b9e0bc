"""Hugging Face's `datasets` reads tar shards, whichever values come first."""

import json
import tarfile

import numpy as np
import pytest
from datasets import Image, List, Value, load_dataset
from tests.art import random_pixels, write_dataset
from tests.hard_names import HARD_NAMES, write_hats_or_none

SHARDED = "--container", "webdataset"
OBJECT = {
    "id": Value("int64"),
    "layer": Value("string"), "class": Value("string"), "category": Value("int64"),
    "bbox": List(Value("int64")), "amodal_bbox": List(Value("int64")), "area": Value("int64"),
    "visible_fraction": Value("float64"), "z": Value("int64"),
}  # fmt: skip
DRAWN = {"drawn": {"x": Value("int64"), "y": Value("int64")}}


@pytest.fixture
def load(tmp_path):
    """`load_dataset` with a cache of its own."""

    def load(*args, **settings):
        return load_dataset(*map(str, args), cache_dir=str(tmp_path / "cache"), **settings)

    return load


@pytest.fixture(scope="session")
def squares(tmp_path_factory):
    """The imggen.toml of two squares of 16 px anywhere, of which one may hide the other."""
    rng = np.random.default_rng(0)
    place = {"place": {"x": [0, 48], "y": [0, 48]}}
    layers = {
        "sky": {"day": random_pixels(rng, 64, 64, 3)},
        "back": {"red": np.full((16, 16, 4), 255, np.uint8)},
        "front": {"blue": np.full((16, 16, 4), 255, np.uint8)},
    }
    dataset = {"count": 40}
    return write_dataset(
        tmp_path_factory.mktemp("squares"), layers, dataset=dataset, back=place, front=place
    )


def shards_of(out):
    return sorted(map(str, (out / "shards").glob("*.tar")))


def members_of(out, extension):
    """What the samples have with this extension, in the order of the shards."""
    found = []
    for shard in shards_of(out):
        with tarfile.open(shard) as archive:
            found += [
                archive.extractfile(member).read()
                for member in archive
                if member.name.endswith(f".{extension}")
            ]
    return found


@pytest.mark.parametrize("seed", range(9))
def test_types_do_not_depend_on_the_first_values(make, load, squares, seed):
    """With and without the card."""
    out = make(*SHARDED, "--seed", seed, config=squares)
    shown = [json.loads(text) for text in members_of(out, "json")]
    fractions = {one["visible_fraction"] for image in shown for one in image["objects"]}
    assert 1.0 in fractions
    assert fractions - {1.0}
    for part in (
        load(out, split="train"),
        load("webdataset", data_files=shards_of(out), split="train"),
    ):
        assert part.features["json"]["objects"] == List(OBJECT | DRAWN)
        assert part["json"][:] == shown


def test_images_without_objects_come_first(make, load, tmp_path):
    """Hats are rare, so that without the card `datasets` would know no type of theirs."""
    hat = {"weights": {"none": 12, "007": 1}}
    rng = np.random.default_rng(0)
    layers = {
        "sky": {"1e5": random_pixels(rng, 30, 20, 3)},
        "hat": {"007": np.full((5, 5, 4), 255, np.uint8)},
    }
    config = write_dataset(tmp_path, layers, hat=hat, dataset={"count": 60, "seed": 1})
    out = make(*SHARDED, "--labels", "coco", config=config)
    shown = [json.loads(text) for text in members_of(out, "json")]
    assert not any(image["objects"] for image in shown[:5])
    assert any(image["objects"] for image in shown)
    part = load(out, split="train")
    assert part["json"][:] == shown


def test_the_card_says_what_there_is(make, load, art):
    config = art.with_name("all.toml")
    labels = """
[labels]
formats = ["coco", "yolo-segment", "voc", "masks"]
segmentation = "polygons"
class_layer = "thing"
caption = "a {thing} at the {background}"
"""
    config.write_text(art.read_text() + labels)
    out = make(*SHARDED, config=config)
    dataset = load(out)
    assert set(dataset) == {"train", "test"}
    features = dataset["train"].features
    assert list(features) == [
        "png", "json", "txt", "cls", "yolo.txt", "xml", "semantic.png", "instance.png", "__key__",
        "__url__",
    ]  # fmt: skip
    for name in ("png", "semantic.png", "instance.png"):
        assert isinstance(features[name], Image)
    polygons = {"segmentation": List(List(Value("int64")))}
    assert features["json"]["objects"] == List(OBJECT | polygons | DRAWN)
    assert sum(part.num_rows for part in dataset.values()) == len(members_of(out, "json"))
    for item in dataset["test"]:
        assert item["png"].size == (64, 64)
        assert item["instance.png"].mode == "L"
        values = set(np.asarray(item["instance.png"]).ravel().tolist())
        assert values == set(range(len(item["json"]["objects"]) + 1))


def test_whatever_variants_are_called(make, load, tmp_path):
    out = make(*SHARDED, config=write_hats_or_none(tmp_path))
    part = load(out, split="train")
    shown = sorted((*HARD_NAMES, "none")) * 2
    assert [image["traits"]["hat"] for image in part["json"]] == shown
