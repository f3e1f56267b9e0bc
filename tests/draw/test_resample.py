"""Scaled and turned pictures are what the plain formulas say, and no edge darkens."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import reference

from imggen.draw.resample import resized, turned
from imggen.plan.placement.scaling import turned_sizes

SIDES = st.integers(1, 24)
PLANES = st.sampled_from([2, 4])


def planes_of(seed, width, height, planes):
    """Premultiplied noise: (height, width, planes) float32."""
    values = np.random.default_rng(seed).random((height, width, planes), np.float32) * 255
    values[..., :-1] *= values[..., -1:] / 255
    return values


def flat(values):
    return values.reshape(len(values), -1)


@given(st.integers(0, 99), PLANES, SIDES, SIDES, SIDES, SIDES)
def test_resized(seed, planes, width, height, new_width, new_height):
    values = planes_of(seed, width, height, planes)
    scaled = resized(flat(values), planes, (new_width, new_height))
    columns = values.transpose(1, 0, 2) if width == new_width else None
    if columns is None:
        columns = reference.scale_axis(values.transpose(1, 0, 2), new_width)
    expected = columns.transpose(1, 0, 2)
    if height != new_height:
        expected = reference.scale_axis(expected, new_height)
    np.testing.assert_allclose(scaled, flat(expected), atol=2e-3)


@given(st.integers(0, 99), PLANES, SIDES, SIDES, st.integers(-720, 720).map(lambda a: a / 2))
def test_turned(seed, planes, width, height, angle):
    """Within what a position in 256ths of a pixel makes of noise."""
    values = planes_of(seed, width, height, planes)
    size = tuple(turned_sizes(np.array([width, height]), angle).tolist())
    result = turned(flat(values), planes, angle, size)
    within = 1e-3 if angle % 90 == 0 else 3.0
    np.testing.assert_allclose(result, flat(reference.turn(values, angle, size)), atol=within)


@pytest.mark.parametrize("quarters", [-3, -1, 0, 1, 2, 4])
def test_quarter_turns_are_exact(quarters):
    values = planes_of(0, 13, 8, 4)
    expected = np.rot90(values, quarters)
    size = (expected.shape[1], expected.shape[0])
    assert (turned(flat(values), 4, 90.0 * quarters, size) == flat(expected)).all()


@pytest.mark.parametrize("angle", [1.0, 30.0, 45.0, 200.0])
def test_nothing_is_cut_off_and_little_is_added(angle):
    """The opaque box just fits: its area stays, and all sides of the new box are reached."""
    width, height = 40, 25
    values = np.full((height, width, 2), 255, np.float32)
    size = tuple(turned_sizes(np.array([width, height]), angle).tolist())
    alpha = turned(flat(values), 2, angle, size)[:, 1::2]
    assert alpha.sum() / 255 == pytest.approx(width * height, rel=0.01)
    assert np.abs(turned_extent(alpha) - size).max() <= 3


def turned_extent(alpha):
    """Width and height of what is more than half there."""
    rows, columns = np.nonzero(alpha > 127)
    return np.array([columns.max() - columns.min() + 1, rows.max() - rows.min() + 1])


@pytest.mark.parametrize("make", [
    lambda picture: resized(picture, 4, (17, 11)),
    lambda picture: resized(picture, 4, (61, 77)),
    lambda picture: turned(picture, 4, 33.0, (51, 55)),
])  # fmt: skip
def test_edges_do_not_darken(make):
    """A disc of one colour on nothing keeps the colour wherever it is seen."""
    y, x = np.mgrid[0:40, 0:40]
    alpha = np.clip(15 - np.hypot(x - 19.5, y - 19.5), 0, 1) * 255
    colour = np.array([200.0, 120.0, 40.0])
    values = np.dstack([alpha[..., None] / 255 * colour, alpha]).astype(np.float32)
    made = make(flat(values)).reshape(-1, 4)
    seen = made[:, 3] > 1
    np.testing.assert_allclose(
        made[seen, :3] / made[seen, 3:] * 255, np.tile(colour, (seen.sum(), 1)), rtol=1e-3
    )
