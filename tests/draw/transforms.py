"""Sprites transformed alone, as tests look at them."""

import numpy as np
from PIL import Image

from imggen.assets.decode import to_art
from imggen.assets.library import CHANNELS, lay_out_sprites
from imggen.draw.sprite_cache import most_runs
from imggen.draw.sprites import sprite_arrays
from imggen.draw.transform import Geometry, Result, Transformer
from imggen.plan.placement.boxes import scaled_sizes, turned_sizes

SAME = np.eye(3, dtype=np.float32)
BEFORE = 3  # runs there are before
UNTOUCHED = 7


def geometry_of(pixels, scale=1.0, angle=0.0, *, mirrored=False, nearest=False):
    source = np.array(pixels.shape[1::-1])
    scaled = scaled_sizes(source, scale)
    sizes = [tuple(one.tolist()) for one in (source, scaled, turned_sizes(scaled, angle))]
    return Geometry(*sizes, angle, mirrored, nearest)


def transform(pixels, geometry, mode="RGBA", matrix=SAME, opacity=1.0, kind=0):
    """What becomes of RGBA `pixels`: colour and alpha, (height, width, channels) and without."""
    colour, alpha, _, _ = transform_with_runs(pixels, geometry, mode, matrix, opacity, kind)
    return colour, alpha


def transform_with_runs(pixels, geometry, mode="RGBA", matrix=SAME, opacity=1.0, kind=0):
    """Likewise, and how many runs each row has, and the runs."""
    channels = CHANNELS[mode]
    sprites = sprite_arrays(lay_out_sprites([to_art(Image.fromarray(pixels), mode)], channels))
    width, height = geometry.size
    result = Result(
        np.full(width * height * channels, UNTOUCHED, np.uint8),
        np.full(0 if channels == 4 else width * height * channels, UNTOUCHED, np.uint8),
        np.full(height + 1, BEFORE, np.int64),
        np.full((BEFORE + height * most_runs(width), 3), -1, np.int32),
    )
    transformer = Transformer(sprites, channels)
    n = transformer.make(0, geometry, matrix, opacity, kind, result)
    assert result.rows[0] == BEFORE
    assert result.rows[-1] == n
    colour = result.colour.reshape(height, width, channels)
    alpha = colour[..., 3] if channels == 4 else result.alpha.reshape(height, width, channels)
    if channels < 4:
        assert (alpha == alpha[..., :1]).all()
        alpha = alpha[..., 0]
    return colour, alpha, np.diff(result.rows), result.runs[BEFORE:n]
