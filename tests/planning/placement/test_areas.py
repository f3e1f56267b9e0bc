"""A share of the sprite kept on the canvas: exactly the corners that do, all alike likely."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.planning.layers import draw_positions, layer, library, variants
from tests.reference import chi_square, corners_allowed

from imggen.planning.placement.anchors import POINTS
from imggen.planning.placement.areas import area_of, corner_ends, nearest_corners, outer_ends
from imggen.planning.placement.spots import make_spots

SIZE = (13, 11)
RANGES = st.tuples(st.integers(-12, 14), st.integers(0, 20)).map(lambda r: (r[0], sum(r)))
SHARES = st.one_of(st.sampled_from([0.1, 0.25, 0.3, 0.5, 0.75, 1.0]), st.floats(0.01, 0.99))


def spot_of(size=SIZE, **place):
    return make_spots([layer("a", **place)], [], size)[0].spots[0]


def corners_in(area):
    """All corners of an area: a set of x, y."""
    columns = zip(area.x.tolist(), area.lowest.tolist(), area.counts.tolist(), strict=True)
    return {(x, y + k) for x, y, count in columns for k in range(count)}


@given(
    RANGES,
    RANGES,
    SHARES,
    st.sampled_from(list(POINTS)),
    st.tuples(*[st.integers(-3, 3)] * 2),
    st.tuples(st.integers(1, 16), st.integers(1, 16)),
)
@example((-12, 14), (-16, 14), 0.75, "top-left", (0, 0), (5, 16))  # more rows than the canvas has
def test_the_same_set_as_by_trying_each(x, y, share, anchor, offset, box):
    share = round(share, 6)
    place = layer("a", x=x, y=y, inside=share, anchor=anchor, offset=offset).place
    spot = spot_of(x=x, y=y, inside=share, anchor=anchor, offset=offset)
    expected = corners_allowed(place, box, SIZE)
    assert corners_in(area_of(spot, np.array(box), SIZE)) == expected
    ends = corner_ends(spot, np.array([box]), SIZE)[:, 0]
    outer = outer_ends(spot, np.array([box]), SIZE)[:, 0]
    if expected:
        lowest, highest = np.array(sorted(expected)).min(axis=0), np.array(list(expected)).max(0)
        assert ends.tolist() == [lowest.tolist(), highest.tolist()]
        assert (outer[0] <= lowest).all()
        assert (outer[1] >= highest).all()
    else:
        assert (ends[0] > ends[1]).any()


@pytest.mark.parametrize("inside", [0.75, 0.3])
@pytest.mark.parametrize("ranges", [((-20, 20), (-20, 20)), ((-3, 9), (2, 12))])
def test_uniform_over_exactly_that_set(inside, ranges):
    place = {"x": ranges[0], "y": ranges[1], "inside": inside}
    boxes = [(5, 4), (7, 9)]
    traits = np.arange(100_000)[:, None] % 2
    spots = make_spots([layer("a", **place)], [], SIZE)
    drawn = draw_positions(1, spots, library(SIZE, variants("a", boxes)), traits).positions[:, 0]
    for variant, box in enumerate(boxes):
        allowed = sorted(corners_allowed(layer("a", **place).place, box, SIZE))
        corners, counts = np.unique(drawn[variant::2], axis=0, return_counts=True)
        assert corners.tolist() == [list(corner) for corner in allowed]
        _, p = chi_square(counts, np.full(len(allowed), 50_000 / len(allowed)))
        assert p > 0.001


@pytest.mark.parametrize("share", [1.0, 1, 0.999999])
def test_nearly_all_of_it_is_as_inside(share):
    """To the very positions: the column and the row come from the same words."""
    place = {"x": (-9, 90), "y": (-9, 90), "anchor": "center"}
    group = library((60, 50), variants("a", [(7, 7), (20, 11), (59, 1), None]))
    traits = np.arange(3000)[:, None] % 4
    drawn = [
        draw_positions(0, make_spots([layer("a", inside=inside, **place)], [], (60, 50)),
                       group, traits).positions
        for inside in (share, True)
    ]  # fmt: skip
    np.testing.assert_array_equal(*drawn)


@pytest.mark.parametrize("inside", [False, True, 0.3, 0.75])
def test_nearest_corners_are_allowed(inside):
    """The column is the nearest that is allowed, and so is the row within it."""
    place = {"x": (-4, 12), "y": (-3, 9), "inside": inside}
    boxes = np.array([(5, 4), (7, 9)] * 200)
    wanted = np.stack(np.divmod(np.arange(400) * 7 % 841, 29), axis=1) - 9
    found = nearest_corners(spot_of(**place), boxes, SIZE, wanted)
    for box, (x, y), corner in zip(boxes.tolist(), wanted.tolist(), found.tolist(), strict=True):
        allowed = corners_allowed(layer("a", **place).place, box, SIZE)
        column = min({a for a, _ in allowed}, key=lambda a: abs(a - x))
        row = min((b for a, b in allowed if a == column), key=lambda b: abs(b - y))
        assert corner == [column, row]


def test_a_share_of_a_large_canvas():
    """More corners than 32 bits number."""
    size = (65_535, 65_535)
    spot = {"x": (-65_535, 65_535), "y": (-65_535, 65_535), "inside": 0.01}
    spots = make_spots([layer("a", **spot)], [], size)
    lib = replace(library((1, 1), variants("a", [(60_000, 60_000)])), size=size)
    drawn = draw_positions(0, spots, lib, np.zeros((2000, 1), np.uint8)).positions[:, 0]
    seen = np.minimum(drawn + 60_000, 65_535) - np.maximum(drawn, 0)
    assert (seen.astype(np.int64).prod(axis=1) >= 0.01 * 60_000**2).all()
    assert (np.unique(drawn[:, 0]).size, np.unique(drawn[:, 1]).size) > (1900, 1900)
    assert drawn.min() < -50_000
    assert drawn.max() > 55_000


def test_an_empty_box_may_be_anywhere_in_the_ranges():
    spot = spot_of(x=(-50, -49), y=(500, 502), inside=0.5)
    assert corners_in(area_of(spot, np.array([0, 0]), SIZE)) == {
        (x, y) for x in (-50, -49) for y in (500, 501, 502)
    }
