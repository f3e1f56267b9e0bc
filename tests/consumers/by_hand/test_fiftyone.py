"""FiftyOne's importers find images and boxes of COCO and Pascal VOC; they need no database."""

import importlib

import pytest
from tests.formats.crowd import write_crowd


@pytest.fixture(scope="module")
def out(torchvision, make, tmp_path_factory):
    """A dataset in both formats, made where FiftyOne can be loaded."""
    config = write_crowd(tmp_path_factory.mktemp("crowd"))
    return make("--labels", "coco,voc", config=config)


def importer(form, out):
    """What reads the images of the split train."""
    module = importlib.import_module(f"fiftyone.utils.{form}")
    if form == "coco":
        labels = out / "annotations/instances_train.json"
        return module.COCODetectionDatasetImporter(
            data_path=str(out / "images/train"), labels_path=str(labels), label_types=["detections"]
        )
    return module.VOCDetectionDatasetImporter(
        data_path=str(out / "JPEGImages/train"), labels_path=str(out / "Annotations/train")
    )


@pytest.mark.parametrize(("form", "first"), [("coco", 0), ("voc", 1)])
def test_boxes(out, truth, form, first, monkeypatch, tmp_path):
    """FiftyOne takes VOC's boxes, whose last pixels are in them, as if these were not."""
    monkeypatch.setenv("HOME", str(tmp_path))
    seen = 0
    with importer(form, out) as samples:
        for path, metadata, labels in samples:
            things = truth[f"train/{path.rsplit('/', 1)[1].removesuffix('.png')}"]
            labels = labels.get("detections") if isinstance(labels, dict) else labels  # noqa: PLW2901
            found = [] if labels is None else labels.detections
            assert sorted(one.label for one in found) == sorted(one.variant for one in things)
            sizes = 2 * (metadata.width, metadata.height)
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
