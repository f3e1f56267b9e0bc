"""What formats of more labels refuse, and how."""

import numpy as np
import pytest
from tests.art import load, random_pixels, write_dataset
from tests.checks import without_place
from tests.run.runs import run

from imggen.errors import ConfigError, PlanError

POINTS = {"names": ["top"], "points": {"cap": {"top": [1, 1]}}}


@pytest.fixture
def hats(tmp_path):
    """Write a dataset of hats, the canvas of `size`; return its folder."""

    def hats(size=(30, 20), sky=None, **hat):
        rng = np.random.default_rng(0)
        layers = {
            "sky": {"day": random_pixels(rng, 30, 20, 3)},
            "hat": {"cap": np.full((5, 5, 4), 255, np.uint8)},
        }
        tables = {"sky": sky or {}, "hat": hat, "canvas": {"size": list(size)}}
        return write_dataset(tmp_path, layers, **tables).parent

    return hats


@pytest.mark.parametrize(
    ("formats", "pair"),
    [
        (["yolo-obb", "yolo"], '"yolo" and "yolo-obb"'),
        (["yolo-segment", "yolo-pose"], '"yolo-segment" and "yolo-pose"'),
        (["yolo-obb", "yolo-segment"], '"yolo-segment" and "yolo-obb"'),
    ],
)
def test_formats_of_the_same_files(hats, formats, pair):
    folder = hats(keypoints=POINTS)
    with pytest.raises(ConfigError) as error:
        load(folder / "imggen.toml", labels__formats=formats)
    assert without_place(str(error.value)) == (
        f"--labels has {pair}, which write the same files; give one of them."
    )


def test_poses_without_keypoints(hats):
    with pytest.raises(ConfigError) as error:
        load(hats() / "imggen.toml", labels__formats=["yolo-pose"])
    assert without_place(str(error.value)) == (
        '--labels has "yolo-pose", but no layer has keypoints; expected layer.NAME.keypoints of at '
        "least one."
    )


def refused(folder, tmp_path, *formats, **settings):
    """What a run says of these formats; it writes nothing."""
    with pytest.raises(PlanError) as error:
        run(folder, tmp_path / "out", labels__formats=list(formats), **settings)
    assert not (tmp_path / "out").exists()
    return str(error.value)


def test_keypoints_of_layers_without_labels(hats, tmp_path):
    folder = hats(sky={"keypoints": {"names": ["a"], "points": {"day": {"a": [1, 1]}}}})
    assert refused(folder, tmp_path, "yolo-pose") == (
        'labels.formats has "yolo-pose", but no labelled layer has keypoints; name one that has in '
        "labels.layers."
    )


def test_more_things_than_a_byte_numbers(hats, tmp_path):
    folder = hats(instances=[0, 255], place={"x": [0, 25], "y": [0, 15]})
    assert refused(folder, tmp_path, "coco-panoptic") == (
        'labels.formats has "coco-panoptic", which numbers up to 254 things of an image; there may '
        "be 255. Name fewer layers in labels.layers."
    )
    assert refused(folder, tmp_path, "depth") == (
        'labels.formats has "depth", which numbers up to 255 sprites of an image; there may be '
        "256. Leave it out, or have fewer instances."
    )


def test_amodal_masks_that_are_too_large(hats, tmp_path):
    folder = hats((4000, 3000), instances=[1, 8], place={"x": [0, 25], "y": [0, 15]})
    assert refused(folder, tmp_path, "amodal-masks") == (
        'labels.formats has "amodal-masks", whose files would hold up to 8 masks of 4000x3000 px, '
        'more than readers take; use labels.fields = "amodal" with "coco" instead.'
    )
