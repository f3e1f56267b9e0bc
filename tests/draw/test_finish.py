"""Planes and back again is the same sprite; colours change as CSS filters change them; runs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.art import random_pixels
from tests.checks import check_pixels
from tests.strategies import alphas

from imggen.assets.library import CHANNELS
from imggen.assets.runs import find_runs as find_runs_slowly
from imggen.draw.finish import colour_matrix, finish_sprite, most_runs, planes_of
from imggen.kernels import find_sprite_runs

SAME = np.eye(3, dtype=np.float32)


def parts_of(pixels, channels):
    """Colour and alpha of (pixels, 4) as sprites have them."""
    if channels == 4:
        return pixels.ravel(), np.zeros(0, np.uint8)
    return np.ascontiguousarray(pixels[:, :channels]).ravel(), np.repeat(pixels[:, 3], channels)


def there_and_back(pixels, channels, matrix=SAME, opacity=1.0, mirrored=False, width=None):
    """(pixels, 4) through planes: colour and alpha."""
    columns = width or len(pixels)
    colour, alpha = parts_of(pixels, channels)
    size = columns, len(pixels) // columns
    read = [part.copy() for part in (colour, alpha)]
    for part in read:
        part.flags.writeable = False
    planes = planes_of(*read, channels, mirrored=mirrored, size=size)
    out = np.empty_like(colour), np.empty_like(alpha)
    finish_sprite(planes, channels, matrix, opacity, *out)
    return out


@pytest.mark.parametrize("channels", CHANNELS.values())
def test_every_level_and_alpha_comes_back(channels):
    pixels = np.zeros((256, 256, 4), np.uint8)
    pixels[..., :3], pixels[..., 3] = np.arange(256)[:, None, None], np.arange(256)[None]
    pixels[:, 0] = 0  # what is not seen has no colour
    pixels = pixels.reshape(-1, 4)
    for got, wanted in zip(
        there_and_back(pixels, channels), parts_of(pixels, channels), strict=True
    ):
        check_pixels(got, wanted)


def test_mirrored():
    pixels = random_pixels(np.random.default_rng(0), 7, 5, 4)
    pixels[..., 3] |= 1
    made, _ = there_and_back(pixels.reshape(-1, 4), 4, mirrored=True, width=7)
    check_pixels(made.reshape(5, 7, 4), pixels[:, ::-1])


@pytest.mark.parametrize("opacity", [0.01, 0.3, 0.5, 1.0])
def test_opacity_is_of_the_alpha_alone(opacity):
    pixels = random_pixels(np.random.default_rng(1), 256, 1, 4).reshape(-1, 4)
    pixels[:, 3] = np.arange(256)
    made = there_and_back(pixels, 4, opacity=opacity)[0].reshape(-1, 4)
    assert np.abs(made[:, 3] - np.arange(256) * opacity).max() <= 0.5001
    seen = made[:, 3] > 0
    check_pixels(made[seen, :3], pixels[seen, :3])


# --- colours --------------------------------------------------------------------------------------


def test_neutral_is_exactly_nothing():
    assert (colour_matrix(0, 1, 1) == SAME).all()
    assert np.abs(colour_matrix(360, 1, 1) - SAME).max() < 1e-6


def test_saturation_0_is_grey():
    grey = colour_matrix(0, 0, 1)
    np.testing.assert_allclose(grey, np.tile([0.213, 0.715, 0.072], (3, 1)), atol=1e-6)
    np.testing.assert_allclose(colour_matrix(123, 0, 1), grey, atol=2e-3)


@pytest.mark.parametrize("hue", [-170, -33, 1, 90, 123.4])
def test_hue_is_the_matrix_of_the_specification(hue):
    """Filter Effects Level 1, feColorMatrix, hueRotate: written out."""
    c, s = np.cos(np.radians(hue)), np.sin(np.radians(hue))
    expected = [
        [.213 + c * .787 - s * .213, .715 - c * .715 - s * .715, .072 - c * .072 + s * .928],
        [.213 - c * .213 + s * .143, .715 + c * .285 + s * .140, .072 - c * .072 - s * .283],
        [.213 - c * .213 - s * .787, .715 - c * .715 + s * .715, .072 + c * .928 + s * .072],
    ]  # fmt: skip
    np.testing.assert_allclose(colour_matrix(hue, 1, 1), expected, atol=2e-6)


@given(st.floats(-360, 360), st.floats(0, 3), st.floats(0, 3), st.integers(0, 99))
def test_colours_are_multiplied_and_rounded_once(hue, saturation, brightness, seed):
    pixels = random_pixels(np.random.default_rng(seed), 50, 1, 4).reshape(-1, 4)
    pixels[:, 3] |= 1
    matrix = colour_matrix(hue, saturation, brightness)
    made = there_and_back(pixels, 4, matrix=matrix)[0].reshape(-1, 4)
    exact = np.clip(pixels[:, :3].astype(float) @ matrix.T.astype(float), 0, 255)
    assert np.abs(made[:, :3] - exact).max() <= 0.501
    check_pixels(made[:, 3], pixels[:, 3])


def test_brightness_of_grey():
    pixels = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 4, axis=1)
    pixels[:, 3] = 255
    made, alpha = there_and_back(pixels, 1, matrix=colour_matrix(0, 1, 1.5))
    check_pixels(made, np.minimum(np.floor(np.arange(256) * 1.5 + 0.5), 255).astype(np.uint8))
    assert (alpha == 255).all()


# --- runs -----------------------------------------------------------------------------------------


def found_runs(alpha, kind, before=0, step=1):
    """As `imggen.assets.runs.find_runs` gives them."""
    height, width = alpha.shape
    rows = np.full(height + 1, before, np.int64)
    runs = np.full((before + height * most_runs(width), 3), -1, np.int32)
    read = np.repeat(alpha.ravel(), step)
    n = find_sprite_runs(read, step, width, len(alpha), kind, rows, runs)
    assert rows[0] == before
    assert rows[-1] == n
    return np.diff(rows), runs[before:n]


@given(alphas(), st.integers(0, 5), st.sampled_from([1, 3, 4]))
def test_runs_are_those_of_the_library(alpha, before, step):
    counts, runs = found_runs(alpha, 0, before, step)
    wanted_counts, wanted = find_runs_slowly(alpha)
    assert counts.tolist() == wanted_counts.tolist()
    assert runs.tolist() == wanted.tolist()


@given(alphas())
def test_runs_of_a_mode_are_all_of_its_kind(alpha):
    counts, runs = found_runs(alpha, 7)
    wanted_counts, wanted = find_runs_slowly(np.minimum(alpha, 254))
    assert counts.tolist() == wanted_counts.tolist()
    assert runs[:, :2].tolist() == wanted[:, :2].tolist()
    assert (runs[:, 2] == 7).all()


@pytest.mark.parametrize("pattern", [
    [255] * 16 + [9], [9] + [255] * 16, [9] + [0] * 8, [255] * 16 + [0] * 8,
    [9] + [255] * 16 + [0] * 8,
])  # fmt: skip
@pytest.mark.parametrize("width", [1, 8, 9, 17, 33, 200])
def test_no_row_has_more_runs_than_there_is_room_for(pattern, width):
    alpha = np.resize(np.array(pattern, np.uint8), (1, width))
    assert found_runs(alpha, 0)[0][0] <= most_runs(width)
