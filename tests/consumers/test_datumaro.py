"""Datumaro recognises the formats, and reads images, boxes and masks of each."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.art import write_small_article
from tests.checks import check_pixels
from tests.formats.crowd import write_crowd

FOLDER = Path(sys.prefix) / "datumaro"  # see scripts/test-consumers


@pytest.fixture(scope="module")
def datumaro():
    """The module of Datumaro that reads datasets."""
    sys.path.append(str(FOLDER))
    from datumaro.components import dataset, environment  # from its own folder

    dataset.environment = environment.Environment()
    yield dataset
    sys.path.remove(str(FOLDER))


@pytest.fixture(scope="module")
def out(make, tmp_path_factory):
    """A dataset in all formats that Datumaro knows."""
    config = write_crowd(tmp_path_factory.mktemp("crowd"))
    return make("--labels", "voc-segment,coco,yolo", config=config)


def read(datumaro, out, form):
    """The items of a dataset by image name, and what their labels are called."""
    found = datumaro.Dataset.import_from(str(out), form)
    [labels] = [one for kind, one in found.categories().items() if kind.name == "label"]
    items = {f"{one.subset}/{one.id.removeprefix(one.subset + '/')}": one for one in found}
    return items, [label.name for label in labels.items]


def of_kind(item, kind):
    return [one for one in item.annotations if one.type.name == kind]


def shown(item, names):
    """The names and boxes of an item."""
    return [(names[one.label], tuple(one.get_bbox())) for one in of_kind(item, "bbox")]


def test_formats_are_recognised(datumaro, out):
    found = datumaro.environment.detect_dataset(str(out))
    assert {"voc", "voc_segmentation", "yolo"} <= {*found}


def test_voc(datumaro, out, truth):
    """Datumaro takes VOC's boxes, whose last pixels are in them, as if these were not."""
    items, names = read(datumaro, out, "voc")
    assert items.keys() == truth.keys()
    for name, things in truth.items():
        boxes = [(one.variant, (x + 1, y + 1, w - 1, h - 1)) for one in things
                 for x, y, w, h in [one.box]]  # fmt: skip
        assert shown(items[name], names) == boxes
        for mask, one in zip(of_kind(items[name], "mask"), things, strict=True):
            assert names[mask.label] == one.variant
            check_pixels(mask.image.astype(bool), one.seen)
        with Image.open(out / f"images/{name}.png") as image:
            assert np.array_equal(items[name].media.data[:, :, ::-1], np.asarray(image))  # BGR


def test_coco(datumaro, out, truth):
    items, names = read(datumaro, out, "coco")
    assert items.keys() == truth.keys()
    for name, things in truth.items():
        found = sorted(shown(items[name], names))
        assert found == sorted((one.variant, one.box) for one in things)
        polygons = {names[one.label] for one in of_kind(items[name], "polygon")}
        assert polygons == {one.variant for one in things}


def test_coco_without_splits(datumaro, make, tmp_path):
    """Datumaro finds no file of that name in a folder, and reads it if it is named."""
    out = make("--labels", "coco", config=write_small_article(tmp_path))
    items, names = read(datumaro, out / "annotations/instances.json", "coco_instances")
    file = json.loads((out / "annotations/instances.json").read_bytes())
    of_image = {row["id"]: row["file_name"].removesuffix(".png") for row in file["images"]}
    kinds = {row["id"]: row["name"] for row in file["categories"]}
    assert items.keys() == {f"default/{name}" for name in of_image.values()}
    for one in file["annotations"]:
        item = items[f"default/{of_image[one['image_id']]}"]
        assert (kinds[one["category_id"]], tuple(one["bbox"])) in shown(item, names)
        assert item.media.data is not None


def test_yolo(datumaro, out, truth):
    items, names = read(datumaro, out, "yolo")
    assert items.keys() == truth.keys()
    for name, things in truth.items():
        for (label, box), one in zip(shown(items[name], names), things, strict=True):
            assert label == one.variant
            assert np.allclose(box, one.box, atol=0.01)
