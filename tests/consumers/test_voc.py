"""supervision reads Pascal VOC's boxes."""

import supervision
from tests.formats.crowd import SPLITS, write_crowd


def test_boxes(make, truth, tmp_path):
    out = make("--labels", "voc", config=write_crowd(tmp_path))
    found = {}
    for split in SPLITS:
        images = supervision.DetectionDataset.from_pascal_voc(
            images_directory_path=str(out / "images" / split),
            annotations_directory_path=str(out / "Annotations" / split),
        )
        for path, detections in images.annotations.items():
            name = f"{split}/{path.rsplit('/', 1)[1].removesuffix('.png')}"
            names = [images.classes[k] for k in detections.class_id]
            found[name] = list(zip(names, detections.xyxy.tolist(), strict=True))
    expected = {
        name: [(thing.variant, corners_of(thing.box)) for thing in things]
        for name, things in truth.items()
    }
    assert found == expected


def corners_of(box):
    x, y, width, height = box
    return [x, y, x + width, y + height]
