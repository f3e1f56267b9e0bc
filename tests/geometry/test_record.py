"""What is recorded of instances, and which of them are seen well enough to have a box."""

import numpy as np
import pytest

from imggen.geometry.instances import Instance
from imggen.geometry.mask import NO_MASK
from imggen.geometry.record import INSTANCE, NO_THING, record_instances, seen_boxes


def instance(depth, z, pixels, visible_pixels):
    box = (depth, z, pixels, visible_pixels)
    return Instance(depth, 0, z, box, box, box, pixels, visible_pixels, NO_MASK)


def test_a_record_for_each_layer():
    front, back = instance(3, 2, 8, 8), instance(1, 0, 5, 1)
    records = record_instances([back, front], [1, 2, 3])
    assert records.dtype == INSTANCE
    assert records["z"].tolist() == [0, NO_THING, 2]
    assert records["drawn"].tolist() == [list(back.drawn), [0] * 4, list(front.drawn)]
    assert records["pixels"].tolist() == [5, 0, 8]
    assert records["visible_pixels"].tolist() == [1, 0, 8]


@pytest.mark.parametrize(
    ("least", "seen"),
    [(0.0, [1, 0]), (0.25, [1, 0]), (np.nextafter(0.25, 1), [1]), (1.0, [1])],
)
def test_exactly_the_least_fraction_is_seen(least, seen):
    one, other = instance(0, 4, 8, 2), instance(1, 3, 6, 6)
    layers = one, other
    records = record_instances([other, one], [0, 1, 2])[None]
    assert list(seen_boxes(records, least)) == [
        (seen, [list(layers[k].visible) for k in seen], [layers[k].visible_pixels for k in seen])
    ]


def test_nothing_seen_has_no_box():
    records = record_instances([instance(0, 0, 8, 0)], [0])[None]
    assert list(seen_boxes(records, 0.0)) == [([], [], [])]
