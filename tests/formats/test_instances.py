"""The table of instances has a row for each sprite of each image, with all that is drawn."""

import csv

import numpy as np
import pandas as pd
import pytest
from pyarrow import parquet
from tests.planning.crowd import ANYWHERE, BIRD, TREE, write_crowd
from tests.run.runs import run

import imggen
from imggen.formats import instance_columns

COUNT = 40
VARY = {
    "flip": 0.5,
    "scale": [0.5, 1.5],
    "rotate": [-30, 30],
    "blend": {"values": ["normal", "screen"]},
}
BOXES = {"amodal": "amodal_boxes", "visible": "boxes"}


def write(folder, **labels):
    """The dataset of a crowd, with the formats of `labels`."""
    return write_crowd(
        folder,
        dataset={"count": COUNT, "seed": 3},
        tree={**TREE, "class": {"fir": "conifer", "oak": False}},
        bird={**BIRD, "class": "bird", "vary": VARY, "threshold": 200, "depth": "random"},
        labels={"formats": ["instances"], **labels},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crowd")
    write(folder)
    run(folder, folder / "out")
    return folder


@pytest.fixture(scope="module")
def dataset(folder):
    return imggen.Dataset(folder, objects=True)


@pytest.fixture(scope="module")
def rows(folder):
    return pd.read_parquet(folder / "out" / "instances.parquet")


def test_a_row_for_each_sprite(rows, dataset):
    for image, own in enumerate(dataset):
        shown = rows[rows["image"] == image]
        for layer in ("tree", "bird"):
            found = shown[shown["layer"] == layer]
            assert found["variant"].tolist() == own["shown"][layer]
            assert found["instance"].tolist() == list(range(len(found)))
    assert rows["image"].is_monotonic_increasing
    assert set(rows["layer"]) == {"tree", "bird"}


def test_classes(rows):
    pairs = rows[["layer", "variant", "class"]].astype(object).drop_duplicates()
    found = {(layer, variant): name for layer, variant, name in pairs.itertuples(index=False)}
    assert found[("tree", "fir")] == "conifer"
    assert pd.isna(found[("tree", "oak")])
    assert {found[("bird", name)] for name in ("blue", "red")} == {"bird"}


def test_all_that_is_drawn_and_seen(rows, dataset):
    """As `Dataset` has it, which has what is seen only."""
    compared = 0
    for image, item in enumerate(dataset):
        own = item["objects"]
        shown = rows[
            (rows["image"] == image) & rows["class"].notna() & (rows["visible pixels"] > 0)
        ]
        shown = shown.sort_values("z")
        assert shown["z"].tolist() == own["z"].tolist()
        assert shown["instance"].tolist() == own["instances"].tolist()
        layers = list(dataset.classes)
        assert shown["layer"].tolist() == [layers[number] for number in own["layers"]]
        names = [dataset.object_classes[label] for label in own["labels"]]
        assert shown["class"].tolist() == names
        for column in ("x", "y", "width", "height", "flip", "scale", "rotate", "opacity"):
            assert shown[column].tolist() == own[column].tolist(), column
        for column, key in BOXES.items():
            sides = shown[[f"{column} {side}" for side in ("x", "y", "width", "height")]].to_numpy()
            edges = np.hstack([sides[:, :2], sides[:, :2] + sides[:, 2:]])
            assert np.array_equal(edges, own[key])
        assert shown["visible pixels"].tolist() == own["area"].tolist()
        fraction = shown["visible pixels"] / shown["pixels"]
        assert np.array_equal(fraction.astype(np.float32), own["visible_fraction"])
        compared += len(shown)
    assert compared > 150


def test_a_threshold_of_one_layer_is_that_of_its_sprites(tmp_path, rows):
    """Fewer pixels of soft birds are theirs with 200 than with 1; of trees as many."""
    path = write(tmp_path)
    text = path.read_text().replace("threshold = 200", "threshold = 1")
    path.write_text(text)
    run(tmp_path, tmp_path / "out")
    other = pd.read_parquet(tmp_path / "out" / "instances.parquet")
    birds = rows["layer"] == "bird"
    assert (other["pixels"] > rows["pixels"])[birds].all()
    firs = rows["class"] == "conifer"
    assert (other["pixels"] == rows["pixels"])[firs].all()


def test_the_csv_says_the_same(folder, rows):
    with (folder / "out" / "instances.csv").open(newline="") as file:
        found = list(csv.DictReader(file))
    assert len(found) == len(rows)
    for text, row in zip(found, rows.to_dict("records"), strict=True):
        assert list(text) == list(row)
        assert (text["image"], text["layer"]) == (str(row["image"]), row["layer"])
        assert (text["class"] or None) == (None if pd.isna(row["class"]) else row["class"])
        assert float(text["scale"]) == row["scale"]
        assert [float(one) for one in text["matrix"].split()] == list(row["matrix"])


def test_blocks_change_nothing(tmp_path, folder, monkeypatch):
    write(tmp_path)
    monkeypatch.setattr(instance_columns, "IMAGES_AT_ONCE", 7)
    run(tmp_path, tmp_path / "out")
    first, second = (one / "out" / "instances.csv" for one in (folder, tmp_path))
    assert first.read_bytes() == second.read_bytes()
    assert parquet.ParquetFile(tmp_path / "out" / "instances.parquet").num_row_groups == 6


def test_no_sprite_at_all(tmp_path):
    none = {"instances": 0, "place": ANYWHERE}
    write_crowd(
        tmp_path, dataset={"count": 3}, tree=none, bird=none, labels={"formats": ["instances"]}
    )
    run(tmp_path, tmp_path / "out")
    assert len(pd.read_parquet(tmp_path / "out" / "instances.parquet")) == 0


def test_what_shows_too_few_pixels_is_not_labelled(tmp_path):
    plain = imggen.Dataset(write(tmp_path / "plain"), objects=True)
    fewer = imggen.Dataset(write(tmp_path / "fewer", least_pixels=150), objects=True)
    left = 0
    for one, other in zip(plain, fewer, strict=True):
        kept = one["objects"]["area"] >= 150
        assert other["objects"]["z"].tolist() == one["objects"]["z"][kept].tolist()
        left += np.count_nonzero(~kept)
    assert left > 20
