"""Outlines hold the mask and nothing else, in as many polygons as it has parts and holes."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from tests.geometry.masks import mask_of, pixels
from tests.reference import fill, holes_of, parts_of

from imggen.geometry.mask import NO_MASK
from imggen.geometry.outline import find_outlines, has_holes, joined, outer_polygons


def polygons_of(outlines):
    """Each polygon as a list of (x, y)."""
    points = [tuple(point) for point in outlines.points.tolist()]
    return [points[a:b] for a, b in itertools.pairwise(outlines.starts.tolist())]


def signed_area(polygon):
    """Positive where a polygon runs clockwise as seen: y points down."""
    pairs = itertools.pairwise([*polygon, polygon[0]])
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs) / 2


def canvas_size(canvas):
    return canvas.shape[::-1]


@given(pixels())
def test_filled_they_are_the_mask(canvas):
    outlines = find_outlines(mask_of(canvas))
    assert (fill(polygons_of(outlines), canvas_size(canvas)) == canvas).all()


@given(pixels())
def test_joined_they_are_the_mask(canvas):
    polygon = joined(find_outlines(mask_of(canvas))).tolist()
    filled = fill([polygon] if polygon else [], canvas_size(canvas))
    assert (filled == canvas).all()
    assert not polygon or signed_area(polygon) == np.count_nonzero(canvas)


@given(pixels())
def test_one_polygon_for_each_part_and_each_hole(canvas):
    outlines = find_outlines(mask_of(canvas))
    filled = {0: [], 1: []}
    for polygon, hole in zip(polygons_of(outlines), outlines.holes.tolist(), strict=True):
        filled[hole].append(fill([polygon], canvas_size(canvas)))
    parts, holes = parts_of(canvas, corners=True), holes_of(canvas, corners=False)
    check_same_sets(filled[0], [with_holes(part, corners=False) for part in parts])
    check_same_sets(filled[1], [with_holes(hole, corners=True) for hole in holes])
    assert has_holes(outlines) == bool(holes)


def with_holes(part, *, corners):
    """A part, and what is within it."""
    return np.any([part, *holes_of(part, corners=corners)], axis=0)


def check_same_sets(actual, expected):
    assert sorted(a.tobytes() for a in actual) == sorted(a.tobytes() for a in expected)


@given(pixels())
def test_outer_polygons_fill_the_holes(canvas):
    polygons = outer_polygons(find_outlines(mask_of(canvas)))
    filled = [fill([np.reshape(p, (-1, 2)).tolist()], canvas_size(canvas)) for p in polygons]
    expected = with_holes(canvas, corners=False)
    assert (np.any([np.zeros_like(canvas), *filled], axis=0) == expected).all()


@given(pixels())
def test_corners_alternate_and_run_clockwise_round_parts(canvas):
    outlines = find_outlines(mask_of(canvas))
    for polygon, hole in zip(polygons_of(outlines), outlines.holes, strict=True):
        assert (signed_area(polygon) < 0) == bool(hole)
        ring = [*polygon, polygon[0]]
        for k, ((x1, y1), (x2, y2)) in enumerate(itertools.pairwise(ring)):
            assert (y1 == y2 and x1 != x2) if k % 2 == 0 else (x1 == x2 and y1 != y2)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["#"], [[(0, 0), (1, 0), (1, 1), (0, 1)]]),
        ([".#", "#."], [[(1, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2), (0, 1), (1, 1)]]),
        (
            ["###", "#.#", "###"],
            [[(0, 0), (3, 0), (3, 3), (0, 3)], [(2, 1), (1, 1), (1, 2), (2, 2)]],
        ),
        (["#.#"], [[(0, 0), (1, 0), (1, 1), (0, 1)], [(2, 0), (3, 0), (3, 1), (2, 1)]]),
    ],
)
def test_points_by_hand(rows, expected):
    canvas = np.array([list(row) for row in rows]) == "#"
    assert polygons_of(find_outlines(mask_of(canvas))) == expected


def test_bridges_are_short():
    """Two squares 3 px apart and a speck: from the corners that face each other."""
    canvas = np.zeros((6, 20), bool)
    canvas[0:4, 0:4] = canvas[1:5, 7:12] = canvas[4, 15] = True
    polygon = [tuple(point) for point in joined(find_outlines(mask_of(canvas))).tolist()]
    ring = itertools.pairwise([*polygon, polygon[0]])
    slanting = [{a, b} for a, b in ring if a[0] != b[0] and a[1] != b[1]]
    assert slanting == [{(4, 0), (7, 1)}, {(4, 0), (7, 1)}]
    assert polygon.count((12, 5)) == 2
    assert polygon.count((15, 5)) == 2


@pytest.mark.parametrize("tolerance", [0.0, 2.0])
def test_nothing(tolerance):
    outlines = find_outlines(NO_MASK, tolerance)
    assert outlines.starts.tolist() == [0]
    assert outer_polygons(outlines) == []
    assert joined(outlines).shape == (0, 2)
    assert not has_holes(outlines)


@pytest.mark.parametrize("tolerance", [0.5, 1.0, 5.0])
@given(pixels())
def test_simplified_ones_are_as_many(tolerance, canvas):
    exact, few = find_outlines(mask_of(canvas)), find_outlines(mask_of(canvas), tolerance)
    assert few.holes.tolist() == exact.holes.tolist()
    for polygon, hole in zip(polygons_of(few), few.holes, strict=True):
        assert len(polygon) >= 4
        assert (signed_area(polygon) < 0) == bool(hole) or signed_area(polygon) == 0
