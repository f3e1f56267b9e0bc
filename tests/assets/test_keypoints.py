"""Keypoints stay on what they mark: a spot of colour in the art is found where they say."""

import numpy as np
import pytest
from tests.art import load, write_dataset

import imggen

CANVAS = (120, 90)
SPOT = (23.5, 11.5)  # the middle of a pixel of the art
ART = (40, 30)
MARGIN = 6
REACH = 3  # px of the spot around its middle


def dotted(margin):
    """An opaque grey picture with a green spot, and transparent margins: RGBA."""
    width, height = ART
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[margin : height - margin, margin : width - margin] = (90, 0, 90, 255)
    y, x = (np.mgrid[0:height, 0:width] + 0.5) - np.array(SPOT[::-1])[:, None, None]
    pixels[(abs(x) <= REACH) & (abs(y) <= REACH)] = (0, 255, 0, 255)
    return pixels


def spot_in(pixels):
    """The middle of what is green, px."""
    green = np.clip(pixels[..., 1].astype(float) - pixels[..., 0], 0, None)
    y, x = np.mgrid[0 : pixels.shape[0], 0 : pixels.shape[1]] + 0.5
    return (x * green).sum() / green.sum(), (y * green).sum() / green.sum()


@pytest.mark.parametrize(
    ("settings", "margin"),
    [
        ({}, MARGIN),
        ({"trim": True}, MARGIN),
        ({"trim": True, "size": 0.8}, MARGIN),
        ({"size": 0.3}, 0),
        ({"fit": "stretch"}, 0),
        ({"fit": "cover"}, 0),
        ({"fit": "contain"}, 0),
        ({"fit": "contain", "trim": True}, MARGIN),
    ],
    ids=str,
)
def test_keypoints_follow_the_art(tmp_path, settings, margin):
    sky = np.zeros((*CANVAS[::-1], 3), np.uint8)
    placed = "fit" not in settings
    hat = {
        **settings,
        "keypoints": {"names": ["spot"], "points": {"cap": {"spot": list(SPOT)}}},
        "instances": 1,
        "vary": {"flip": 0.5, "scale": [0.8, 1.6], "rotate": [-180, 180]} if placed else {},
        "place": {"anchor": "center", "at": ["50%", "50%"]} if placed else {},
    }
    path = write_dataset(
        tmp_path, {"sky": {"dark": sky}, "hat": {"cap": dotted(margin)}},
        dataset={"count": 12}, hat=hat,
    )  # fmt: skip
    dataset = imggen.Dataset(load(path), objects=True)
    for item in dataset:
        [[[x, y, seen]]] = item["objects"]["keypoints"].tolist()
        assert seen == 2
        assert (x, y) == pytest.approx(spot_in(item["image"]), abs=0.12)
