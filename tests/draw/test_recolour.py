"""Colours change as CSS filters change them; what does not change comes back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.art import blob, random_pixels
from tests.checks import check_pixels
from tests.draw.transforms import order_of, transform

from imggen.assets.library import CHANNELS
from imggen.draw.recolour import IDENTITY, colour_matrix


def recoloured(pixels, mode="RGBA", **changes):
    """(pixels, 4) with other colours: colour and alpha, a row each."""
    pixels = pixels[None]
    colour, alpha = transform(pixels, order_of(pixels, **changes), mode)
    return colour[0], alpha[0]


@pytest.mark.parametrize("mode", CHANNELS)
def test_every_level_and_alpha_comes_back(mode):
    pixels = np.zeros((256, 256, 4), np.uint8)
    pixels[..., :3], pixels[..., 3] = np.arange(256)[:, None, None], np.arange(256)[None]
    pixels[:, 0] = 0  # what is not seen has no colour
    pixels = pixels.reshape(-1, 4)
    colour, alpha = recoloured(pixels, mode)
    check_pixels(colour, pixels[:, : CHANNELS[mode]])
    check_pixels(alpha, pixels[:, 3])


@pytest.mark.parametrize("opacity", [0.01, 0.3, 0.5, 1.0])
def test_opacity_is_of_the_alpha_alone(opacity):
    pixels = random_pixels(np.random.default_rng(1), 256, 1, 4).reshape(-1, 4)
    pixels[:, 3] = np.arange(256)
    made, alpha = recoloured(pixels, opacity=opacity)
    assert np.abs(alpha - np.arange(256) * opacity).max() <= 0.5001
    seen = alpha > 0
    check_pixels(made[seen, :3], pixels[seen, :3])


# --- colours --------------------------------------------------------------------------------------


def test_neutral_is_exactly_nothing():
    assert (colour_matrix(0, 1, 1) == IDENTITY).all()
    assert np.abs(colour_matrix(360, 1, 1) - IDENTITY).max() < 1e-6


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
    made, _ = recoloured(pixels, matrix=matrix)
    exact = np.clip(pixels[:, :3].astype(float) @ matrix.T.astype(float), 0, 255)
    assert np.abs(made[:, :3] - exact).max() <= 0.501
    check_pixels(made[:, 3], pixels[:, 3])


def test_brightness_of_grey():
    pixels = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 4, axis=1)
    pixels[:, 3] = 255
    made, alpha = recoloured(pixels, "L", matrix=1.5 * IDENTITY)
    check_pixels(made[:, 0], np.minimum(np.floor(np.arange(256) * 1.5 + 0.5), 255).astype(np.uint8))
    assert (alpha == 255).all()


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_recoloured_on_the_way(mode):
    """Scaled, turned and recoloured at once is one after the other, but for a rounding."""
    pixels = blob(np.random.default_rng(4), 37, 29)
    pixels[..., :3] = pixels[..., :3] // 2 + 40
    matrix = colour_matrix(70, 0.8, 0.9)
    order = order_of(pixels, 1.3, 25.0, matrix=matrix, opacity=0.6)
    at_once, alpha = transform(pixels, order, mode)
    plain, plain_alpha = transform(pixels, order_of(pixels, 1.3, 25.0), mode)
    check_pixels(alpha, np.round(plain_alpha * 0.6).astype(int), within=1)
    seen = alpha > 20
    expected = np.clip(plain[seen][:, :3] @ matrix.T.astype(float), 0, 255)
    check_pixels(at_once[seen][:, :3], np.round(expected), within=2)
