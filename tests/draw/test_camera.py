"""A camera changes pixels as its slow twin does, and as its values say."""

import hashlib
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.art import random_pixels
from tests.checks import check_pixels
from tests.draw import cameras

from imggen.assets.blur import gaussian_weights
from imggen.assets.library import CHANNELS
from imggen.config.plain import SHARP
from imggen.draw.camera import CameraEffects, cosines, noise_numbers, quantiles, tables, vignette
from imggen.kernels import __file__ as kernels_file
from imggen.planning import Shot

MODES = tuple(CHANNELS)
SIZES = st.tuples(st.integers(1, 40), st.integers(1, 40))
VALUES = st.fixed_dictionaries(
    {
        "blur": st.sampled_from([0, 0.3, 1, 2.5, 9]),
        "vignette": st.sampled_from([0, 0.2, 1]),
        "brightness": st.sampled_from([0, 0.7, 1, 2]),
        "contrast": st.sampled_from([0, 0.5, 1, 3]),
        "noise": st.sampled_from([0, 0.5, 20]),
    }
)


def taken(pixels, seed=0, **values):
    """`pixels` (height, width, channels) as a camera of these values takes them."""
    height, width, channels = pixels.shape
    mode = {count: mode for mode, count in CHANNELS.items()}[channels]
    canvas = pixels.reshape(height, -1).copy()
    CameraEffects((width, height), mode).take(
        canvas, Shot(tuple({**SHARP, **values}.values()), seed)
    )
    return canvas.reshape(pixels.shape)


def picture(width, height, mode, seed=0):
    """Noise on slopes, partly transparent where there is alpha."""
    rng = np.random.default_rng(seed)
    slope = np.add.outer(np.arange(height) * 5, np.arange(width) * 3)[..., None]
    pixels = (slope + random_pixels(rng, width, height, CHANNELS[mode]) // 3).astype(np.uint8)
    if mode == "RGBA":
        pixels[..., 3] = rng.choice([0, 90, 255], (height, width))
        pixels[pixels[..., 3] == 0] = 0
    return pixels


@pytest.mark.parametrize("mode", MODES)
@given(SIZES, VALUES, st.integers(0, 2**64 - 1))
def test_pixels_are_those_of_the_twin(mode, size, values, seed):
    pixels = picture(*size, mode)
    numbers = noise_numbers(seed, pixels.size).reshape(pixels.shape)
    across, down = vignette(size, values["vignette"])
    tone = values["brightness"], values["contrast"], values["noise"]
    expected = cameras.exposed(
        pixels, gaussian_weights(values["blur"]), across, down, tone, quantiles()[numbers]
    )
    check_pixels(taken(pixels, seed, **values), expected)


@pytest.mark.parametrize("mode", MODES)
@given(SIZES, st.integers(1, 100))
def test_artefacts_are_those_of_the_twin(mode, size, quality):
    pixels = picture(*size, mode, quality)
    expected = cameras.with_artefacts(pixels, cosines(), tables(quality))
    check_pixels(taken(pixels, jpeg=quality), expected)


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("quality", [5, 30, 75, 95])
def test_artefacts_are_about_those_of_libjpeg(mode, quality):
    pixels = picture(75, 58, mode)
    image = Image.fromarray(pixels.squeeze())
    with BytesIO() as file:
        image.save(file, "JPEG", quality=quality)
        expected = np.asarray(Image.open(file)).reshape(pixels.shape)
    off = np.abs(taken(pixels, jpeg=quality).astype(int) - expected).mean()
    assert off < 0.2 + np.abs(pixels.astype(int) - expected).mean() / 4


@pytest.mark.parametrize("mode", MODES)
def test_a_sharp_camera_changes_nothing(mode):
    pixels = picture(31, 17, mode)
    check_pixels(taken(pixels), pixels)
    nearly = taken(pixels, brightness=1 + 1e-6)  # through the kernel
    check_pixels(nearly, pixels)


def test_blur_is_gaussian():
    """Of a white point, in float64, to half a level."""
    pixels = np.zeros((41, 41, 1), np.uint8)
    pixels[12:28, 10:30] = 255
    at = np.arange(-20, 21)
    weights = np.exp(-0.5 * (at / 2.5) ** 2)
    weights /= weights.sum()
    exact = np.zeros((41, 41))
    for y, x in np.argwhere(pixels[..., 0]):
        exact += 255 * np.outer(np.roll(weights, y - 20), np.roll(weights, x - 20))
    check_pixels(taken(pixels, blur=2.5)[..., 0], np.rint(exact), within=1)


@pytest.mark.parametrize("sigma", [0, 0.1, 0.8, 3, 50])
def test_weights_sum_to_one(sigma):
    weights = gaussian_weights(sigma).astype(float)
    assert 2 * weights.sum() - weights[0] == 1
    assert (np.diff(weights) <= 0).all()


def test_transparent_pixels_have_no_colour_to_blur():
    """Green that nobody sees would be a green rim of red."""
    pixels = np.zeros((9, 9, 4), np.uint8)
    pixels[..., 1] = 255
    pixels[3:6, 3:6] = [255, 0, 0, 255]
    red = taken(pixels, blur=1.5)
    assert (red[..., 1] == 0).all()
    assert (red[red[..., 3] > 0][:, 0] == 255).all()
    assert 0 < red[2, 4, 3] < 255


def test_a_vignette_darkens_corners_by_its_strength():
    grey = taken(np.full((61, 81, 3), 200, np.uint8), vignette=0.5)
    assert (grey[[0, 0, -1, -1], [0, -1, 0, -1]] == 100).all()
    assert (grey[30, 40] == 200).all()
    assert (np.diff(grey[30, 40:].astype(int), axis=0) <= 0).all()


def test_brightness_is_a_factor_and_contrast_keeps_middle_grey():
    levels = np.array([[[0], [64], [127], [128], [200], [255]]], np.uint8)
    assert taken(levels, brightness=0.5).ravel().tolist() == [0, 32, 64, 64, 100, 128]
    assert taken(levels, contrast=2).ravel().tolist() == [0, 1, 127, 129, 255, 255]
    assert taken(levels, contrast=0).ravel().tolist() == [128] * 6


def test_noise_is_normal_of_its_deviation():
    grey = np.full((200, 300, 3), 128, np.uint8)
    off = taken(grey, 3, noise=10).astype(float) - 128
    assert abs(off.mean()) < 0.1  # four standard errors
    assert abs(off.std() - 10) < 0.07
    within = [np.mean(np.abs(off) < k * 10 + 0.5) for k in (1, 2, 3)]
    np.testing.assert_allclose(within, [0.706, 0.9597, 0.9977], atol=0.005)
    neighbours = np.corrcoef(off[:, 1:].ravel(), off[:, :-1].ravel())[0, 1]
    assert abs(neighbours) < 0.01


def test_noise_is_that_of_its_seed():
    grey = np.full((20, 30, 3), 128, np.uint8)
    check_pixels(taken(grey, 3, noise=10), taken(grey, 3, noise=10))
    assert (taken(grey, 3, noise=10) != taken(grey, 4, noise=10)).mean() > 0.9


def test_tables_of_numbers_are_the_same_on_every_machine():
    """They are computed: from logarithms and cosines, whose last bits machines may round apart."""
    digest = hashlib.sha256()
    for table in (quantiles(), cosines(), tables(37), gaussian_weights(1.7)):
        digest.update(table.tobytes())
    assert digest.hexdigest()[:16] == "f4fdd3bc5f246f09"


DIGEST = """
from tests.draw.test_camera import digest_of_many
print(digest_of_many())
"""


def digest_of_many():
    """One digest of pictures of all modes."""
    digest = hashlib.sha256()
    everything = {"blur": 1.3, "vignette": 0.4, "brightness": 1.2, "contrast": 0.9, "noise": 7}
    for mode in MODES:
        for size in ((1, 1), (37, 53), (200, 100)):
            for values in ({**everything, "jpeg": 40}, {"jpeg": 3}, {"blur": 9}, {"noise": 30}):
                digest.update(taken(picture(*size, mode), 9, **values).tobytes())
    return digest.hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("build", ["v1", "v3", "v4"])
def test_all_builds_take_the_same_pictures(build):
    if not (Path(kernels_file).parent / f"_{build}.abi3.so").exists():
        pytest.skip("not built for this machine")
    env = {**os.environ, "IMGGEN_KERNELS": build}
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        env=env,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == digest_of_many()
