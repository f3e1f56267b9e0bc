"""Chunks that are cut out of a larger one are those that are made one by one."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.test_segments import ANYWHERE, CONFIGS, made, write

from imggen.planning import order as orders
from imggen.planning.order import IndexOrder, SceneOrder, SplitOrder

COUNT = 60
SOFT = {"shadow": {"offset": [2, 2]}, "vary": {"shadow_blur": {"values": [0, 3]}}}
TAKEN = {
    "plain": {},
    **{name: CONFIGS[name] for name in ("shares", "pair", "looks", "depths", "crowded")},
    "edges": {"bird": {"instances": [0, 3], "place": ANYWHERE, **SOFT}},
    "camera": {"camera": {"contrast": [0.8, 1.2], "noise": [0, 4]}},
}


@pytest.fixture(scope="module", params=TAKEN)
def found(request, tmp_path_factory):
    """Segments of seven images."""
    with pytest.MonkeyPatch.context() as patch:
        return made(write(tmp_path_factory.mktemp("art"), **TAKEN[request.param]), patch, 7)[0]


@st.composite
def ranges(draw):
    """Some ranges of positions, with gaps or without."""
    borders = sorted(draw(st.sets(st.integers(0, COUNT), min_size=2, max_size=12)))
    kept = draw(st.sets(st.integers(0, len(borders) - 2), min_size=1))
    return [(borders[k], borders[k + 1]) for k in sorted(kept)]


@given(ranges(), st.sampled_from([SceneOrder, SplitOrder, IndexOrder]), st.integers(1, 40))
@settings(max_examples=15, deadline=None)
def test_chunks_of_ranges_are_those_of_each(found, cuts, kind, at_once):
    order = kind(found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(orders, "CUT_AT_ONCE", at_once)
        chunks = list(order.chunks(iter(cuts)))
    for chunk, bounds in zip(chunks, cuts, strict=True):
        check_equal(chunk, order.chunk(*bounds))


def check_equal(one, other):
    """Two chunks, or parts of them, hold the same values of the same types."""
    assert type(one) is type(other)
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    elif hasattr(one, "__dataclass_fields__"):
        for field in fields(one):
            check_equal(getattr(one, field.name), getattr(other, field.name))
    else:
        assert one == other
