"""`imggen.Dataset(OUT)` is the files in OUT: images as others decode them, and label files.

What keeps it from being that is told in tests/run/journal/test_origin.py.
"""

import csv
import json
import tarfile
from io import BytesIO

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image
from tests.art import place_at_random, write_small_article, write_toml
from tests.checks import check_pixels
from tests.run.runs import run

import imggen
from imggen.config.load import read_source

COUNT = 16
LABELS = ["coco", "yolo", "masks", "table"]
SIZE = (144, 81)  # of images; the canvas has 192 x 108 px


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Scenes in two splits, of sprites that vary, hide each other and stick out."""
    folder = place_at_random(write_small_article(tmp_path_factory.mktemp("art")), inside=False)
    values = read_source(folder / "imggen.toml").settings
    values["dataset"]["count"] = COUNT
    values["layer"][1]["vary"] = {"scale": [0.7, 1.6], "rotate": [-30, 30], "flip": 0.5}
    splits = [{"name": "train", "share": 0.75}, {"name": "test", "share": 0.25}]
    write_toml(folder, values | {"split": splits})
    return folder


def loose(out, dataset):
    """All images by index, as Pillow decodes the files of these names."""
    return {item["index"]: decoded(out / dataset.name(k)) for k, item in enumerate(dataset)}


def decoded(file):
    with Image.open(file) as image:
        return np.asarray(image)


def in_tars(out, dataset):
    """All images by index, as samples of tar shards have both."""
    found = {}
    for path in (out / "shards").iterdir():
        with tarfile.open(path) as shard:
            read = {name: shard.extractfile(name).read() for name in shard.getnames()}
        for name in read:
            if name.endswith(".json"):
                pixels = read[name.removesuffix("json") + dataset.config.output.suffix[1:]]
                found[json.loads(read[name])["index"]] = decoded(BytesIO(pixels))
    return found


def in_rows(out, _):
    """All images by index, as rows of Parquet shards have both."""
    tables = [pq.read_table(path) for path in (out / "data").iterdir()]
    rows = [row for table in tables for row in table.to_pylist()]
    return {row["index"]: decoded(BytesIO(row["image"]["bytes"])) for row in rows}


def in_array(out, _):
    return dict(enumerate(np.load(out / "imgs.npy")))


def in_archive(out, _):
    with np.load(out / "dataset.npz") as archive:
        return dict(enumerate(archive["imgs"]))


@pytest.mark.parametrize(
    ("output", "read"),
    [
        ({"container": "files"}, loose),
        ({"container": "files", "format": "jpeg", "quality": 70}, loose),
        ({"container": "files", "format": "webp", "lossless": True}, loose),
        ({"container": "files", "size": list(SIZE), "format": "webp"}, loose),
        ({"container": "webdataset", "format": "jpeg"}, in_tars),
        ({"container": "webdataset", "size": 81}, in_tars),
        ({"container": "parquet", "format": "webp"}, in_rows),
        ({"container": "npy"}, in_array),
        ({"container": "npz", "size": 81}, in_archive),
    ],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_images_are_those_of_the_files(folder, tmp_path, output, read):
    settings = {f"output__{key}": value for key, value in output.items()}
    run(folder, tmp_path / "out", **settings)
    dataset = imggen.Dataset(tmp_path / "out")
    found = read(tmp_path / "out", dataset)
    assert found.keys() == set(range(COUNT))
    for item in dataset:
        check_pixels(item["image"], found[item["index"]])


@pytest.fixture(scope="module", params=[None, SIZE], ids=str)
def labelled(request, folder, tmp_path_factory):
    """A run with label files, at the size of the canvas or another: its folder and its dataset."""
    out = tmp_path_factory.mktemp("labelled") / "out"
    settings = {"output__size": list(request.param)} if request.param else {}
    run(folder, out, labels__formats=LABELS, **settings)
    return out, imggen.Dataset(out, masks=True)


def test_coco_is_of_the_items(labelled):
    out, dataset = labelled
    parts = [json.loads(path.read_text()) for path in (out / "annotations").glob("*.json")]
    assert sum(len(part["images"]) for part in parts) == COUNT
    for part in parts:
        names = {one["id"]: one["name"] for one in part["categories"]}
        for image in part["images"]:
            item = dataset[image["id"]]
            assert item["image"].shape[:2] == (image["height"], image["width"])
            own = [one for one in part["annotations"] if one["image_id"] == image["id"]]
            objects = item["objects"]
            assert [one["bbox"] for one in own] == as_sides(objects["boxes"]).tolist()
            assert [one["area"] for one in own] == objects["area"].tolist()
            assert [names[one["category_id"]] for one in own] == names_of(dataset, objects)


def as_sides(boxes):
    """Left, top, width and height of boxes of left, top, right and bottom."""
    return np.hstack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]])


def names_of(dataset, objects):
    return [dataset.object_classes[label] for label in objects["labels"]]


def test_yolo_is_of_the_items(labelled):
    out, dataset = labelled
    height, width, _ = dataset.shape
    for k, item in enumerate(dataset):
        path = (out / dataset.name(k).replace("images/", "labels/", 1)).with_suffix(".txt")
        lines = [list(map(float, line.split())) for line in path.read_text().splitlines()]
        found = np.array(lines).reshape(-1, 5)
        assert found[:, 0].tolist() == item["objects"]["labels"].tolist()
        middle, side = found[:, 1:3], found[:, 3:]
        boxes = np.hstack([middle - side / 2, middle + side / 2]) * np.tile([width, height], 2)
        assert np.allclose(boxes, item["objects"]["boxes"], atol=1e-3)


def test_masks_are_of_the_items(labelled):
    out, dataset = labelled
    for k, item in enumerate(dataset):
        stem = dataset.name(k).removeprefix("images/")
        instances = decoded(out / "masks" / "instance" / stem)
        numbers = np.arange(1, len(item["objects"]["masks"]) + 1)
        assert np.array_equal(instances == numbers[:, None, None], item["objects"]["masks"])


def test_tables_are_of_the_items(labelled):
    out, dataset = labelled
    with (out / "data.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    drawn = pq.read_table(out / "labels.parquet").to_pylist()
    assert len(rows) == len(drawn) == COUNT
    for item, row, own in zip(dataset, rows, drawn, strict=True):
        assert {layer: row[layer] for layer in item["shown"]} == item["shown"]
        assert row["split"] == item["split"] == own["split"]
        objects = item["objects"]
        for k, depth in enumerate(objects["layers"].tolist()):
            layer = list(item["shown"])[depth]
            for axis in "xy":
                assert int(row[f"{layer} {axis}"]) == objects[axis][k]
            for key in ("x", "y", "width", "height", "scale", "rotate", "flip", "z"):
                assert own[f"{layer} {key}"] == objects[key][k], key
            assert own[f"{layer} visible pixels"] == objects["area"][k]
