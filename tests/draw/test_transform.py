"""Transformed sprites are what the plain formulas say, and no edge darkens."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import reference
from tests.art import blob, random_pixels
from tests.checks import check_pixels
from tests.draw.transforms import order_of, transform, transform_with_runs
from tests.strategies import alphas

from imggen.assets.library import CHANNELS
from imggen.assets.runs import find_runs
from imggen.draw.orders import most_runs
from imggen.draw.transform import STRETCHES, WEIGHT_BITS, weights
from imggen.kernels import __file__ as kernels_file

MODES = tuple(CHANNELS)
SCALES = st.one_of(st.integers(1, 400).map(lambda k: k / 100), st.sampled_from([0.01, 1.0, 16.0]))
ANGLES = st.one_of(st.integers(-720, 720).map(lambda k: k / 2), st.sampled_from([0, 90, 180, 270]))
SIDES = st.integers(1, 24)


def premultiplied(colour, alpha):
    return np.dstack([colour[..., :3] * (alpha[..., None] / 255), alpha])


def opaque(width, height, colour=(255, 255, 255)):
    return np.full((height, width, 4), (*colour, 255), np.uint8)


def soft_noise(seed, width, height):
    """Noise with little from pixel to pixel: positions are in 256ths of one."""
    pixels = random_pixels(np.random.default_rng(seed), width, height, 4)
    return pixels // 4 + 90


@given(st.integers(0, 99), SIDES, SIDES, st.integers(1, 250).map(lambda k: k / 100), ANGLES)
def test_by_the_plain_formulas(seed, width, height, scale, angle):
    """Of premultiplied levels, as those are what is seen."""
    pixels = soft_noise(seed, width, height)
    order = order_of(pixels, scale, angle)
    expected = reference.transform(pixels, order.scaled, angle, order.size)
    made = premultiplied(*transform(pixels, order))
    copied = angle % 90 == 0 and order.scaled == (width, height)
    np.testing.assert_allclose(made, expected, atol=0.01 if copied else 1.5)


@pytest.mark.slow
def test_error_of_art_is_small():
    """As on average over sprites: 60 dB of what can be told apart."""
    rng = np.random.default_rng(5)
    errors = []
    for angle in (-170, -33, 12, 80):
        for scale in (0.3, 0.55, 0.8, 1.0, 1.3):
            pixels = blob(rng, 61, 48)
            pixels[..., :3] = pixels[..., :3] // 4 + 60
            order = order_of(pixels, scale, angle)
            expected = reference.transform(pixels, order.scaled, angle, order.size)
            made = premultiplied(*transform(pixels, order))
            alpha = np.clip(expected[..., 3:], 0, 255)
            straight = np.clip(
                expected[..., :3] * 255 / np.maximum(expected[..., 3:], 1e-9), 0, 255
            )
            errors.append(((made - np.dstack([straight * alpha / 255, alpha])) ** 2).mean())
    assert 10 * np.log10(255**2 / np.mean(errors)) > 60


@pytest.mark.parametrize("mode", ["RGB", "L"])
@given(st.integers(0, 99), SIDES, SIDES, SCALES, ANGLES, st.booleans(), st.booleans())
def test_all_modes_are_alike(mode, seed, width, height, scale, angle, mirrored, nearest):
    pixels = blob(np.random.default_rng(seed), width, height)
    pixels[..., :3] = pixels[..., :1]
    order = order_of(pixels, scale, angle, mirrored=mirrored, nearest=nearest)
    colour, alpha = transform(pixels, order)
    other_colour, other_alpha = transform(pixels, order, mode)
    check_pixels(other_alpha, alpha)
    check_pixels(other_colour, colour[..., : CHANNELS[mode]])


@given(st.integers(0, 99), SIDES, SIDES, st.integers(50, 400).map(lambda k: k / 100), ANGLES)
def test_mirrored_is_the_mirrored_sprite(seed, width, height, scale, angle):
    """But for places that lie just between two phases."""
    pixels = soft_noise(seed, width, height)
    mirrored = transform(pixels, order_of(pixels, scale, angle, mirrored=True))
    other = np.ascontiguousarray(pixels[:, ::-1])
    expected = transform(other, order_of(other, scale, angle))
    check_pixels(premultiplied(*mirrored).round(), premultiplied(*expected).round(), within=2)


# --- copies ---------------------------------------------------------------------------------------


def seen(pixels):
    """Without colours where nothing is seen."""
    return pixels * (pixels[..., 3:] > 0)


@pytest.mark.parametrize("nearest", [False, True])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("quarters", [-3, -1, 0, 1, 2, 4])
@pytest.mark.parametrize("mode", MODES)
def test_quarter_turns_and_mirroring_copy_pixels(mode, quarters, mirrored, nearest):
    pixels = random_pixels(np.random.default_rng(0), 21, 8, 4)
    pixels[2:6, 3:] |= 0xF0
    pixels[..., :3] = pixels[..., :1]
    pixels[3, 4:9, 3] = 0
    order = order_of(pixels, 1.0, 90.0 * quarters, mirrored=mirrored, nearest=nearest)
    colour, alpha = transform(pixels, order, mode)
    expected = np.rot90(pixels[:, ::-1] if mirrored else pixels, quarters)
    check_pixels(alpha, expected[..., 3])
    there = expected[..., 3] > 0
    check_pixels(colour[there], expected[there][:, : CHANNELS[mode]])


@given(st.integers(0, 99), SIDES, SIDES, SCALES)
def test_nearest_is_that_of_the_pixel_s_middle(seed, width, height, scale):
    pixels = random_pixels(np.random.default_rng(seed), width, height, 4)
    order = order_of(pixels, scale, nearest=True)
    made, _ = transform(pixels, order)
    columns, rows = (
        (2 * np.arange(new) + 1) * old // (2 * new)
        for old, new in zip((width, height), order.size, strict=True)
    )
    between = [
        ((2 * np.arange(new) + 1) * old % (2 * new)) == 0
        for old, new in zip((width, height), order.size, strict=True)
    ]
    expected = seen(pixels[rows][:, columns])
    check_pixels(seen(made)[~between[1]][:, ~between[0]], expected[~between[1]][:, ~between[0]])


@given(st.integers(0, 99), SIDES, SIDES, SCALES, ANGLES)
def test_nearest_makes_no_new_colours(seed, width, height, scale, angle):
    pixels = random_pixels(np.random.default_rng(seed), width, height, 4)
    made, _ = transform(pixels, order_of(pixels, scale, angle, nearest=True))
    colours = {tuple(pixel) for pixel in seen(pixels).reshape(-1, 4).tolist()} | {(0, 0, 0, 0)}
    assert {tuple(pixel) for pixel in seen(made).reshape(-1, 4).tolist()} <= colours


# --- edges ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0.03, 0.11, 0.3, 0.5, 0.77, 1.0, 1.3, 3.0])
@pytest.mark.parametrize("angle", [0.0, 33.0, 90.0, -120.0])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_edges_do_not_darken(mode, scale, angle):
    """A disc of one colour on black that is not seen keeps the colour wherever it is seen."""
    y, x = np.mgrid[0:80, 0:80]
    pixels = np.zeros((80, 80, 4), np.uint8)
    pixels[..., 3] = np.clip(30 - np.hypot(x - 39.5, y - 39.5), 0, 1) * 255
    pixels[pixels[..., 3] > 0, :3] = 200, 120, 40
    colour, alpha = transform(pixels, order_of(pixels, scale, angle), mode)
    clear = alpha > 30
    assert clear.any()
    check_pixels(colour[clear][:, :3], np.tile([200, 120, 40], (clear.sum(), 1)), within=2)


@given(SIDES, SIDES, SCALES, st.sampled_from([0, 90, 180, 270, -90]))
def test_opaque_art_that_is_only_scaled_stays_opaque(width, height, scale, angle):
    made, _ = transform(
        opaque(width, height, (9, 200, 77)), order_of(opaque(width, height), scale, angle)
    )
    check_pixels(made, np.broadcast_to((9, 200, 77, 255), made.shape))


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 300).map(lambda k: k / 100), ANGLES)
def test_nothing_is_cut_off_and_nothing_added(width, height, scale, angle):
    """The area of an opaque box stays, also where it is as small as a pixel."""
    pixels = opaque(width, height)
    order = order_of(pixels, scale, angle)
    _, alpha = transform(pixels, order)
    area = order.scaled[0] * order.scaled[1]
    around = 2 * sum(order.scaled)  # px of the edge; measured: at most 0.056 px of area each
    thin = min(order.scaled) < 2
    error = 0.35 * area if thin else 0.07 * around
    assert alpha.sum() / 255 == pytest.approx(area, abs=max(0.5, error))


@pytest.mark.parametrize("angle", [1.0, 30.0, 45.0, 200.0])
def test_all_sides_of_the_box_are_reached(angle):
    order = order_of(opaque(40, 25), 1.0, angle)
    _, alpha = transform(opaque(40, 25), order)
    rows, columns = np.nonzero(alpha > 127)
    extent = np.array([np.ptp(columns) + 1, np.ptp(rows) + 1])
    assert np.abs(extent - order.size).max() <= 3


@pytest.mark.parametrize("scale", [0.07, 0.2, 0.4])
def test_small_sprites_show_the_mean(scale):
    """Stripes of a pixel become the grey between, and no pattern of their own."""
    pixels = opaque(96, 96)
    pixels[:, ::2, :3] = 0
    made, _ = transform(pixels, order_of(pixels, scale, 20.0))
    inside = made[made[..., 3] == 255][:, 0].astype(int)
    assert np.abs(inside - 127.5).max() < 12
    assert inside.mean() == pytest.approx(127.5, abs=2)


def test_art_at_the_border_is_like_art_with_a_margin():
    """But for its outermost pixels, halves of which are more than means of them and nothing."""
    pixels = blob(np.random.default_rng(3), 40, 40)
    pixels[..., :3] = 128
    wide = np.zeros((60, 60, 4), np.uint8)
    wide[10:50, 10:50] = pixels
    alone, apart = (transform(art, order_of(art, 1.4, 30.0))[1] for art in (pixels, wide))
    height, width = alone.shape
    top, left = (apart.shape[0] - height) // 2, (apart.shape[1] - width) // 2
    inner = apart[top : top + height, left : left + width].astype(int)
    assert np.abs(alone - inner).max() < 70
    assert np.abs(alone - inner).mean() < 1


# --- weights --------------------------------------------------------------------------------------


def test_weights_sum_to_one():
    assert (weights().astype(int).sum(axis=2) == 2**WEIGHT_BITS).all()


def test_weights_are_those_of_the_formula():
    found = weights()
    for level, phase in ((0, 0), (0, 100), (7, 31), (STRETCHES, 255)):
        distance = [(tap - 3 - phase / 256) / (1 + level / STRETCHES) for tap in range(8)]
        exact = np.array([reference.keys(one) for one in distance])
        np.testing.assert_allclose(
            found[level, phase] / 2**WEIGHT_BITS, exact / exact.sum(), atol=1e-3
        )


# --- runs -----------------------------------------------------------------------------------------


def check_runs(found, alpha):
    counts, runs = found
    wanted_counts, wanted = find_runs(alpha)
    assert counts.tolist() == wanted_counts.tolist()
    assert runs.tolist() == wanted.tolist()


def art_of(alpha):
    return np.dstack([np.full((*alpha.shape, 3), 50, np.uint8), alpha])


@given(alphas(), st.sampled_from(MODES), st.booleans())
def test_runs_are_those_of_the_library(alpha, mode, mirrored):
    art = art_of(alpha)
    _, made, *found = transform_with_runs(art, order_of(art, mirrored=mirrored), mode)
    check_pixels(made, alpha[:, ::-1] if mirrored else alpha)
    check_runs(found, made)


@given(alphas(), st.sampled_from(MODES), SCALES.filter(lambda scale: scale < 5), ANGLES)
def test_runs_are_those_of_what_is_made(alpha, mode, scale, angle):
    art = art_of(alpha)
    _, made, *found = transform_with_runs(art, order_of(art, scale, angle), mode)
    check_runs(found, made)


@given(alphas())
def test_runs_of_a_mode_are_all_of_its_kind(alpha):
    art = art_of(alpha)
    _, _, counts, runs = transform_with_runs(art, order_of(art, kind=7))
    wanted_counts, wanted = find_runs(np.minimum(alpha, 254))
    assert counts.tolist() == wanted_counts.tolist()
    assert runs[:, :2].tolist() == wanted[:, :2].tolist()
    assert (runs[:, 2] == 7).all()


@pytest.mark.parametrize("pattern", [
    [255] * 16 + [9], [9] + [255] * 16, [9] + [0] * 8, [255] * 16 + [0] * 8,
    [9] + [255] * 16 + [0] * 8,
])  # fmt: skip
@pytest.mark.parametrize("width", [1, 8, 9, 17, 33, 200])
def test_no_row_has_more_runs_than_there_is_room_for(pattern, width):
    art = art_of(np.resize(np.array(pattern, np.uint8), (1, width)))
    assert transform_with_runs(art, order_of(art))[2][0] <= most_runs(width)


def test_nothing_stays_nothing():
    art = np.full((9, 14, 4), (1, 2, 3, 0), np.uint8)
    colour, alpha, counts, _ = transform_with_runs(art, order_of(art, 1.7, 33.0))
    assert not colour.any()
    assert not alpha.any()
    assert not counts.any()


# --- builds ---------------------------------------------------------------------------------------

DIGEST = """
from tests.draw.test_transform import digest_of_many
print(digest_of_many())
"""


def digest_of_many():
    """One digest of sprites of all modes, sizes and filters."""
    rng, digest = np.random.default_rng(11), hashlib.sha256()
    matrix = rng.random((3, 3), np.float32)
    for k in range(120):
        pixels = blob(rng, *rng.integers(1, 70, 2).tolist())
        scale, angle = float(rng.uniform(0.05, 2.5)), float(rng.uniform(-180, 180))
        colours = {"matrix": matrix, "opacity": 0.7} if k % 3 == 0 else {}
        order = order_of(pixels, scale, angle, mirrored=k % 2 == 1, nearest=k % 7 == 0, **colours)
        for array in transform_with_runs(pixels, order, MODES[k % len(MODES)]):
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("build", ["v1", "v3", "v4"])
def test_all_builds_make_the_same(build):
    if not (Path(kernels_file).parent / f"_{build}.abi3.so").exists():
        pytest.skip("not built for this machine")
    env = {**os.environ, "IMGGEN_KERNELS": build}
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        env=env,
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == digest_of_many()
