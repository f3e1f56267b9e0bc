"""Flat art: matches of unfiltered rows are those of the slow twin, and pay where they are used."""

import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from tests.art import random_pixels
from tests.checks import check_pixels, check_png
from tests.encode.png.jobs import MODES, encoded, encoder_of, library_of, painted, scene_of
from tests.kernels import find_flat_matches
from tests.reference import FlatMatches

from imggen.assets.library import CHANNELS
from imggen.encode.png.flat import count_plain, count_zeros, repeated_rows
from imggen.encode.png.matches import make_match_scratch

NONE, UP = 0, 2
WINDOW = 2**15  # bytes


@st.composite
def flat_bands(draw):
    """Rows as unfiltered bands have them, their bytes a row, and their channels."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    channels = draw(st.sampled_from([1, 3, 4]))
    rows, width = draw(st.integers(1, 12)), draw(st.sampled_from([1, 2, 7, 40, 100, 300]))
    palette = rng.integers(0, 256, (draw(st.sampled_from([1, 2, 5, 200])), channels), np.uint8)
    chosen = rng.integers(0, len(palette), (rows, width))
    for row in range(rows):  # runs, and rows like the one above but shifted
        if row and rng.random() < 0.5:
            chosen[row] = np.roll(chosen[row - 1], int(rng.integers(-4, 5)))
        left, right = np.sort(rng.integers(0, width + 1, 2))
        chosen[row, left:right] = chosen[row, 0]
    pixels = palette[chosen].reshape(rows, -1)
    pixels[rng.random(pixels.shape) < draw(st.sampled_from([0, 0.02]))] ^= 1
    return unfiltered(pixels), 1 + width * channels, channels


def unfiltered(pixels):
    """The rows of a band: filter type and bytes each."""
    kinds = repeated_rows(pixels)
    rows = np.where((kinds == UP)[:, None], 0, pixels)
    return np.concatenate([kinds[:, None], rows], axis=1).astype(np.uint8)


def matches_of(band, row_bytes, channels, share=0.0):
    """What is found, if so much is known of the ends of one colour."""
    scratch = make_match_scratch(band.size, row_bytes, 1)
    data = np.concatenate([band.ravel(), np.full(8, 77, np.uint8)])
    known = (count_plain(band[:, 1:], channels) * share).astype(np.int64)
    found = find_flat_matches(data, len(band), row_bytes, channels, known, scratch)
    return scratch.matches[:found].tolist()


@given(flat_bands(), st.sampled_from([0.0, 0.5, 1.0]))
def test_matches_are_those_of_the_slow_twin(job, share):
    band, row_bytes, channels = job
    expected = FlatMatches(band.tobytes(), row_bytes, channels).find()
    assert list(map(tuple, matches_of(*job, share))) == expected


@given(flat_bands())
def test_every_match_is_one_that_deflate_can_write(job):
    """By what the RFC allows alone: the twin may err too."""
    band, done = job[0].ravel(), 0
    for start, length, distance in matches_of(*job):
        assert start >= done
        done = start + length
        assert length % 258 == 0 or length % 258 >= 3
        assert 1 <= distance <= min(start, WINDOW)
        assert (band[start:done] == band[start - distance : done - distance]).all()
    assert done <= band.size


@given(st.integers(1, 9), st.integers(1, 40), st.sampled_from([1, 3, 4]), st.integers(0, 99))
def test_ends_of_one_colour_are_counted(rows, width, channels, seed):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 2, (rows, width, channels), np.uint8)
    plain = count_plain(pixels.reshape(rows, -1), channels)
    zeros = count_zeros(pixels.reshape(rows, -1))
    for row in range(rows):
        forwards, backwards = pixels[row], pixels[row, ::-1]
        for end, one in enumerate((forwards, backwards)):
            assert plain[row, end] == lead(one, one[0]) * channels
        assert zeros[row, 0] == lead(forwards.ravel(), 0)
        assert zeros[row, 1] == lead(forwards.ravel()[::-1], 0)


def lead(items, first):
    """How many items equal `first` before one does not."""
    others = [k for k, item in enumerate(items) if not np.array_equal(item, first)]
    return others[0] if others else len(items)


# --- art ----------------------------------------------------------------


def drawn(rng, width, height):
    """Shapes with smooth outlines and dark edges: RGBA."""
    large = Image.new("RGBA", (width * 4, height * 4))
    draw = ImageDraw.Draw(large)
    for _ in range(6):
        x, y = rng.integers(0, [3 * width, 3 * height]).tolist()
        colour = (*rng.integers(0, 256, 3).tolist(), 255)
        size = rng.integers(width // 2, 2 * width, 2).tolist()
        draw.ellipse((x, y, x + size[0], y + size[1]), colour, (20, 20, 30, 255), 6)
    return np.asarray(large.reduce(4))


def blocks(rng, width, height, side=12):
    """Pixel art, enlarged: RGBA."""
    small = rng.integers(0, 256, (4, 4), np.uint8)[
        rng.integers(0, 4, (-(-height // side), -(-width // side)))
    ]
    small[..., 3] = 255
    return np.repeat(np.repeat(small, side, 0), side, 1)[:height, :width]


def photographic(rng, width, height):
    """Soft shades with grain, opaque: RGBA."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [90 + 60 * np.sin(x / (17 + 9 * k) + y / (23 - 5 * k)) for k in range(3)]
    shades = np.stack([*waves, np.full((height, width), 255.0)], axis=2)
    shades[..., :3] += rng.normal(scale=3, size=(height, width, 3))
    return shades.clip(0, 255).astype(np.uint8)


def plain(width, height, channels, value=230):
    return np.full((height, width, channels), value, np.uint8)


def pillow_bytes(pixels, **options):
    file = BytesIO()
    Image.fromarray(pixels).save(file, "png", **options)
    return file.tell()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("art", [drawn, blocks])
def test_flat_art_is_no_larger_than_pillow_makes_it(mode, art):
    rng = np.random.default_rng(1)
    width, height = 500, 400
    sprites = [art(rng, 300, 260) for _ in range(4)]
    library = library_of(mode, [plain(width, height, CHANNELS[mode])], sprites)
    encoder, ours, theirs = encoder_of(library), 0, 0
    assert encoder._prepared(0)[0].unfiltered.all()
    for k in range(4):
        scene = scene_of(0, [(k, 20 * k, 30 * k), ((k + 1) % 4, 190 - 20 * k, 120)])
        file, pixels = encoded(encoder, scene), painted(library, scene)
        check_png(file, pixels)
        ours, theirs = ours + len(file), theirs + pillow_bytes(pixels)
    assert ours <= theirs


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("art", [drawn, blocks])
def test_the_most_effort_makes_flat_art_smaller(mode, art):
    """And no larger than Pillow's slowest setting."""
    rng = np.random.default_rng(7)
    sprites = [art(rng, 200, 160) for _ in range(2)]
    library = library_of(mode, [plain(300, 250, CHANNELS[mode])], sprites)
    scene = scene_of(0, [(0, 20, 30), (1, 90, 70)])
    pixels = painted(library, scene)
    balanced, most = (encoded(encoder_of(library, effort), scene) for effort in ("balanced", "max"))
    check_png(most, pixels)
    assert len(most) <= min(len(balanced), pillow_bytes(pixels, optimize=True))


@pytest.mark.parametrize("effort", ["balanced", "max"])
def test_photographs_on_flat_backgrounds_are_right(effort):
    """Filtered bands are searched too where the most effort is asked for."""
    rng = np.random.default_rng(8)
    library = library_of("RGB", [plain(200, 150, 3)], [photographic(rng, 90, 80)])
    encoder = encoder_of(library, effort)
    for x, y in ((-30, -20), (50, 40), (170, 120)):
        scene = scene_of(0, [(0, x, y)])
        check_png(encoded(encoder, scene), painted(library, scene))


def test_photographs_on_flat_backgrounds_stay_filtered():
    rng = np.random.default_rng(2)
    library = library_of("RGB", [plain(500, 400, 3)], [photographic(rng, 200, 180)])
    assert not encoder_of(library)._prepared(0)[0].unfiltered.any()


def test_the_least_effort_filters_all_rows():
    rng = np.random.default_rng(3)
    library = library_of("RGB", [plain(500, 400, 3)], [drawn(rng, 200, 180)])
    assert encoder_of(library)._prepared(0)[0].unfiltered.all()
    assert not encoder_of(library, "fast")._prepared(0)[0].unfiltered.any()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("beyond", [-2, -1, 0, 1, 2])
def test_rows_about_as_long_as_deflate_s_window(mode, beyond):
    """A match with the row above goes back at most 32 KB."""
    rng = np.random.default_rng(4)
    channels = CHANNELS[mode]
    width, height = (WINDOW - 1) // channels + beyond, 7
    back = np.array(plain(width, height, channels))
    back[:, 100:140] = blocks(rng, 40, height)[..., :channels]
    library = library_of(mode, [back], [drawn(rng, 90, 6), blocks(rng, width + 9, 5)])
    encoder = encoder_of(library)
    for items in ([(0, 50, -1)], [(0, width - 40, 3)], [(1, -4, 1)], [(1, -4, 1), (0, 9, 2)]):
        scene = scene_of(0, items)
        check_png(encoded(encoder, scene), painted(library, scene))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("width", [1, 63, 64, 65, 85, 86, 87, 258, 400])
def test_rows_about_as_long_as_matches(mode, width):
    """Rows that repeat are of the type Up from 258 bytes on."""
    rng = np.random.default_rng(5)
    back = np.array(plain(width, 50, CHANNELS[mode]))
    back[20:] = 10
    library = library_of(mode, [back], [blocks(rng, 30, 25), drawn(rng, 70, 40)])
    encoder = encoder_of(library)
    for items in ([], [(0, -3, 12)], [(0, width - 10, 30), (1, -20, -9)], [(1, -35, 8)]):
        scene = scene_of(0, items)
        check_png(encoded(encoder, scene), painted(library, scene))


def test_rows_that_repeat_are_found_whoever_draws_them():
    """Rows equal to the one above are of type Up and zero, drawn or not: bytes do not tell."""
    width, height = 300, 60
    box = np.full((20, 80, 4), 255, np.uint8)
    library = library_of("RGB", [plain(width, height, 3)], [box, plain(80, 20, 4)])
    encoder = encoder_of(library)
    file = encoded(encoder, scene_of(0, [(0, 100, 20)]))
    check_png(file, painted(library, scene_of(0, [(0, 100, 20)])))
    kinds = rows_of(file, width, height)[:, 0].tolist()
    assert [row for row, kind in enumerate(kinds) if kind == NONE] == [0, 20, 40]
    invisible = np.array(plain(80, 20, 4))
    invisible[..., 3] = 255  # of the background's colour
    library = library_of("RGB", [plain(width, height, 3)], [invisible, box])
    kinds = rows_of(encoded(encoder_of(library), scene_of(0, [(0, 9, 9)])), width, height)[:, 0]
    assert kinds.tolist() == [NONE] + [UP] * (height - 1)


def rows_of(file, width, height):
    """(height, 1 + row) uint8, filtered."""
    chunks, at = [], 8
    while at < len(file):
        length = int.from_bytes(file[at : at + 4], "big")
        if file[at + 4 : at + 8] == b"IDAT":
            chunks.append(file[at + 8 : at + 8 + length])
        at += 12 + length
    return np.frombuffer(zlib.decompress(b"".join(chunks)), np.uint8).reshape(height, -1)


def test_sums_reach_over_what_sprites_leave_alone():
    """The checksum of a row is put together of what was known of it and of what is drawn."""
    rng = np.random.default_rng(6)
    for channels, mode in ((1, "L"), (3, "RGB"), (4, "RGBA")):
        back = np.array(plain(203, 40, channels))
        back[10:30] = random_pixels(rng, 203, 1, channels)
        library = library_of(mode, [back], [blocks(rng, 30, 20), drawn(rng, 50, 9)])
        encoder = encoder_of(library)
        for x in (-20, 0, 1, 7, 8, 9, 100, 180, 195, 202):
            scene = scene_of(0, [(0, x, 5), (1, 203 - x, 25)])
            pixels = painted(library, scene)
            file = encoded(encoder, scene)
            check_png(file, pixels)
            with Image.open(BytesIO(file)) as image:
                check_pixels(np.asarray(image), pixels)
