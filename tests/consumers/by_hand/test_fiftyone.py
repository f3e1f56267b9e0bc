"""FiftyOne's importers find the boxes of COCO, Pascal VOC and YOLO; they need no database."""

import importlib

import pytest
from PIL import Image
from tests.formats.crowd import write_crowd


@pytest.fixture(scope="module")
def out(torchvision, make, tmp_path_factory):
    """A dataset in all these formats, made where FiftyOne can be loaded."""
    config = write_crowd(tmp_path_factory.mktemp("crowd"))
    return make("--labels", "coco,voc,yolo", config=config)


def importer(form, out):
    """What reads the images of the split train."""
    module = importlib.import_module(f"fiftyone.utils.{form}")
    if form == "coco":
        labels = out / "annotations/instances_train.json"
        return module.COCODetectionDatasetImporter(
            data_path=str(out / "images/train"), labels_path=str(labels), label_types=["detections"]
        )
    if form == "yolo":  # FiftyOne's own name of the file is dataset.yaml
        return module.YOLOv5DatasetImporter(
            dataset_dir=str(out), yaml_path="data.yaml", split="train"
        )
    return module.VOCDetectionDatasetImporter(
        data_path=str(out / "JPEGImages/train"), labels_path=str(out / "Annotations/train")
    )


@pytest.mark.parametrize(("form", "first"), [("coco", 0), ("voc", 1), ("yolo", 0)])
def test_boxes(out, truth, form, first, monkeypatch, tmp_path):
    """FiftyOne takes VOC's boxes, whose last pixels are in them, as if these were not."""
    monkeypatch.setenv("HOME", str(tmp_path))
    seen = 0
    with importer(form, out) as samples:
        for path, _, labels in samples:
            things = truth[f"train/{path.rsplit('/', 1)[1].removesuffix('.png')}"]
            labels = labels.get("detections") if isinstance(labels, dict) else labels  # noqa: PLW2901
            found = [] if labels is None else labels.detections
            assert sorted(one.label for one in found) == sorted(one.variant for one in things)
            with Image.open(path) as image:
                sizes = 2 * image.size
            boxes = [
                tuple(round(share * side) for share, side in zip(box, sizes, strict=True))
                for box in sorted(tuple(one.bounding_box) for one in found)
            ]
            expected = [
                (x + first, y + first, w - first, h - first)
                for x, y, w, h in (one.box for one in things)
            ]
            assert sorted(boxes) == sorted(expected)
            seen += 1
    assert seen == sum(name.startswith("train/") for name in truth)
