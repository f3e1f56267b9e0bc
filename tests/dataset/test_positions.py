"""Positions are those of a list."""

import numpy as np
import pytest

from imggen.dataset.positions import check_position


@pytest.mark.parametrize("position", [-12, -1, 0, 5, 11, np.int8(-3), np.uint64(7), True])
def test_a_position_is_that_of_a_list(position):
    assert check_position(position, 12, "plan") == list(range(12))[position]


@pytest.mark.parametrize("position", [12, -13, np.int64(10**6)])
def test_nothing_is_beyond_the_end(position):
    with pytest.raises(IndexError) as caught:
        check_position(position, 12, "plan")
    assert str(caught.value) == f"{position} is beyond the 12 images of this plan."


def test_an_empty_sequence_has_no_position():
    with pytest.raises(IndexError, match=r"^0 is beyond the 0 images of this dataset\.$"):
        check_position(0, 0, "dataset")


@pytest.mark.parametrize(("position", "shown"), [(1.5, "1.5"), ("x", '"x"')])
def test_a_position_is_a_whole_number(position, shown):
    with pytest.raises(TypeError) as caught:
        check_position(position, 12, "dataset")
    expected = f"an image is asked for by {shown}; expected a whole number."
    assert str(caught.value) == expected
