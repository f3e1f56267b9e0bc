"""Art boxes are around the pixels that are seen at an opacity."""

import math

import numpy as np
import pytest

from imggen.geometry.poses import box_of, least_alpha


@pytest.mark.parametrize("threshold", [1, 60, 128, 200])
@pytest.mark.parametrize("opacity", [1.0, 0.9, 0.8125, 0.8])
def test_the_least_alpha_reaches_the_threshold_and_no_lower_one_does(threshold, opacity):
    reaching = [a for a in range(256) if math.floor(a * opacity + 0.5) >= threshold]
    assert least_alpha(threshold, opacity) == reaching[0]


def test_boxes():
    alpha = np.zeros((5, 7), np.uint8)
    assert box_of(alpha, 1) == (0, 0, 7, 5)
    alpha[1, 2], alpha[3, 4] = 100, 200
    assert box_of(alpha, 1) == (2, 1, 5, 4)
    assert box_of(alpha, 150) == (4, 3, 5, 4)
    assert box_of(alpha, 201) == (2, 1, 5, 4), "all of it where none is so opaque"
