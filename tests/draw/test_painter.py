"""Painted pixels are those of Pillow, for every mode of canvas and every position."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests import reference
from tests.art import blob, random_pixels
from tests.checks import check_pixels
from tests.strategies import sprites

from imggen.assets import Library
from imggen.assets.decode import to_art
from imggen.assets.layout import draw_back, lay_out_sprites
from imggen.draw import Painter
from imggen.planning import Scene

SIZE = (50, 20)
CHANNELS = {"L": 1, "RGB": 3, "RGBA": 4}
POSITIONS = st.tuples(st.integers(-70, 60), st.integers(-10, 25))


def library_of(mode, pixels, background):
    """A library of these sprites, RGBA, on this background, (height, width, channels)."""
    arts = [to_art(Image.fromarray(sprite), mode) for sprite in pixels]
    channels = CHANNELS[mode]
    return Library(
        size=(background.shape[1], background.shape[0]),
        mode=mode,
        layers=(),
        backgrounds=background.reshape(1, background.shape[0], -1),
        sprites=lay_out_sprites(arts, channels),
        digest="",
    )


def paint(mode, background, placed):
    """The background with sprites at positions: a list of pixels, x, y."""
    painter = Painter(library_of(mode, [pixels for pixels, _, _ in placed], background))
    items = np.array([[k, x, y] for k, (_, x, y) in enumerate(placed)], np.int64).reshape(-1, 3)
    return painter.paint(Scene(0, items)).reshape(background.shape)


def background_of(mode, seed=0):
    return random_pixels(np.random.default_rng(seed), *SIZE, CHANNELS[mode])


@pytest.mark.parametrize("mode", ["RGB", "L"])
@given(st.lists(st.tuples(sprites(), POSITIONS), max_size=3))
def test_same_as_paste(mode, drawn):
    background = background_of(mode)
    placed = [(pixels, x, y) for pixels, (x, y) in drawn]
    expected = background.squeeze()
    for pixels, x, y in placed:
        expected = reference.paste(expected, pixels, x, y)
    check_pixels(paint(mode, background, placed), expected.reshape(background.shape))


@given(sprites(), POSITIONS)
def test_same_as_the_formula_of_alpha_composite(pixels, position):
    background = background_of("RGBA")
    expected = reference.composite(background, pixels, *position)
    check_pixels(paint("RGBA", background, [(pixels, *position)]), expected)


@given(sprites(), POSITIONS)
def test_close_to_this_pillow_s_alpha_composite(pixels, position):
    background = background_of("RGBA")
    full = np.zeros_like(background)
    full = np.asarray(reference_layer(full, pixels, *position))
    expected = Image.alpha_composite(Image.fromarray(background), Image.fromarray(full))
    painted = paint("RGBA", background, [(pixels, *position)])
    check_pixels(painted, expected, within=1)  # Pillow-SIMD rounds otherwise


def reference_layer(empty, pixels, x, y):
    """An empty canvas with `pixels` copied to it."""
    image = Image.fromarray(empty)
    image.paste(Image.fromarray(pixels), (x, y))
    return image


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_every_alpha_with_every_level(mode):
    """256 x 256 combinations of alpha and colour, on every level of background in turn."""
    ramp = np.arange(256, dtype=np.uint8)
    sprite = np.zeros((256, 256, 4), np.uint8)
    sprite[..., :3] = ramp[None, :, None]
    sprite[..., 3] = ramp[:, None]
    for level in (0, 1, 77, 127, 128, 254, 255):
        background = np.full((256, 256, CHANNELS[mode]), level, np.uint8)
        expected = reference.paste(background.squeeze(), sprite, 0, 0)
        check_pixels(paint(mode, background, [(sprite, 0, 0)]), expected.reshape(background.shape))


def test_every_alpha_over_every_alpha():
    ramp = np.arange(256, dtype=np.uint8)
    background = random_pixels(np.random.default_rng(1), 256, 256, 4)
    sprite = random_pixels(np.random.default_rng(2), 256, 256, 4)
    background[..., 3], sprite[..., 3] = ramp[None, :], ramp[:, None]
    painted = paint("RGBA", background, [(sprite, 0, 0)])
    expected = Image.alpha_composite(Image.fromarray(background), Image.fromarray(sprite))
    check_pixels(painted, expected, within=1)
    rows = slice(0, 256, 17)
    check_pixels(painted[rows], reference.composite(background[rows], sprite[rows], 0, 0))


@pytest.mark.parametrize("mode", CHANNELS)
def test_large_sprites_at_all_edges(mode):
    """Longer runs than random sprites have, larger than the canvas too."""
    rng = np.random.default_rng(3)
    background = background_of(mode)
    for width, height in ((200, 90), (49, 19), (51, 21)):
        sprite = blob(rng, width, height)
        for x in (-width, 1 - width, -width // 2, 0, 49, 50):
            for y in (-height, 1 - height, -height // 2, 0, 19, 20):
                painted = paint(mode, background, [(sprite, x, y)])
                if mode == "RGBA":
                    expected = reference.composite(background, sprite, x, y)
                else:
                    expected = reference.paste(background.squeeze(), sprite, x, y)
                check_pixels(painted, expected.reshape(background.shape))


def test_order_is_kept():
    one, two = (np.full((5, 5, 4), value, np.uint8) for value in (10, 200))
    one[..., 3] = two[..., 3] = 255
    background = background_of("RGB")
    painted = paint("RGB", background, [(one, 3, 3), (two, 3, 3)])
    check_pixels(painted[3:8, 3:8], np.full((5, 5, 3), 200))


def test_a_scene_leaves_nothing_for_the_next():
    sprite = blob(np.random.default_rng(4), 30, 15)
    background = background_of("RGB")
    painter = Painter(library_of("RGB", [sprite], background))
    first = painter.paint(Scene(0, np.array([[0, 2, 3]], np.int64))).copy()
    painter.paint(Scene(0, np.array([[0, 10, 1]], np.int64)))
    empty = painter.paint(Scene(0, np.zeros((0, 3), np.int64)))
    check_pixels(empty, background.reshape(empty.shape))
    check_pixels(painter.paint(Scene(0, np.array([[0, 2, 3]], np.int64))), first)


@pytest.mark.parametrize("mode", CHANNELS)
@given(sprites())
def test_a_background_is_a_sprite_on_the_empty_canvas(mode, pixels):
    """Whether art of the canvas' size lies at the back or is drawn makes no difference."""
    height, width = pixels.shape[:2]
    channels = CHANNELS[mode]
    back = draw_back(to_art(Image.fromarray(pixels), mode), (width, height), channels)
    empty = np.zeros((height, width, channels), np.uint8)
    painted = paint(mode, empty, [(pixels, 0, 0)])
    check_pixels(back, painted.reshape(back.shape))
