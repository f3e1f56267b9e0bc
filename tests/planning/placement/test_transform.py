"""The matrix says where a sprite's pixels are drawn."""

import numpy as np
import pytest
from tests.art import load, random_pixels, write_dataset

from imggen.assets import load_assets
from imggen.draw.sprite_cache import SpriteCache
from imggen.geometry.instances import Tracer
from imggen.planning import make_plan
from imggen.planning.placement.transform import matrices

SPOT = (20, 5, 6, 4)  # left, top, width and height of all that is seen of the sprite, px
SIZE = (41, 30)
CORNER = (3, 2)


def apply(matrix, x, y):
    a, b, c, d, e, f = matrix
    return a * x + b * y + c, d * x + e * y + f


def one(art=SIZE, corner=(0, 0), flip=0, scale=1, angle=0):
    values = (np.array([value], float) for value in (flip, scale, angle))
    return matrices(np.array([art]), np.array([corner]), *values)[0]


def test_as_it_is():
    assert one(corner=CORNER).tolist() == [1, 0, 3, 0, 1, 2]


def test_mirrored():
    assert one(flip=1).tolist() == [-1, 0, 41, 0, 1, 0]


def test_scaled_to_whole_pixels():
    """41 px * 1.5 are 62 px, and so are drawn the corners."""
    matrix = one(scale=1.5)
    assert apply(matrix, 41, 30) == pytest.approx((62, 45))
    assert apply(matrix, 0, 0) == (0, 0)


@pytest.mark.parametrize(
    ("angle", "top_left"), [(90, (0, 41)), (180, (41, 30)), (270, (30, 0)), (-90, (30, 0))]
)
def test_quarters_counter_clockwise(angle, top_left):
    assert apply(one(angle=angle), 0, 0) == top_left


def test_nothing_has_a_matrix_of_numbers():
    assert np.isfinite(one(art=(0, 0))).all()


@pytest.mark.parametrize("flip", [0, 1])
@pytest.mark.parametrize("scale", [0.6, 1, 1.7])
@pytest.mark.parametrize("angle", [0, 30, 90, 135, -50])
def test_what_is_drawn_lies_there(tmp_path, flip, scale, angle):
    """The middle of a spot on the sprite is, to the pixel, where the matrix puts it."""
    sprite = np.zeros((*SIZE[::-1], 4), np.uint8)
    left, top, width, height = SPOT
    sprite[top : top + height, left : left + width] = 255
    layers = {
        "sky": {"day": random_pixels(np.random.default_rng(0), 120, 120, 3)},
        "hat": {"cap": sprite},
    }
    hat = {
        "place": {"at": [11, 7]},
        "vary": {"flip": flip, "scale": scale, "rotate": angle},
    }
    config = load(write_dataset(tmp_path, layers, hat=hat, dataset={"count": 1}))
    library = load_assets(config)
    plan = make_plan(config, library)
    (drawn,) = Tracer(library, SpriteCache(library), [1], 128).trace(plan.chunk(0, 1).scenes[0])
    sizes, corners = plan.boxes(plan.traits, plan.looks, plan.positions)
    assert (*corners[0, 1].tolist(), *sizes[0, 1].tolist()) == drawn.drawn
    matrix = one(corner=corners[0, 1], flip=flip, scale=scale, angle=angle)
    x, y, box_width, box_height = drawn.visible
    middle = apply(matrix, left + width / 2, top + height / 2)
    assert middle == pytest.approx((x + box_width / 2, y + box_height / 2), abs=0.75)
