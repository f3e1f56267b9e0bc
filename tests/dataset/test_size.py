"""`size=` of items: (height, width) or the shorter side, as a run with `output.size` makes them."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.art import place_at_random, write_small_article
from tests.checks import check_pixels
from tests.run.runs import run

import imggen
from imggen.errors import InputError, OutputError

SIZE = (54, 96)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return place_at_random(write_small_article(tmp_path_factory.mktemp("art")))


@pytest.mark.parametrize("image_format", ["png", "jpeg", "webp"])
def test_items_are_the_files_of_a_run(folder, tmp_path, image_format):
    settings = {"output.format": image_format, "dataset.count": 12}
    dataset = imggen.Dataset(folder, size=SIZE, objects=True, overrides=settings)
    assert dataset.shape == (*SIZE, 3)
    own = {key.replace(".", "__"): value for key, value in settings.items()}
    run(folder, tmp_path / "out", output__size=[96, 54], labels__formats=["coco"], **own)
    coco = json.loads((tmp_path / "out/annotations/instances.json").read_text())
    for i, item in enumerate(dataset):
        path = tmp_path / "out" / dataset.name(i)
        assert path.read_bytes() == dataset.encode(i)
        with Image.open(path) as image:
            check_pixels(item["image"], np.asarray(image))
        assert (coco["images"][i]["height"], coco["images"][i]["width"]) == SIZE
        boxes = [one["bbox"] for one in coco["annotations"] if one["image_id"] == i]
        found = item["objects"]["boxes"]
        assert np.hstack([found[:, :2], found[:, 2:] - found[:, :2]]).tolist() == boxes


def test_a_run_keeps_its_size(folder, tmp_path):
    run(folder, tmp_path / "out", output__size=54, dataset__count=5)
    run(folder, tmp_path / "out", output__size=[96, 54], dataset__count=5, existing="resume")
    for settings, now in (({"output__size": 30}, "[53, 30]"), ({}, "nothing")):
        with pytest.raises(OutputError) as caught:
            run(folder, tmp_path / "out", dataset__count=5, existing="resume", **settings)
        assert str(caught.value) == (
            f"{tmp_path / 'out'} cannot be resumed: output.size was [96, 54] and is {now}. Give "
            "the same settings and art, or --overwrite to start anew."
        )


def test_the_folder_of_a_run_has_its_size(folder, tmp_path):
    run(folder, tmp_path / "out", output__size=54, dataset__count=5)
    dataset = imggen.Dataset(tmp_path / "out")
    assert dataset.shape == (*SIZE, 3)
    assert imggen.Dataset(tmp_path / "out", size=108).shape == (108, 192, 3)


@pytest.mark.parametrize(
    "size", [54, SIZE, [54, 96], np.int64(54), np.array(SIZE).tolist()], ids=repr
)
def test_a_size_is_a_side_or_height_and_width(folder, size):
    assert imggen.Dataset(folder, size=size).shape == (*SIZE, 3)
    assert imggen.render(folder, 0, size=size).size == SIZE[::-1]


def test_images_can_be_larger_than_the_canvas(folder):
    assert imggen.Dataset(folder, size=(216, 384))[0]["image"].shape == (216, 384, 3)


@pytest.mark.parametrize("size", [0, -1, True, "224", 2.5, (96,), (1, 2, 3), (96, 0), {}], ids=repr)
def test_refuses_what_is_no_size(folder, size):
    shown = {"224": '"224"', True: "true"}.get(size) if not isinstance(size, dict) else "a table"
    with pytest.raises(InputError) as caught:
        imggen.Dataset(folder, size=size)
    assert str(caught.value) == (
        f"size is {shown or size}; expected (height, width) in px, like (539, 960), or a whole "
        "number for the shorter side, like 224."
    )


@pytest.mark.parametrize("canvas", [[192, 108], None], ids=str)
def test_errors_have_height_and_width(folder, canvas, tmp_path):
    """Whether the canvas is known from the configuration, or from the art."""
    config = imggen.load(folder).resolved()
    if canvas is None:
        del config["canvas"]["size"]
    calls = [imggen.Dataset, lambda config, size: imggen.render(config, 0, size=size)]
    calls += [lambda config, size: imggen.generate(config, tmp_path / "out", size=size)]
    for call in calls:
        with pytest.raises(InputError) as caught:
            call(config, size=(96, 54))
        assert str(caught.value) == (
            "size is (96, 54), and the canvas is (108, 192); expected the same proportions, like "
            "(54, 96), or 54 for the shorter side. For other proportions, change canvas.size."
        )
        assert not (tmp_path / "out").exists()
    with pytest.raises(InputError) as caught:
        imggen.Dataset(config, size=65_000)
    assert str(caught.value) == (
        "size is 65000, images of (65000, 115556), 7511 million pixels; expected at most 268 "
        "million."
    )


def test_refuses_a_size_given_twice(folder):
    with pytest.raises(InputError) as caught:
        imggen.Dataset(folder, size=54, overrides={"output.size": 54})
    said = 'overrides has "output.size", and size says the same; give one of them.'
    assert str(caught.value) == said
    with pytest.raises(InputError) as caught:
        imggen.render(imggen.Dataset(folder), 0, size=54)
    said = "overrides and size are for a configuration; give them to Dataset."
    assert str(caught.value) == said


def test_generate_takes_a_size(folder, tmp_path):
    imggen.generate(folder, Path(tmp_path / "out"), count=2, size=SIZE, workers=1)
    with Image.open(tmp_path / "out/images/generated1.png") as image:
        assert image.size == SIZE[::-1]
