"""Fitting to the canvas, and cutting margins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.art import blob, random_pixels
from tests.checks import check_pixels
from tests.strategies import sprites

from imggen.assets.fit import FILTERS, fit_image, trim_images

SIZES = st.tuples(st.integers(1, 60), st.integers(1, 60))


def picture(size, channels=3):
    return Image.fromarray(random_pixels(np.random.default_rng(0), *size, channels))


@given(SIZES, SIZES, st.sampled_from([3, 4]), st.sampled_from([*FILTERS]))
def test_stretch(size, canvas, channels, resample):
    image = picture(size, channels)
    fitted = fit_image(image, "stretch", canvas, resample)
    check_pixels(fitted, image.resize(canvas, FILTERS[resample]))


@pytest.mark.parametrize("fit", ["stretch", "cover", "contain"])
@pytest.mark.parametrize("canvas", [(35, 20), (8, 31), (120, 60)])
def test_nearest_makes_no_new_colours(fit, canvas):
    image = picture((40, 30))
    colours = {tuple(pixel) for pixel in np.asarray(image).reshape(-1, 3).tolist()}
    fitted = fit_image(image, fit, canvas, "nearest").convert("RGBA")
    assert fitted.size == canvas
    pixels = np.asarray(fitted).reshape(-1, 4)
    seen = {tuple(pixel) for pixel in pixels[pixels[:, 3] > 0, :3].tolist()}
    assert len(seen) > 10
    assert seen <= colours


@given(SIZES, SIZES, st.sampled_from([3, 4]))
def test_none_changes_nothing(size, canvas, channels):
    image = picture(size, channels)
    check_pixels(fit_image(image, "none", canvas), image)


@given(SIZES, SIZES)
def test_cover_fills_the_canvas(size, canvas):
    fitted = fit_image(picture(size), "cover", canvas)
    assert fitted.size == canvas
    assert fitted.mode == "RGB"


def test_cover_cuts_both_sides_alike():
    pixels = np.zeros((40, 120, 3), np.uint8)
    pixels[:, 40:80] = 200
    fitted = fit_image(Image.fromarray(pixels), "cover", (40, 40))
    check_pixels(fitted, np.full((40, 40, 3), 200))


@given(SIZES, SIZES)
def test_contain_keeps_proportions_in_the_middle(size, canvas):
    fitted = fit_image(picture(size), "contain", canvas)
    assert fitted.size == canvas
    if size == canvas:
        return
    left, top, right, bottom = fitted.getchannel("A").getbbox()
    scale = min(canvas[0] / size[0], canvas[1] / size[1])
    assert (right - left) == pytest.approx(max(1, size[0] * scale), abs=0.501)
    assert (bottom - top) == pytest.approx(max(1, size[1] * scale), abs=0.501)
    assert abs(left - (canvas[0] - right)) <= 1
    assert abs(top - (canvas[1] - bottom)) <= 1
    assert fitted.getchannel("A").crop((left, top, right, bottom)).getextrema() == (255, 255)


def test_contain_leaves_a_pixel_of_a_thread():
    fitted = fit_image(picture((1000, 1)), "contain", (10, 10))
    assert fitted.getchannel("A").getbbox() == (0, 4, 10, 5)


@given(sprites())
def test_trim_cuts_all_margins_and_nothing_else(pixels):
    trimmed = np.asarray(*trim_images([Image.fromarray(pixels)]))
    seen = np.argwhere(pixels[..., 3] > 0)
    if len(seen) == 0:
        assert trimmed.size == 0
        return
    (top, left), (bottom, right) = seen.min(axis=0), seen.max(axis=0) + 1
    check_pixels(trimmed, pixels[top:bottom, left:right])


def test_trim_finds_the_margin_that_was_added():
    sprite = blob(np.random.default_rng(0), 31, 22)
    padded = np.pad(sprite, ((3, 4), (5, 6), (0, 0)))
    check_pixels(*trim_images([Image.fromarray(padded)]), sprite)


def test_trim_leaves_opaque_pictures_alone():
    image = picture((9, 5))
    assert trim_images([image]) == [image]


def test_trim_cuts_what_is_a_margin_of_all():
    left, right = np.zeros((2, 9, 20, 4), np.uint8)
    left[3, 4], right[5, 11] = 255, 255
    trimmed = trim_images([Image.fromarray(left), Image.fromarray(right)])
    check_pixels(trimmed[0], left[3:6, 4:12])
    check_pixels(trimmed[1], right[3:6, 4:12])
    opaque = picture((20, 9))
    assert trim_images([opaque, Image.fromarray(left)])[0] is opaque
