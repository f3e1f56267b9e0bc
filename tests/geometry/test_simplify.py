"""Fewer points, none of those left out too far off."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.geometry.masks import mask_of, pixels
from tests.reference import segment_distance, simplified_outline

from imggen.geometry.outline import find_outlines
from imggen.geometry.simplify import simplified


def polygons_of(points, starts):
    points = [tuple(point) for point in points.tolist()]
    return [points[a:b] for a, b in itertools.pairwise(starts.tolist())]


def pairs_of(canvas, tolerance):
    """Each exact polygon of the canvas with its simplified one."""
    exact = find_outlines(mask_of(canvas))
    few = simplified(exact.points, exact.starts, tolerance)
    exact_polygons = polygons_of(exact.points, exact.starts)
    return list(zip(exact_polygons, polygons_of(*few), strict=True))


TOLERANCES = st.sampled_from([0.0, 0.3, 0.6, 1.1, 1.7, 3.3, 50.1])  # no tie with any distance


@given(pixels(), TOLERANCES)
def test_same_as_the_slow_twin(canvas, tolerance):
    for exact, few in pairs_of(canvas, tolerance):
        assert few == simplified_outline(exact, tolerance)


@given(pixels(), TOLERANCES)
def test_no_point_is_farther_off(canvas, tolerance):
    for exact, few in pairs_of(canvas, tolerance):
        sides = list(itertools.pairwise([*few, few[0]]))
        for point in exact:
            assert min(segment_distance(point, *side) for side in sides) <= tolerance


def test_a_slope_needs_few_points():
    y, x = np.ogrid[:50, :50]
    ((exact, few),) = pairs_of(x >= y, 1.0)
    assert len(exact) == 102
    assert len(few) <= 6


@pytest.mark.parametrize(("width", "height"), [(1, 1), (40, 1), (1, 40), (3, 5)])
def test_the_smallest_rectangle_stays_one(width, height):
    ((exact, few),) = pairs_of(np.ones((height, width), bool), 1000.0)
    assert few == exact
