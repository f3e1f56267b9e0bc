"""Blend modes are the W3C's: every pair of levels, every alpha, every mode of canvas."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests import reference
from tests.art import random_pixels
from tests.checks import check_pixels

from imggen.assets.decode import to_art
from imggen.assets.layout import lay_out_sprites
from imggen.assets.library import CHANNELS, Library
from imggen.config.plain import BLENDS, NEUTRAL
from imggen.config.vary import COLOUR_BLENDS
from imggen.draw import Painter
from imggen.draw.modes import SEPARABLE, WHOLE
from imggen.planning import Scene

SIZE = (64, 48)
CASES = [  # the configuration refuses the others
    (mode, blend)
    for mode in CHANNELS
    for blend in BLENDS
    if mode != "L" or blend not in COLOUR_BLENDS
]


def paint(mode, background, sprite, blend, corner=(0, 0)):
    """`sprite`, RGBA, blended on `background`, (height, width, channels)."""
    height, width, channels = background.shape
    library = Library(
        size=(width, height),
        mode=mode,
        layers=(),
        backgrounds=background.reshape(1, height, -1),
        sprites=lay_out_sprites([to_art(Image.fromarray(sprite), mode)], channels),
        digest="",
    )
    look = np.array([[*({**NEUTRAL, "blend": BLENDS.index(blend)}.values())]], float)
    return (
        Painter(library).paint(Scene(0, np.array([[0, *corner]]), look)).reshape(background.shape)
    )


def expected(mode, background, sprite, blend):
    """By the formulas, in exact colours, rounded half up at the end."""
    if mode == "L":
        grey = np.asarray(Image.fromarray(sprite).convert("L"))
        sprite = np.dstack([grey, grey, grey, sprite[..., 3]])
        background = np.repeat(background, 3, axis=2)
    if mode != "RGBA":
        background = np.dstack([background, np.full(background.shape[:2], 255, np.uint8)])
    exact = reference.w3c_composite(background / 255, sprite / 255, blend)
    return np.floor(exact * 255 + 0.5).astype(np.uint8)[..., : CHANNELS[mode]]


def check(mode, background, sprite, blend):
    """Within one level everywhere, and the very same but where the formula hits a half."""
    painted, wanted = (
        paint(mode, background, sprite, blend),
        expected(mode, background, sprite, blend),
    )
    seen = painted[..., 3] > 0 if mode == "RGBA" else np.ones(painted.shape[:2], bool)
    check_pixels(painted[seen], wanted[seen], within=1)
    differing = np.count_nonzero(painted[seen] != wanted[seen])
    assert differing <= 0.01 * painted.size, f"{differing} of {painted.size}"
    if mode == "RGBA":
        check_pixels(painted[..., 3], wanted[..., 3])


def test_the_modes_are_those_of_the_configuration():
    assert ("normal", *SEPARABLE, *WHOLE) == BLENDS
    assert tuple(WHOLE) == COLOUR_BLENDS


@pytest.mark.parametrize("blend", SEPARABLE)
def test_every_level_with_every_level(blend):
    ramp = np.arange(256, dtype=np.uint8)
    background, sprite = np.zeros((256, 256, 3), np.uint8), np.full((256, 256, 4), 255, np.uint8)
    background[:], sprite[..., :3] = ramp[:, None, None], ramp[None, :, None]
    exact = 255 * reference.w3c_blend(background[..., 0] / 255, sprite[..., 0] / 255, blend)
    painted = paint("RGB", background, sprite, blend)
    off_a_half = np.abs(exact - np.floor(exact) - 0.5) > 0.01
    check_pixels(painted[..., 0][off_a_half], np.round(exact).astype(np.uint8)[off_a_half])
    assert np.abs(painted[..., 1] - exact).max() <= 0.51


@pytest.mark.parametrize(("mode", "blend"), CASES)
def test_golden(mode, blend):
    """Noise of every alpha, half of it opaque, on noise."""
    rng = np.random.default_rng(BLENDS.index(blend))
    background = random_pixels(rng, *SIZE, CHANNELS[mode])
    sprite = random_pixels(rng, *SIZE, 4)
    sprite[: SIZE[1] // 2, :, 3] = 255
    if mode == "RGBA":
        background[:, : SIZE[0] // 3, 3] = 255
        background[:, -5:, 3] = 0
    check(mode, background, sprite, blend)


@pytest.mark.parametrize(("mode", "blend"), CASES)
def test_nothing_changes_nothing(mode, blend):
    rng = np.random.default_rng(1)
    background, sprite = random_pixels(rng, *SIZE, CHANNELS[mode]), random_pixels(rng, *SIZE, 4)
    sprite[..., 3] = 0
    check_pixels(paint(mode, background, sprite, blend), background)


@pytest.mark.parametrize("blend", COLOUR_BLENDS)
def test_corners_of_the_colours(blend):
    """Black, white, greys and full colours, where colours are clipped."""
    levels = np.array(list(itertools.product((0, 1, 128, 254, 255), repeat=3)), np.uint8)
    background = np.repeat(levels[:, None], len(levels), axis=1)
    sprite = np.full((len(levels), len(levels), 4), 255, np.uint8)
    sprite[..., :3] = levels[None]
    check("RGB", background, sprite, blend)


@given(st.sampled_from(BLENDS), st.integers(-80, 80), st.integers(-60, 60))
def test_at_all_edges(blend, x, y):
    rng = np.random.default_rng(2)
    background, sprite = random_pixels(rng, *SIZE, 3), random_pixels(rng, 70, 50, 4)
    shifted = np.zeros((*SIZE[::-1], 4), np.uint8)
    for row, column in itertools.product(range(SIZE[1]), range(SIZE[0])):
        if 0 <= row - y < 50 and 0 <= column - x < 70:
            shifted[row, column] = sprite[row - y, column - x]
    painted = paint("RGB", background, sprite, blend, (x, y))
    check_pixels(painted, paint("RGB", background, shifted, blend))
