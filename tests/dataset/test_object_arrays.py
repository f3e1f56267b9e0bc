"""The things in an image: those of the labels of a run, and named as torchvision names them."""

import json

import numpy as np
import pytest
from tests.art import place_at_random, write_small_article
from tests.checks import check_pixels
from tests.run.runs import run

import imggen
from imggen.config.plain import FIELDS
from imggen.dataset.object_arrays import fill
from imggen.geometry.mask import NO_MASK, Mask

COUNT = 40
DTYPES = {
    "boxes": np.float32, "labels": np.int64, "area": np.int64, "amodal_boxes": np.float32,
    "visible_fraction": np.float32, "z": np.int64, "masks": np.bool_,
    "layers": np.int64, "instances": np.int64, "variants": np.int64,
    "x": np.int64, "y": np.int64, "width": np.int64, "height": np.int64,
    **dict.fromkeys(FIELDS, np.float64),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Sprites that hide each other, and that stick out of the canvas."""
    return place_at_random(write_small_article(tmp_path_factory.mktemp("art")), inside=False)


@pytest.fixture(scope="module")
def dataset(folder):
    return imggen.Dataset(folder, masks=True, overrides={"dataset.count": COUNT})


@pytest.mark.parametrize("settings", [{}, {"category": "layer", "least_visible": 0.5}], ids=str)
def test_objects_are_those_of_coco(folder, tmp_path, settings):
    overrides = {f"labels.{key}": value for key, value in settings.items()}
    overrides |= {"dataset.count": COUNT, "labels.segmentation": "rle"}
    run(folder, tmp_path, labels__formats=["coco"], **{
        key.replace(".", "__"): value for key, value in overrides.items()
    })  # fmt: skip
    (path,) = (tmp_path / "annotations").iterdir()
    coco = json.loads(path.read_text())
    dataset = imggen.Dataset(folder, objects=True, overrides=overrides)
    assert dataset.object_classes == tuple(one["name"] for one in coco["categories"])
    for item in dataset:
        objects = item["objects"]
        wanted = [one for one in coco["annotations"] if one["image_id"] == item["index"]]
        corners = [(x, y, x + w, y + h) for x, y, w, h in (one["bbox"] for one in wanted)]
        assert objects["boxes"].tolist() == [list(map(float, box)) for box in corners]
        assert (objects["labels"] + 1).tolist() == [one["category_id"] for one in wanted]
        assert objects["area"].tolist() == [one["area"] for one in wanted]
        assert "masks" not in objects


def test_arrays_fit_each_other(dataset):
    counts = set()
    for k, item in enumerate(dataset):
        objects = item["objects"]
        assert {key: array.dtype for key, array in objects.items()} == DTYPES
        n = len(objects["boxes"])
        counts.add(n)
        assert {len(array) for array in objects.values()} == {n}
        assert objects["boxes"].shape == objects["amodal_boxes"].shape == (n, 4)
        assert objects["masks"].shape == (n, *dataset.shape[:2])
        assert (np.diff(objects["z"]) > 0).all()
        check_pixels(dataset.masks(k), objects["masks"])
    assert counts >= {1, 2}


def test_boxes_and_areas_are_those_of_the_masks(dataset):
    hidden = 0
    for item in dataset:
        objects = item["objects"]
        assert objects["masks"].sum(axis=0).max(initial=0) <= 1
        for mask, box, area in zip(
            objects["masks"], objects["boxes"], objects["area"], strict=True
        ):
            ys, xs = np.nonzero(mask)
            assert box.tolist() == [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]
            assert area == mask.sum()
        hidden += (objects["visible_fraction"] < 1).sum()
        amodal, boxes = objects["amodal_boxes"], objects["boxes"]
        assert (amodal[:, :2] <= boxes[:, :2]).all()
        assert (amodal[:, 2:] >= boxes[:, 2:]).all()
    assert hidden > COUNT // 4


def test_sprites_are_seen_where_the_masks_say(folder, dataset):
    """Without them, an image shows the background alone; it differs nowhere else."""
    values = {"dataset.count": COUNT}
    bare = {
        item["shown"]["background"]: item["image"]
        for item in imggen.Dataset(without_sprites(folder), overrides=values)
    }
    for item in dataset:
        differs = (item["image"] != bare[item["shown"]["background"]]).any(axis=2)
        solid = item["objects"]["masks"].any(axis=0)
        assert (differs & solid).sum() > 0.95 * solid.sum()


def without_sprites(folder):
    from imggen.config.load import read_source

    values = read_source(folder / "imggen.toml").settings
    values["layer"] = [{**values["layer"][0], "folder": str(folder / "backgrounds")}]
    return values


def test_fills_masks():
    mask = Mask(1, np.array([0, 2, 2, 3], np.int32), np.array([[0, 1], [3, 5], [2, 5]], np.int32))
    out = np.zeros((5, 5), bool)
    fill(mask, out)
    rows = ["00000", "10011", "00000", "00111", "00000"]
    assert ["".join("01"[k] for k in row) for row in out.astype(int)] == rows
    out = np.zeros((2, 3), bool)
    fill(NO_MASK, out)
    assert not out.any()
