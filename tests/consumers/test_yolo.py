"""supervision reads YOLO's boxes and polygons, PyYAML its data.yaml."""

import numpy as np
import pytest
import supervision
import yaml
from tests.formats.crowd import SPLITS, write_crowd
from tests.hard_names import HARD_NAMES, write_hats


def read(out, split):
    """The images of a split as supervision has them, by their names."""
    part = yaml.safe_load((out / "data.yaml").read_text())[split]
    images = supervision.DetectionDataset.from_yolo(
        images_directory_path=str(out / part),
        annotations_directory_path=str(out / part.replace("images", "labels", 1)),
        data_yaml_path=str(out / "data.yaml"),
    )
    stems = (path.rsplit("/", 1)[1].removesuffix(".png") for path in images.image_paths)
    found = dict(zip(stems, images.annotations.values(), strict=True))
    return images.classes, {f"{split}/{stem}": one for stem, one in found.items()}


def check(out, truth, check_boxes):
    """supervision finds all things of `truth`."""
    found = {}
    for split in SPLITS:
        classes, images = read(out, split)
        found.update(images)
    assert sorted(found) == sorted(truth)
    for name, things in truth.items():
        detections = found[name]
        assert [classes[k] for k in detections.class_id] == [thing.variant for thing in things]
        for k, thing in enumerate(things):
            x, y, width, height = thing.box
            assert detections.xyxy[k] == pytest.approx((x, y, x + width, y + height), abs=0.01)
            check_boxes(detections, k, thing)


def test_boxes(make, truth, tmp_path):
    def without_mask(detections, k, thing):
        assert detections.mask is None

    check(make("--labels", "yolo", config=write_crowd(tmp_path)), truth, without_mask)


def test_polygons(make, truth, tmp_path):
    """supervision draws a polygon's edge too, so masks are wider by up to one pixel."""

    def with_mask(detections, k, thing):
        mask = detections.mask[k]
        assert not (thing.seen & ~mask).any()
        assert not (mask & ~grown(thing.seen)).any()

    config = write_crowd(tmp_path, tolerance=0)
    check(make("--labels", "yolo-segment", config=config), truth, with_mask)


def grown(mask):
    """A (height, width) bool array and all pixels beside it or at its corners."""
    wide = np.pad(mask, 1)
    tall = wide[:, :-2] | wide[:, 1:-1] | wide[:, 2:]
    return tall[:-2] | tall[1:-1] | tall[2:]


def test_names_that_yaml_takes_for_something_else(make, tmp_path):
    out = make("--labels", "yolo", config=write_hats(tmp_path))
    file = yaml.safe_load((out / "data.yaml").read_text())
    assert file == {
        "train": "images",
        "val": "images",
        "names": dict(enumerate(sorted(HARD_NAMES))),
    }
