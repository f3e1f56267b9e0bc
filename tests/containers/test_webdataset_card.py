"""The card of tar shards says the type of each value in them, and none depends on the value."""

import json
import tarfile

import numpy as np
import pytest
from tests.art import load, random_pixels, write_dataset
from tests.formats.crowd import write_crowd
from tests.run.runs import run

from imggen.assets import load_assets
from imggen.containers.webdataset_card import feature, sample_types
from imggen.run.recipe import recipe_of

PYTHON_TYPES = {"string": str, "int64": int, "float64": float}


def check_type(value, kind):
    """`value` is of the type `kind`, and has exactly its keys, in their order.

    Only what is drawn may be missing.
    """
    if isinstance(kind, str):
        assert type(value) is PYTHON_TYPES[kind]
    elif isinstance(kind, list):
        for item in value:
            check_type(item, kind[0])
    else:
        assert list(value) == list(kind)
        for key, item in value.items():
            if key == "drawn":
                assert list(item) == list(kind[key])
                given = {name: one for name, one in item.items() if one is not None}
                check_type(given, {name: kind[key][name] for name in given})
            else:
                check_type(item, kind[key])


def samples_of(out):
    """The members of all samples, by key and then by extension."""
    samples = {}
    for shard in (out / "shards").iterdir():
        with tarfile.open(shard) as archive:
            for member in archive:
                key, extension = member.name.split(".", 1)
                sample = samples.setdefault((shard.name, key), {})
                sample[extension] = archive.extractfile(member).read()
    return samples.values()


@pytest.mark.parametrize(
    "labels",
    [
        {},
        {"formats": ["coco", "yolo", "voc", "masks"]},
        {"formats": ["coco", "yolo-segment"], "segmentation": "polygons"},
        {"caption": "a {character}", "class_layer": "object"},
    ],
)
def test_all_samples_have_the_types_of_the_card(tmp_path, labels):
    write_crowd(tmp_path, **labels)
    settings = {"output__container": "webdataset"}
    run(tmp_path, tmp_path / "out", **settings)
    config = load(tmp_path / "imggen.toml", **settings)
    types = sample_types(recipe_of(config, load_assets(config)).info)
    members = [name for name in types if not name.startswith("__")]
    fractions = set()
    for sample in samples_of(tmp_path / "out"):
        assert list(sample) == members
        shown = json.loads(sample["json"])
        check_type(shown, types["json"])
        fractions |= {one["visible_fraction"] for one in shown["objects"]}
    assert fractions & {1.0}
    assert fractions - {1.0}, "all are whole"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("image", '{name: "a b", dtype: image}'),
        (["int64"], '{name: "a b", list: int64}'),
        ([["int64"]], '{name: "a b", list: {list: int64}}'),
        ({"n": "int64"}, '{name: "a b", struct: [{name: "n", dtype: int64}]}'),
        ([{"n": ["int64"]}], '{name: "a b", list: [{name: "n", list: int64}]}'),
    ],
)
def test_features_in_yaml(kind, text):
    """Another reader of them is in tests/consumers."""
    assert feature("a b", kind) == text


def card_of(folder, **tables):
    """The card of four images of a sky; and the tables `tables`."""
    layers = {"sky": {"day": random_pixels(np.random.default_rng(0), 4, 4, 3)}}
    write_dataset(folder, layers, dataset={"count": 4}, **tables)
    run(folder, folder / "out", output__container="webdataset")
    return (folder / "out/README.md").read_text()


def test_splits_that_datasets_can_call_so(tmp_path):
    shares = [{"name": name, "share": 0.5} for name in ("train", "train_2")]
    card = card_of(tmp_path, split=shares)
    number = "[0-9][0-9][0-9][0-9][0-9][0-9]"
    assert f'- split: "train"\n    path: "shards/train-{number}.tar"' in card
    assert f'- split: "train_2"\n    path: "shards/train_2-{number}.tar"' in card
    assert "dataset_info:" in card
    assert "object-detection" not in card


def test_splits_that_datasets_cannot_call_so(tmp_path):
    card = card_of(tmp_path, split=[{"name": "hard-test", "share": 1.0}])
    assert "| hard-test | 4 |" in card
    assert "configs:" not in card
    assert "dataset_info:" not in card


def test_without_splits(tmp_path):
    assert '- split: "train"\n    path: "shards/*.tar"' in card_of(tmp_path)
