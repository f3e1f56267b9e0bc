"""Libraries and scenes for the tests of the PNG encoder, and its files."""

from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import strategies as st
from PIL import Image
from tests import reference
from tests.art import blob, random_pixels
from tests.strategies import sprites

from imggen.assets.decode import to_art
from imggen.assets.layout import lay_out_sprites
from imggen.assets.library import CHANNELS, Library, Variants
from imggen.config import Output
from imggen.draw import Painter
from imggen.encode.png import PngEncoder, background, scratch
from imggen.planning import Scene

MODES = tuple(CHANNELS)
AWKWARD_SIZES = [(1, 1), (1, 90), (300, 1), (7, 5), (8, 8), (9, 33), (129, 65), (250, 31)]
SIZES = st.one_of(
    st.sampled_from(AWKWARD_SIZES),
    st.tuples(st.integers(1, 60), st.integers(1, 60)),
    st.tuples(st.integers(80, 320), st.integers(40, 120)),
    st.tuples(st.integers(80, 320), st.integers(40, 120)),
)
MOST_ITEMS = 9
EFFORTS = ("fast", "balanced", "max")


def library_of(mode, backgrounds, arts, layers=MOST_ITEMS + 1):
    """`backgrounds`, (height, width, channels) each, and RGBA `arts` as sprites of any layer."""
    height, width = backgrounds[0].shape[:2]
    channels = CHANNELS[mode]
    empty = np.zeros((0, 2), np.int32)
    layer = Variants("any", (), np.zeros(0), empty, empty, empty)
    return Library(
        size=(width, height),
        mode=mode,
        layers=(layer,) * layers,
        backgrounds=np.stack([pixels.reshape(height, width * channels) for pixels in backgrounds]),
        sprites=lay_out_sprites(
            [to_art(Image.fromarray(pixels, "RGBA"), mode) for pixels in arts], channels
        ),
        digest="",
    )


def scene_of(index, items):
    """Background `index` with `items`: sprite, x, y each."""
    return Scene(index, np.array(items, np.int64).reshape(-1, 3))


def encoder_of(library, effort="balanced", shared=None):
    return PngEncoder(library, Output(format="png", effort=effort), shared)


def encoded(encoder, scene):
    """The file of `scene`."""
    return encoder.encode(scene).to_bytes()


def painted(library, scene):
    """What `Painter` makes of it: (height, width) or (height, width, channels)."""
    return shaped(library, Painter(library).paint(scene))


def shaped(library, rows):
    width, height = library.size
    return rows.reshape(height, width, library.channels)[
        ..., slice(None) if library.channels > 1 else 0
    ]


def slowly_painted(library, arts, scene):
    """What the slow twins make of it."""
    pixels = shaped(library, library.backgrounds[scene.background])
    draw = reference.composite if library.mode == "RGBA" else reference.paste
    for sprite, x, y in scene.items.tolist():
        pixels = draw(pixels, arts[sprite], x, y)
    return pixels


@contextmanager
def geometry(band_bytes=None, least_rows=None, flat_ratio=None, stripe=None):
    """Within, bands and stripes are of that size, and more or fewer bands are spliced."""
    with pytest.MonkeyPatch.context() as patch:
        if band_bytes is not None:
            patch.setattr(scratch, "BAND_BYTES", band_bytes)
        if least_rows is not None:
            patch.setattr(scratch, "LEAST_ROWS", least_rows)
        if stripe is not None:
            patch.setattr(scratch, "STRIPE", stripe)
        if flat_ratio is not None:
            patch.setattr(background, "FLAT_RATIO", flat_ratio)
        yield


# --- art ----------------------------------------------------------------


def noise(rng, width, height, channels):
    return random_pixels(rng, width, height, channels)


def flat(rng, width, height, channels):
    return np.broadcast_to(random_pixels(rng, 1, 1, channels), (height, width, channels))


def gradient(rng, width, height, channels):
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    return (x * rng.integers(1, 4) + y * rng.integers(0, 3) + 40 * c).astype(np.uint8)


def grain(rng, width, height, channels):
    """A photograph's like: a gradient with a little noise."""
    small = rng.integers(0, 6, (height, width, channels), np.uint8)
    return gradient(rng, width, height, channels) + small


def striped(rng, width, height, channels):
    return (
        flat(rng, width, height, channels)
        + (np.arange(height) // 5 % 2 * 90).astype(np.uint8)[:, None, None]
    )


def upper_and_lower(rng, width, height, channels):
    """Noise above, flat below, or the other way round: bands that are spliced, and that are not."""
    parts = [noise(rng, width, height, channels), flat(rng, width, height, channels)]
    first, second = parts if rng.integers(2) else parts[::-1]
    middle = int(rng.integers(0, height + 1))
    return np.concatenate([first[:middle], second[middle:]])


def left_and_right(rng, width, height, channels):
    middle = int(rng.integers(0, width + 1))
    parts = noise(rng, width, height, channels), flat(rng, width, height, channels)
    return np.concatenate([parts[0][:, :middle], parts[1][:, middle:]], axis=1)


def tiled(rng, width, height, channels):
    """One small tile of noise over and over: matches from row to row and within rows."""
    tile = random_pixels(rng, int(rng.integers(9, 40)), int(rng.integers(1, 5)), channels)
    times = -(-height // tile.shape[0]), -(-width // tile.shape[1]), 1
    return np.tile(tile, times)[:height, :width]


KINDS = (noise, flat, gradient, grain, striped, tiled, upper_and_lower, left_and_right)


def ring(rng, width, height):
    """A blob with a hole."""
    pixels = blob(rng, width, height)
    pixels[height // 4 : -(height // 4) or None, width // 4 : -(width // 4) or None, 3] = 0
    return pixels


def box(rng, width, height):
    """Opaque, of one colour."""
    pixels = np.array(flat(rng, width, height, 4))
    pixels[..., 3] = 255
    return pixels


def nothing(rng, width, height):
    pixels = random_pixels(rng, width, height, 4)
    pixels[..., 3] = 0
    return pixels


def gaps(rng, width, height):
    """Rows that show nothing among rows that do."""
    pixels = blob(rng, width, height)
    pixels[rng.integers(0, 2, height).astype(bool), :, 3] = 0
    return pixels


SHAPES = (blob, ring, box, gaps, nothing)


@st.composite
def arts(draw):
    """RGBA pixels of a sprite."""
    if draw(st.integers(0, 2)) == 2:
        return draw(sprites())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return draw(st.sampled_from(SHAPES))(rng, *rng.integers(1, (50, 40)))


@st.composite
def scenes_of(draw, size, backgrounds, arts):
    """Scenes with sprites on, over, beside and far from the canvas' edges."""
    width, height = size
    near = st.integers(-32, width + 2), st.integers(-24, height + 2)
    far = st.one_of(near[0], st.integers(-(10**6), 10**6)), st.integers(-(10**6), 10**6)
    index = st.integers(0, arts - 1)
    item = st.one_of(*[st.tuples(index, *near)] * 5, st.tuples(index, *far))
    scenes = []
    for _ in range(draw(st.integers(1, 4))):
        count = draw(st.sampled_from([1, 2, 3, 5, MOST_ITEMS, 0]))
        items = draw(st.lists(item, min_size=count, max_size=count))
        scenes.append(scene_of(draw(st.integers(0, backgrounds - 1)), items))
    return scenes


@st.composite
def jobs(draw):
    """A library, its arts, and scenes."""
    mode, size = draw(st.sampled_from(MODES)), draw(SIZES)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=2))
    found = draw(st.lists(arts(), min_size=1, max_size=3))
    if draw(st.integers(0, 9)) == 0:
        found.append(np.zeros((0, 0, 4), np.uint8))  # art that was trimmed to nothing
    if size[0] * size[1] < 5000 and draw(st.booleans()):
        found.append(draw(st.sampled_from(SHAPES))(rng, size[0] + 3, size[1] + 3))
    backs = [kind(rng, *size, CHANNELS[mode]) for kind in kinds]
    return library_of(mode, backs, found), found, draw(scenes_of(size, len(backs), len(found)))


GEOMETRIES = st.fixed_dictionaries(
    {
        "band_bytes": st.sampled_from([1, 700, 5000, 5000, 20_000, 160_000]),
        "least_rows": st.sampled_from([1, 4, 7]),
        "stripe": st.sampled_from([None, 8, 20, 64, 100]),
        "flat_ratio": st.sampled_from([None, None, None, 0.0, 1e9]),
    }
)
