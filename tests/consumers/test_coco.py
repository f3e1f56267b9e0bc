"""pycocotools loads COCO's files, draws the masks that are there, and finds them perfect."""

import json

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from pycocotools.mask import encode
from tests.checks import check_pixels
from tests.formats.crowd import SPLITS, write_crowd

KINDS = {
    "rle": {"segmentation": "rle"},
    "polygons": {"segmentation": "polygons", "tolerance": 0},
}


@pytest.fixture(scope="module", params=KINDS)
def labelled(request, make, tmp_path_factory):
    """A dataset with annotations."""
    config = write_crowd(tmp_path_factory.mktemp("crowd"), **KINDS[request.param])
    return make("--labels", "coco", config=config)


@pytest.fixture(params=SPLITS)
def loaded(request, labelled, truth):
    """The annotations of a split, and what its images show, by their file names."""
    split = request.param
    shown = {
        f"{name.removeprefix(split + '/')}.png": things
        for name, things in truth.items()
        if name.startswith(split + "/")
    }
    return COCO(labelled / f"annotations/instances_{split}.json"), shown


def test_masks_are_those_that_are_seen(loaded):
    coco, shown = loaded
    images = coco.loadImgs(coco.getImgIds())
    assert sorted(image["file_name"] for image in images) == sorted(shown)
    for image in images:
        annotations = coco.loadAnns(coco.getAnnIds(image["id"]))
        for annotation, thing in zip(annotations, shown[image["file_name"]], strict=True):
            (category,) = coco.loadCats(annotation["category_id"])
            assert (category["name"], category["supercategory"]) == (thing.variant, thing.layer)
            check_pixels(coco.annToMask(annotation).astype(bool), thing.seen)
            assert annotation["area"] == thing.area
            assert annotation["bbox"] == list(thing.box)


@pytest.mark.parametrize("kind", ["bbox", "segm"])
def test_a_perfect_prediction_is_perfect(loaded, kind):
    assert precision(loaded[0], kind, shift=0) == pytest.approx(1.0)


@pytest.mark.parametrize("kind", ["bbox", "segm"])
def test_a_prediction_off_by_some_px_is_not(loaded, kind):
    """So that the test above can fail."""
    assert 0.1 < precision(loaded[0], kind, shift=4) < 0.95


def precision(coco, kind, shift):
    """The average precision of all annotations, moved by `shift` px."""
    predictions = [prediction(coco, one, kind, shift) for one in coco.anns.values()]
    evaluation = COCOeval(coco, coco.loadRes(predictions), kind)
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    return evaluation.stats[0]


def prediction(coco, annotation, kind, shift):
    """`annotation` as a detector would give it, moved by `shift` px to the right."""
    found = {key: annotation[key] for key in ("image_id", "category_id")}
    if kind == "bbox":
        x, *rest = annotation["bbox"]
        return {**found, "bbox": [x + shift, *rest], "score": 1.0}
    mask = np.roll(coco.annToMask(annotation), shift, axis=1)
    return {**found, "segmentation": encode(np.asfortranarray(mask)), "score": 1.0}


def test_the_strings_are_those_of_pycocotools(loaded):
    coco, _ = loaded
    for annotation in coco.anns.values():
        if isinstance(annotation["segmentation"], dict):
            expected = encode(np.asfortranarray(coco.annToMask(annotation)))
            assert annotation["segmentation"]["counts"] == expected["counts"].decode()
            assert annotation["segmentation"]["size"] == expected["size"]


def test_files_are_plain_json(labelled):
    for split in SPLITS:
        file = json.loads((labelled / f"annotations/instances_{split}.json").read_bytes())
        assert list(file) == ["info", "licenses", "categories", "images", "annotations"]
