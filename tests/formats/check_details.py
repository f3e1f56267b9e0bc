"""Checks of the files of a dataset of `scenes.py` against what painting shows."""

import json

import numpy as np
from PIL import Image
from tests.formats.scenes import NAMES, OTHER_NAMES, SIZE
from tests.formats.test_coco import annotations_of, mask_of

ALL_NAMES = tuple(dict.fromkeys((*NAMES, *OTHER_NAMES)))
OWN_NAMES = {"bird": NAMES, "hat": OTHER_NAMES}
WIDTH, HEIGHT = SIZE


def read_png(path, mode):
    with Image.open(path) as image:
        assert image.mode == mode
        return np.asarray(image)


def by_split(out, stem, pictures):
    """The merged JSON of each split, and its pictures by name within the split."""
    for split in sorted({picture.split for picture in pictures.values()}):
        own = {name.removeprefix(f"{split}/"): one for name, one in pictures.items()
               if one.split == split}  # fmt: skip
        name = f"{stem}_{split}" if split else stem
        yield json.loads((out / f"annotations/{name}.json").read_bytes()), own


def check_all(out, pictures):
    """Everything but YOLO's files; return how many things and keypoints of each visibility."""
    for file, own in by_split(out, "instances", pictures):
        check_coco(file, own)
    for file, own in by_split(out, "panoptic", pictures):
        check_panoptic(out, file, own)
    for name, picture in pictures.items():
        check_amodal(out, name, picture)
        check_depth(out, name, picture)
        check_occlusion(out, name, picture)


def over(one, other):
    """In how many pixels one thing lies over another."""
    both = (one.parts >= 0) & (other.parts >= 0)
    return int((both & (one.parts > other.parts)).sum())


def check_coco(file, pictures):
    categories = {one["id"]: one for one in file["categories"]}
    for category in categories.values():
        assert category["keypoints"] == list(OWN_NAMES[category["supercategory"]])
        lines = [[1, 2], [1, 3]] if category["supercategory"] == "bird" else []
        assert category["skeleton"] == lines
    for name, annotations in annotations_of(file).items():
        things = pictures[name.removesuffix(".png")].things
        ids = [one["id"] for one in annotations]
        assert len(things) == len(annotations)
        for one, thing in zip(annotations, things, strict=True):
            assert categories[one["category_id"]]["name"] == thing.variant
            np.testing.assert_allclose(one["obb"], thing.corners.ravel(), atol=0.002)
            assert (mask_of(one["amodal_segmentation"]) == (thing.parts >= 0)).all()
            assert (mask_of(one["segmentation"]) == thing.seen).all()
            covering = [own for own, other in zip(ids, things, strict=True) if over(other, thing)]
            assert one["occluded_by"] == covering
            check_points(
                np.reshape(one["keypoints"], (-1, 3)),
                thing,
                OWN_NAMES[thing.layer],
                tolerance=0.002,
            )
            assert one["num_keypoints"] == len(thing.keypoints)


def check_points(found, thing, names, tolerance):
    """(k, 3): x, y, px, and visibility of the points called `names`."""
    assert len(found) == len(names)
    for name, point in zip(names, found, strict=True):
        expected = thing.keypoints.get(name, (0, 0, 0))
        assert point[2] == expected[2], (name, point, expected)
        np.testing.assert_allclose(point[:2], expected[:2], atol=tolerance)


def check_panoptic(out, file, pictures):
    categories = {one["id"]: one for one in file["categories"]}
    assert [one["isthing"] for one in categories.values()] == [1] * 5 + [0] * 2
    names = {image["id"]: image["file_name"] for image in file["images"]}
    assert len(file["annotations"]) == len(pictures) == len(names)
    for annotation in file["annotations"]:
        stem = names[annotation["image_id"]].removesuffix(".png")
        assert annotation["file_name"] == f"{stem}.png"
        picture = pictures[stem]
        folder = f"panoptic_{picture.split}" if picture.split else "panoptic"
        pixels = read_png(out / f"annotations/{folder}/{stem}.png", "RGB").astype(int)
        ids = pixels[..., 0] + 256 * pixels[..., 1] + 256**2 * pixels[..., 2]
        wanted = [(thing.variant, 1, thing.seen) for thing in picture.things]
        wanted += [(picture.background, 0, sky) for sky in [sky_of(picture)] if sky.any()]
        assert len(annotation["segments_info"]) == len(wanted)
        left = ids.copy()
        for segment, (name, isthing, mask) in zip(annotation["segments_info"], wanted, strict=True):
            category = categories[segment["category_id"]]
            assert (category["name"], category["isthing"]) == (name, isthing)
            assert ((ids == segment["id"]) == mask).all()
            assert segment["area"] == mask.sum()
            rows, columns = np.nonzero(mask)
            box = [columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1]
            assert segment["bbox"] == box
            left[mask] = 0
        assert not left.any(), "pixels of no segment are void"


def sky_of(picture):
    """(height, width) bool: where the background is seen."""
    if picture.fills:
        return picture.top < 0
    return picture.top == 0


def check_amodal(out, name, picture):
    masks = read_png(out / f"amodal/{name}.png", "L").reshape(-1, HEIGHT, WIDTH)
    expected = [(thing.parts >= 0) * 255 for thing in picture.things]
    assert (masks == np.array(expected or [np.zeros((HEIGHT, WIDTH))])).all()


def check_depth(out, name, picture):
    assert (read_png(out / f"depth/{name}.png", "L") == picture.top + 1).all()


def check_occlusion(out, name, picture):
    found = json.loads((out / f"occlusion/{name}.json").read_bytes())
    counts = [[over(one, other) for other in picture.things] for one in picture.things]
    pairs = [[i, j, n] for i, row in enumerate(counts) for j, n in enumerate(row) if n]
    assert found["pairs"] == pairs
    assert found["matrix"] == [[int(n > 0) for n in row] for row in counts]


def yolo_lines(out, name):
    text = (out / f"labels/{name}.txt").read_text()
    return [[float(word) for word in line.split()] for line in text.splitlines()]


def check_yolo_obb(out, pictures):
    for name, picture in pictures.items():
        lines = yolo_lines(out, name)
        assert len(lines) == len(picture.things)
        for line, thing in zip(lines, picture.things, strict=True):
            assert len(line) == 9
            corners = (thing.corners / SIZE).clip(0, 1).ravel()
            np.testing.assert_allclose(line[1:], corners, atol=1e-6)


def check_yolo_pose(out, pictures):
    for name, picture in pictures.items():
        lines = yolo_lines(out, name)
        assert len(lines) == len(picture.things)
        for line, thing in zip(lines, picture.things, strict=True):
            points = np.reshape(line[5:], (-1, 3)) * (*SIZE, 1)
            check_points(points, thing, ALL_NAMES, tolerance=1e-3)
            rows, columns = np.nonzero(thing.seen)
            middle = (columns.min() + columns.max() + 1) / 2, (rows.min() + rows.max() + 1) / 2
            np.testing.assert_allclose(np.multiply(line[1:3], SIZE), middle, atol=1e-3)
