"""TFRecord is read by the package tfrecord, with protobuf's own decoder."""

import csv
import io
import json

import numpy as np
import pytest
from PIL import Image
from tests.consumers.conftest import SIZE
from tfrecord.reader import tfrecord_loader
from tfrecord.tools.tfrecord2idx import create_index

LABELS = "coco,yolo,masks"


@pytest.fixture(scope="session")
def records(make):
    return make("--container", "tfrecord", "--shard-images", "10", "--labels", LABELS)


def shards_of(out, split):
    return sorted((out / "tfrecords").glob(f"{split}-*.tfrecord"))


def images_of(dataset):
    """The pixels of each image of the loose files, by its index."""
    found = {}
    for path in (dataset / "images").rglob("*.png"):
        with Image.open(path) as image:
            found[int(path.stem)] = np.asarray(image)
    return found


def check_boxes(shown, xmin, ymin, xmax, ymax):
    """Boxes in parts of the image are those of the JSON."""
    width, height = SIZE
    corners = np.array([xmin, ymin, xmax, ymax]).reshape(4, -1).T * [width, height, width, height]
    boxes = np.array([one["bbox"] for one in shown["objects"]], float).reshape(-1, 4)
    assert corners == pytest.approx(
        np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]]), abs=1e-4
    )


def test_records_are_the_images_and_what_they_show(records, dataset, tmp_path):
    with (dataset / "data.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    images, count, objects = images_of(dataset), 0, 0
    for split in ("train", "test"):
        for path in shards_of(records, split):
            create_index(str(path), str(tmp_path / "index"))
            for record in tfrecord_loader(str(path), str(tmp_path / "index")):
                shown = json.loads(bytes(record["json"]))
                row = rows[shown["index"]]
                assert row["split"] == split
                assert shown["traits"] == {k: row[k] for k in ("background", "thing")}
                with Image.open(io.BytesIO(bytes(record["image/encoded"]))) as image:
                    assert np.array_equal(np.asarray(image), images[shown["index"]])
                assert (record["image/width"].item(), record["image/height"].item()) == SIZE
                assert bytes(record["image/format"]) == b"png"
                boxes = [record.get(f"image/object/bbox/{side}", [])
                         for side in ("xmin", "ymin", "xmax", "ymax")]  # fmt: skip
                check_boxes(shown, *boxes)
                labels = np.asarray(record.get("image/object/class/label", [])).tolist()
                assert labels == [one["category"] + 1 for one in shown["objects"]]
                count, objects = count + 1, objects + len(labels)
    assert (count, objects > 0) == (len(rows), True)
