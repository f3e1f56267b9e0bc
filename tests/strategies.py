"""Hypothesis strategies for art, sprites and distributions."""

import numpy as np
from hypothesis import strategies as st

ALPHAS = st.one_of(st.just(0), st.just(255), st.integers(1, 254))


@st.composite
def alpha_rows(draw, width):
    """(width,) uint8: stretches of nothing, of full and of mixed alpha."""
    row = []
    while len(row) < width:
        length = draw(st.integers(1, 30))
        row += [draw(ALPHAS)] * length
    return np.array(row[:width], np.uint8)


@st.composite
def alphas(draw, largest=60):
    """(height, width) uint8, height and width 1 or more."""
    width = draw(st.integers(1, largest))
    height = draw(st.integers(1, 6))
    return np.stack([draw(alpha_rows(width)) for _ in range(height)])


@st.composite
def sprites(draw):
    """(height, width, 4) uint8: noise under an alpha of stretches."""
    alpha = draw(alphas())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    pixels = rng.integers(0, 256, (*alpha.shape, 4), np.uint8)
    pixels[..., 3] = alpha
    if draw(st.booleans()):  # every level of a soft edge
        soft = rng.integers(0, 256, alpha.shape, np.uint8)
        pixels[..., 3] = np.where((alpha > 0) & (alpha < 255), soft, alpha)
    return pixels


@st.composite
def distributions(draw, most=8):
    """A list of probabilities that sum to 1, some of them 0."""
    weights = draw(st.lists(st.integers(0, 1000), min_size=1, max_size=most).filter(any))
    return [weight / sum(weights) for weight in weights]
