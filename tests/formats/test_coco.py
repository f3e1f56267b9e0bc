"""COCO files hold what painting shows; a reader of COCO's own is in tests/consumers."""

import json

import numpy as np
from tests.art import random_pixels, write_dataset
from tests.checks import check_pixels
from tests.formats.crowd import COUNT, SPLITS
from tests.formats.truth import truth_of
from tests.geometry.test_rle import text_values
from tests.hard_names import HARD_NAMES
from tests.reference import fill


def load(path):
    return json.loads(path.read_text())


def files_of(out):
    return [load(out / f"annotations/instances_{split}.json") for split in SPLITS]


def annotations_of(file):
    """Of each image, by its name in its split's folder."""
    found = {image["id"]: [] for image in file["images"]}
    for annotation in file["annotations"]:
        found[annotation["image_id"]].append(annotation)
    return {image["file_name"]: found[image["id"]] for image in file["images"]}


def mask_of(segmentation):
    """(height, width) bool, from compressed counts."""
    height, width = segmentation["size"]
    lengths = text_values(segmentation["counts"].encode())
    values = np.arange(len(lengths)) % 2 == 1
    return np.repeat(values, lengths).reshape(width, height).T


def check_annotations(out, truth, check_mask):
    """The files of both splits say what `truth` does."""
    images = 0
    for file, split in zip(files_of(out), SPLITS, strict=True):
        names = {category["id"]: category["name"] for category in file["categories"]}
        for name, annotations in annotations_of(file).items():
            images += 1
            things = truth[f"{split}/{name.removesuffix('.png')}"]
            assert [names[one["category_id"]] for one in annotations] == [t.variant for t in things]
            for one, thing in zip(annotations, things, strict=True):
                assert one["bbox"] == list(thing.box)
                assert one["area"] == thing.area
                assert one["iscrowd"] == 0
                assert one["amodal_bbox"] == list(thing.whole.box)
                assert one["visible_fraction"] == thing.fraction
                assert one["layer"] == thing.layer
                check_mask(one["segmentation"], thing)
            assert [one["z"] for one in annotations] == sorted({one["z"] for one in annotations})
    assert images == COUNT


def test_run_length_codes(label, truth):
    def check(segmentation, thing):
        check_pixels(mask_of(segmentation), thing.seen)

    check_annotations(label("coco", "voc", "masks", labels__segmentation="rle"), truth, check)


def test_exact_polygons(label, truth):
    def check(segmentation, thing):
        polygons = [list(zip(flat[::2], flat[1::2], strict=True)) for flat in segmentation]
        check_pixels(fill(polygons, thing.seen.shape[::-1]), thing.seen)

    settings = {"labels__segmentation": "polygons", "labels__tolerance": 0}
    check_annotations(label("coco", **settings), truth, check)


def test_simplified_polygons(label, truth):
    def check(segmentation, thing):
        corners = sum(len(flat) // 2 for flat in segmentation)
        assert corners < 2 * sum(thing.seen.shape)
        for flat in segmentation:
            assert len(flat) >= 8
            assert all(type(number) is int for number in flat)

    check_annotations(label("coco", labels__segmentation="polygons"), truth, check)


def test_a_polygon_with_holes_is_cut_open(tmp_path, label):
    """Not filled, as COCO's polygons would be, and no run-length code among the polygons."""
    rng = np.random.default_rng(0)
    grate = random_pixels(rng, 21, 17, 4)
    grate[..., 3] = 255
    grate[3:7, 2:9, 3] = grate[9:14, 5:18, 3] = 0
    place = {"anchor": "center", "at": [20, 15]}
    write_dataset(
        tmp_path, {"sky": {"day": random_pixels(rng, 40, 30, 3)}, "thing": {"grate": grate}},
        thing={"place": place},
    )  # fmt: skip
    settings = {"dataset__count": 1, "labels__segmentation": "polygons"}
    out = label("coco", dataset=tmp_path, **settings)
    (annotation,) = load(out / "annotations/instances.json")["annotations"]
    (flat,) = annotation["segmentation"]
    ((thing,),) = truth_of(tmp_path, dataset__count=1).values()
    check_pixels(fill([list(zip(flat[::2], flat[1::2], strict=True))], (40, 30)), thing.seen)
    assert annotation["area"] == 21 * 17 - 4 * 7 - 5 * 13


def test_what_is_hardly_seen_has_no_annotation(label, truth):
    out = label("coco", labels__least_visible=0.6)
    kept = sum(len(file["annotations"]) for file in files_of(out))
    fractions = [thing.fraction for things in truth.values() for thing in things]
    assert kept == sum(fraction >= 0.6 for fraction in fractions) < len(fractions)


def test_ids_are_those_of_a_larger_run(label):
    small = files_of(label("coco", dataset__count=COUNT // 2))
    for few, many in zip(small, files_of(label("coco", "voc", "masks")), strict=True):
        by_id = {one["id"]: one for one in many["annotations"]}
        assert few["categories"] == many["categories"]
        assert [by_id[one["id"]] for one in few["annotations"]] == few["annotations"]
        assert len(by_id) == len(many["annotations"])
        assert min(by_id) >= 1


def test_files_without_annotations(bare, label):
    file = load(
        label("coco", "yolo-segment", "voc", "masks", dataset=bare) / "annotations/instances.json"
    )
    assert len(file["images"]) == COUNT
    assert file["annotations"] == []


def test_names(hard_names, label):
    out = label("coco", "yolo", "masks", dataset=hard_names, dataset__count=len(HARD_NAMES))
    categories = load(out / "annotations/instances.json")["categories"]
    assert [one["name"] for one in categories] == sorted(HARD_NAMES)
    assert [one["id"] for one in categories] == list(range(1, len(HARD_NAMES) + 1))
    assert {one["supercategory"] for one in categories} == {"hat"}
