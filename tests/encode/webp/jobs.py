"""Libraries and scenes for the tests of lossless WebP, and ways to code them."""

from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import strategies as st
from tests.encode.png.jobs import AWKWARD_SIZES, KINDS, MODES, SHAPES, arts, library_of, scenes_of

from imggen.assets.library import CHANNELS
from imggen.config import Output
from imggen.encode.webp import LosslessWebpEncoder, background, picture, sprites

SIZES = st.one_of(st.sampled_from(AWKWARD_SIZES), st.tuples(st.integers(1, 60), st.integers(1, 60)))


def encoder_of(library, shared=None):
    return LosslessWebpEncoder(library, Output(format="webp", lossless=True), shared)


def scaled(rng, width, height, channels):
    """Red and blue that follow green as steeply as multipliers can say, and more."""
    steps = rng.integers(0, 256, (height, width, 1))
    return (steps * np.array([5, 1, -4, 3])[:channels]).astype(np.uint8)


@st.composite
def jobs(draw):
    """A library and scenes."""
    mode, size = draw(st.sampled_from(MODES)), draw(SIZES)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kinds = draw(st.lists(st.sampled_from([*KINDS, scaled]), min_size=1, max_size=2))
    found = draw(st.lists(arts(), min_size=1, max_size=3))
    if draw(st.integers(0, 9)) == 0:
        found.append(np.zeros((0, 0, 4), np.uint8))  # art that was trimmed to nothing
    if draw(st.booleans()):
        found.append(draw(st.sampled_from(SHAPES))(rng, size[0] + 3, size[1] + 3))
    backs = [kind(rng, *size, CHANNELS[mode]) for kind in kinds]
    return library_of(mode, backs, found), draw(scenes_of(size, len(backs), len(found)))


@contextmanager
def choices(*, bits=4, sampled=None, groups=None, whole=None, own_modes=None, sprite_modes=None):
    """Within, tiles and groups are of that size, and predictors and ways are those."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(picture, "LEAST_BITS", bits)
        if groups is not None:
            patch.setattr(background, "PIXELS_A_GROUP", groups)
        if sampled is not None:
            patch.setattr(sprites, "MOST_TILES", sampled)
        if whole is not None:
            patch.setattr(background, "is_flat", lambda *_: whole)
        if own_modes is not None:
            patch.setattr(background, "ALL_MODES", own_modes)
        if sprite_modes is not None:
            patch.setattr(sprites, "TRIED_MODES", sprite_modes)
        yield


CHOICES = st.fixed_dictionaries(
    {
        "bits": st.sampled_from([2, 2, 3, 4, 6]),
        "sampled": st.sampled_from([None, 1, 3]),
        "groups": st.sampled_from([1, 64, 300, None]),
        "whole": st.sampled_from([False, False, False, True, None]),
    }
)
