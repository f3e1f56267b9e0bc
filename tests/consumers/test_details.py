"""Readers of keypoints, oriented boxes and panoptic segments take the files as they are."""

import json

import numpy as np
import pytest
import supervision
import yaml
from datasets import load_dataset
from PIL import Image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from tests.formats.check_details import ALL_NAMES, check_points, over
from tests.formats.scenes import FORMATS, NAMES, SIZE, pictures_of, write_crowded

SEED, COUNT = 4, 24


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """A random crowded dataset without splits."""
    return write_crowded(tmp_path_factory.mktemp("crowded"), SEED, COUNT, splits=False)


@pytest.fixture(scope="module")
def pictures(crowded):
    """What its images show."""
    return pictures_of(crowded)


@pytest.fixture(scope="module")
def labelled(crowded, make):
    """The folder of the dataset with labels of every kind, and keypoints for YOLO."""
    return make("--labels", ",".join([*FORMATS, "yolo-pose"]), config=crowded)


def precision(path, shift):
    """pycocotools' average precision of the keypoints of birds, moved by `shift` px."""
    coco = COCO(path)
    birds = [one["id"] for one in coco.dataset["categories"] if one["supercategory"] == "bird"]
    found = [one for one in coco.anns.values() if one["category_id"] in birds]
    keys = "image_id", "category_id", "keypoints"
    predictions = []
    for one in found:
        points = np.add(np.reshape(one["keypoints"], (-1, 3)), (shift, 0, 0))
        moved = {**{key: one[key] for key in keys}, "keypoints": points.ravel().tolist()}
        predictions.append({**moved, "score": 1.0})
    evaluation = COCOeval(coco, coco.loadRes(predictions), "keypoints")
    evaluation.params.catIds = birds
    evaluation.params.kpt_oks_sigmas = np.full(len(NAMES), 0.05)
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    return evaluation.stats[0]


def test_pycocotools_finds_perfect_keypoints_perfect(labelled):
    path = labelled / "annotations/instances.json"
    assert precision(path, 0) == pytest.approx(1.0)
    assert precision(path, 6) < 0.9, "so that the line above can fail"


def test_pycocotools_decodes_amodal_masks(labelled, pictures):
    coco = COCO(labelled / "annotations/instances.json")
    for image in coco.imgs.values():
        things = pictures[image["file_name"].removesuffix(".png")].things
        annotations = coco.loadAnns(coco.getAnnIds(image["id"]))
        for one, thing in zip(annotations, things, strict=True):
            whole = {**one, "segmentation": one["amodal_segmentation"]}
            assert (coco.annToMask(whole) == (thing.parts >= 0)).all()


def test_supervision_reads_oriented_boxes(crowded, make, pictures):
    out = make("--labels", "yolo-obb", config=crowded)
    images = supervision.DetectionDataset.from_yolo(
        images_directory_path=str(out / "images"),
        annotations_directory_path=str(out / "labels"),
        data_yaml_path=str(out / "data.yaml"),
        is_obb=True,
    )
    assert len(images) == COUNT
    for path, _, detections in images:
        things = pictures[path.rsplit("/", 1)[1].removesuffix(".png")].things
        names = [images.classes[k] for k in detections.class_id]
        assert names == [thing.variant for thing in things]
        if things:
            corners = detections.data[supervision.config.ORIENTED_BOX_COORDINATES]
            wanted = [thing.corners.clip(0, SIZE) for thing in things]
            np.testing.assert_allclose(corners, wanted, atol=0.01)


def test_data_yaml_of_keypoints(labelled):
    file = yaml.safe_load((labelled / "data.yaml").read_text())
    assert file["kpt_shape"] == [len(ALL_NAMES), 3]
    mirror = {"left": "right", "right": "left"}
    assert [ALL_NAMES[k] for k in file["flip_idx"]] == [mirror.get(n, n) for n in ALL_NAMES]
    assert set(file["kpt_names"]) == set(file["names"])
    assert all(names == list(ALL_NAMES) for names in file["kpt_names"].values())


def test_panoptic_segments_are_whole(labelled):
    """As `panopticapi` has it: each pixel that is not void is of a segment that is listed."""
    file = json.loads((labelled / "annotations/panoptic.json").read_bytes())
    ids = {one["id"] for one in file["categories"]}
    for annotation in file["annotations"]:
        path = labelled / "annotations/panoptic" / annotation["file_name"]
        colours = np.array(Image.open(path), np.uint32)
        assert colours.shape == (*SIZE[::-1], 3)
        found = colours[..., 0] + 256 * colours[..., 1] + 256**2 * colours[..., 2]
        areas = dict(
            zip(*(one.tolist() for one in np.unique(found, return_counts=True)), strict=True)
        )
        areas.pop(0, None)
        segments = annotation["segments_info"]
        assert areas == {one["id"]: one["area"] for one in segments}
        assert {one["category_id"] for one in segments} <= ids


def check_objects(objects, things):
    """What `datasets` has of the objects of an image."""
    for one, thing, points in zip(objects["obb"], things, objects["keypoints"], strict=True):
        np.testing.assert_allclose(one, thing.corners.ravel(), atol=0.002)
        check_points(np.array(points), thing, ALL_NAMES, tolerance=0.002)
    covering = [[k for k, other in enumerate(things) if over(other, one)] for one in things]
    assert objects["occluded_by"] == covering


@pytest.mark.parametrize("container", ["webdataset", "parquet"])
def test_datasets_reads_them(crowded, make, pictures, tmp_path, container):
    out = make("--container", container, "--labels", "coco", config=crowded)
    part = load_dataset(str(out), split="train", cache_dir=str(tmp_path))
    assert part.num_rows == COUNT
    for item in part:
        shown = item["json"] if container == "webdataset" else item
        objects = shown["objects"]
        if isinstance(objects, list):
            names = "obb", "keypoints", "occluded_by"
            objects = {name: [one[name] for one in objects] for name in names}
        check_objects(objects, pictures[str(shown["index"])].things)
