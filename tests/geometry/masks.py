"""Masks to test codecs with."""

import numpy as np
from hypothesis import strategies as st

from imggen.geometry.mask import NO_MASK, Mask


def mask_of(pixels):
    """The mask of a (height, width) bool array; rows with nothing above and below are left out."""
    rows, runs = [0], []
    seen = np.flatnonzero(pixels.any(axis=1))
    if len(seen) == 0:
        return NO_MASK
    for row in pixels[seen[0] : seen[-1] + 1]:
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
        runs += edges.reshape(-1, 2).tolist()
        rows.append(len(runs))
    return Mask(int(seen[0]), np.array(rows, np.int32), np.array(runs, np.int32))


@st.composite
def pixels(draw, largest=12):
    """(height, width) bool: noise of any density, boxes with holes, nothing, the whole canvas."""
    width, height = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    canvas = rng.random((height, width)) < draw(st.sampled_from([0, 0.1, 0.5, 0.9, 1]))
    for _ in range(draw(st.integers(0, 4))):
        x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
        canvas[y : draw(st.integers(y, height)), x : draw(st.integers(x, width))] ^= True
    return canvas


@st.composite
def valued_pixels(draw):
    """(height, width) uint8: boxes of some values, one over the other, 0 among them."""
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 12))
    canvas = np.zeros((height, width), np.uint8)
    for _ in range(draw(st.integers(0, 6))):
        x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
        value = draw(st.sampled_from([0, 1, 2, 3, 128, 254, 255]))
        canvas[y : draw(st.integers(y, height)), x : draw(st.integers(x, width))] = value
    return canvas
