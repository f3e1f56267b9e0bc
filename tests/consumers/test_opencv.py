"""OpenCV reads masks, and albumentations moves them together with YOLO's boxes."""

import albumentations
import cv2
import numpy as np
import pytest
import yaml
from tests.formats.crowd import SPLITS, write_crowd


@pytest.fixture(scope="module")
def out(make, tmp_path_factory):
    """A dataset with boxes and masks."""
    config = write_crowd(tmp_path_factory.mktemp("crowd"))
    return make("--labels", "yolo,masks,voc-segment", config=config)


@pytest.mark.parametrize("how", [cv2.IMREAD_UNCHANGED, cv2.IMREAD_GRAYSCALE])
def test_masks_have_their_values(out, truth, how):
    names = yaml.safe_load((out / "data.yaml").read_text())["names"]
    for name, things in truth.items():
        numbers = cv2.imread(str(out / f"masks/instance/{name}.png"), how)
        classes = cv2.imread(str(out / f"masks/semantic/{name}.png"), how)
        for number, thing in enumerate(things, 1):
            assert np.array_equal(numbers == number, thing.seen)
            assert {names[k - 1] for k in np.unique(classes[thing.seen]).tolist()} == {
                thing.variant
            }
        assert numbers.max(initial=0) == len(things)


def test_masks_with_a_palette_are_colours(out, truth):
    """Those of labelmap.txt, which OpenCV has as blue, green, red."""
    lines = (out / "labelmap.txt").read_text().splitlines()[1:]
    colours = {name: [int(part) for part in colour.split(",")] for name, colour in
               (line.split(":")[:2] for line in lines)}  # fmt: skip
    for name, things in truth.items():
        mask = cv2.imread(str(out / f"SegmentationClass/{name}.png"))
        for thing in things:
            assert (mask[thing.seen] == colours[thing.variant][::-1]).all()


def boxes_of(path):
    """The lines of a label file, as albumentations takes them: four shares, then the class."""
    rows = [line.split() for line in path.read_text().splitlines()]
    return [[*map(float, row[1:]), int(row[0])] for row in rows]


def test_albumentations_takes_boxes_and_masks(out):
    """Mirrored and turned by right angles, boxes are still around masks, to the pixel."""
    moves = [albumentations.HorizontalFlip(p=1), albumentations.Transpose(p=1)]
    move = albumentations.Compose(moves, bbox_params=albumentations.BboxParams("yolo"))
    count = 0
    for split in SPLITS:
        for file in sorted((out / "labels" / split).glob("*.txt")):
            name = f"{split}/{file.stem}"
            moved = move(
                image=cv2.imread(str(out / f"images/{name}.png")),
                mask=cv2.imread(str(out / f"masks/instance/{name}.png"), cv2.IMREAD_UNCHANGED),
                bboxes=boxes_of(file),
            )
            height, width = moved["mask"].shape
            for number, (x, y, w, h, _) in enumerate(moved["bboxes"], 1):
                rows, columns = np.nonzero(moved["mask"] == number)
                box = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
                left, top = (x - w / 2) * width, (y - h / 2) * height
                assert [left, top, left + w * width, top + h * height] == pytest.approx(
                    box, abs=0.01
                )
                count += 1
    assert count
