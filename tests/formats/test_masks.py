"""Mask images hold what painting shows, as Pillow reads them."""

import json

import numpy as np
import pytest
from PIL import Image
from tests.art import SMALL_SIZE
from tests.checks import check_pixels
from tests.formats.crowd import COUNT
from tests.hard_names import HARD_NAMES


def classes_of(out):
    return json.loads((out / "masks/classes.json").read_text())


def check_masks(out, kind, truth, values_of):
    """Images of `kind` show the things of `truth`, with values_of(things)."""
    assert len(list((out / f"masks/{kind}").rglob("*.png"))) == len(truth) == COUNT
    for name, things in truth.items():
        with Image.open(out / f"masks/{kind}/{name}.png") as image:
            assert (image.mode, image.size) == ("L", SMALL_SIZE)
            expected = np.zeros(SMALL_SIZE[::-1], np.uint8)
            for value, thing in zip(values_of(things), things, strict=True):
                expected[thing.seen] = value
            check_pixels(np.asarray(image), expected)


def test_classes_of_pixels(label, truth):
    out = label("masks")
    values = {meaning["name"]: int(value) for value, meaning in classes_of(out).items()}
    check_masks(out, "semantic", truth, lambda things: [values[one.variant] for one in things])


def test_instances_of_pixels(label, truth):
    check_masks(label("masks"), "instance", truth, lambda things: range(1, len(things) + 1))


def test_what_is_hardly_seen_is_not_in_them(label, truth):
    out = label("masks", labels__least_visible=0.6)
    seen = {
        name: [thing for thing in things if thing.fraction >= 0.6] for name, things in truth.items()
    }
    check_masks(out, "instance", seen, lambda things: range(1, len(things) + 1))


@pytest.mark.parametrize("kind", ["semantic", "instance"])
def test_palettes_are_of_the_same_values(label, truth, kind):
    grey, coloured = label("masks"), label("masks", labels__masks="palette")
    assert classes_of(grey) == classes_of(coloured)
    for name in truth:
        with (
            Image.open(grey / f"masks/{kind}/{name}.png") as one,
            Image.open(coloured / f"masks/{kind}/{name}.png") as other,
        ):
            assert (one.mode, other.mode) == ("L", "P")
            check_pixels(np.asarray(one), np.asarray(other))


def test_colours_are_those_of_the_images(label, truth):
    out = label("masks", labels__masks="palette")
    name = next(name for name, things in truth.items() if len(things) > 1)
    with Image.open(out / f"masks/semantic/{name}.png") as image:
        colours = {value: colour for colour, value in image.palette.colors.items()}
        values = sorted(set(np.asarray(image).ravel().tolist()))
    assert len(values) == 3
    for value in values[1:]:
        assert classes_of(out)[str(value)]["colour"] == list(colours[value])


def test_images_without_things(bare, label):
    out = label("masks", dataset=bare)
    for path in (out / "masks").rglob("*.png"):
        with Image.open(path) as image:
            assert np.asarray(image).max() == 0


def test_names(hard_names, label):
    out = label("masks", dataset=hard_names, dataset__count=len(HARD_NAMES))
    classes = classes_of(out)
    assert [meaning["name"] for meaning in classes.values()] == sorted(HARD_NAMES)
    assert list(classes) == [str(k + 1) for k in range(len(HARD_NAMES))]
    assert {meaning["layer"] for meaning in classes.values()} == {"hat"}
