"""JPEG by splicing is what Pillow makes of the whole image, byte for byte."""

import math
from io import BytesIO

import numpy as np
import pytest
import simplejpeg
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.art import blob, random_pixels
from tests.checks import check_pixels
from tests.reference import paste
from tests.strategies import sprites

from imggen.assets.decode import to_art
from imggen.assets.layout import lay_out_sprites
from imggen.assets.library import Library
from imggen.config import Output
from imggen.draw import Painter
from imggen.encode.jpeg import JpegEncoder, encoder, interval, scan, sheet, splicer
from imggen.encode.jpeg.grid import Grid, mcu_size
from imggen.encode.jpeg.splicer import Splicer
from imggen.encode.jpeg.tables import Tables, quantiser
from imggen.planning import Scene

SUBSAMPLINGS = ("4:2:0", "4:2:2", "4:4:4")
MODES = ("L", "RGB")
AWKWARD_SIZES = [(1, 1), (7, 5), (16, 16), (17, 33), (120, 50), (64, 16), (129, 127), (8, 200)]
SIZES = st.one_of(
    st.sampled_from(AWKWARD_SIZES), st.tuples(st.integers(1, 150), st.integers(1, 70))
)


def library_of(mode, backgrounds, arts):
    """A library of one layer: `backgrounds`, (height, width, 3), and RGBA `arts` as sprites."""
    rows = [np.asarray(Image.fromarray(pixels).convert(mode)) for pixels in backgrounds]
    height, width = rows[0].shape[:2]
    channels = len(mode)
    loose = [to_art(Image.fromarray(art), mode) for art in arts]
    return Library(
        size=(width, height),
        mode=mode,
        layers=(),
        backgrounds=np.stack([row.reshape(height, width * channels) for row in rows]),
        sprites=lay_out_sprites(loose, channels),
        digest="",
    )


def scene_of(background, *items):
    return Scene(background, np.array(items, np.int64).reshape(-1, 3))


def encoded(jpeg, scene):
    return jpeg.encode(scene).to_bytes()


def pixels_of(library, scene):
    width, height = library.size
    pixels = Painter(library).paint(scene).reshape(height, width, library.channels)
    return pixels.squeeze(2) if library.mode == "L" else pixels


def pillow_file(pixels, output, restart_blocks):
    """The whole image by Pillow's `save`."""
    options = {"subsampling": output.subsampling} if pixels.ndim == 3 else {}
    file = BytesIO()
    Image.fromarray(pixels).save(
        file, "JPEG", quality=output.quality, restart_marker_blocks=restart_blocks, **options
    )
    return file.getvalue()


def check_decoders_agree(file, mode):
    """Pillow and simplejpeg read the same pixels."""
    image = Image.open(BytesIO(file))
    assert image.mode == mode
    other = simplejpeg.decode_jpeg(file, colorspace="GRAY" if mode == "L" else "RGB")
    check_pixels(other.squeeze(2) if mode == "L" else other, np.asarray(image))


def divisors(number):
    return [n for n in range(1, number + 1) if number % n == 0]


def every_interval(size, mode, output):
    """All that `choose_interval` may answer for a canvas, and shorter ones."""
    in_row = math.ceil(size[0] / mcu_size(mode, output.subsampling)[0])
    return [0, *divisors(in_row)]


@st.composite
def jobs(draw):
    """A canvas, settings, an interval, and scenes of sprites on, over and beside its edges."""
    width, height = size = draw(SIZES)
    mode, rng = draw(st.sampled_from(MODES)), np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    output = Output(
        format="jpeg",
        quality=draw(st.sampled_from([1, 7, 30, 75, 90, 95, 100])),
        subsampling=draw(st.sampled_from(SUBSAMPLINGS)),
    )
    arts = draw(st.lists(sprites(), min_size=1, max_size=2))
    arts.append(blob(rng, width + 3, height + 3))
    library = library_of(mode, [random_pixels(rng, width, height, 3) for _ in range(2)], arts)
    item = st.tuples(
        st.integers(0, len(arts) - 1), st.integers(-40, width + 2), st.integers(-6, height + 2)
    )
    found = draw(st.lists(st.tuples(st.integers(0, 1), st.lists(item, max_size=3)), max_size=4))
    scenes = [scene_of(background, *items) for background, items in found]
    return library, output, draw(st.sampled_from(every_interval(size, mode, output))), scenes


@pytest.mark.parametrize("unit", ["MCU", "interval"])
@given(jobs())
def test_as_pillow_saves_the_whole_image(unit, job):
    library, output, blocks, scenes = job
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoder, "choose_interval", lambda *_: blocks)
        patch.setattr(splicer, "FIRST_BYTES", 1)  # so that there is too little room at first
        patch.setattr(sheet, "SHEET_PIXELS", 2000)  # so that there are several stacks
        if unit == "interval":
            exchange_intervals_only(patch)
        jpeg = JpegEncoder(library, output)
        for scene in scenes:
            file = encoded(jpeg, scene)
            assert file == pillow_file(pixels_of(library, scene), output, blocks)
            check_decoders_agree(file, library.mode)


def exchange_intervals_only(patch):
    """As with a libjpeg that codes otherwise than the kernels."""
    patch.setattr(splicer.Splicer, "index", lambda *_: None)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("subsampling", SUBSAMPLINGS)
def test_extreme_pixels(mode, subsampling):
    """Black and white side by side have the largest coefficients, in all frequencies."""
    rng = np.random.default_rng(8)
    pixels = 255 * rng.integers(0, 2, (48, 80, 3), np.uint8)
    art = np.dstack([255 * rng.integers(0, 2, (30, 30, 3), np.uint8), np.full((30, 30), 255)])
    library = library_of(mode, [pixels], [art.astype(np.uint8)])
    for quality in (1, 50, 100):
        output = Output(format="jpeg", quality=quality, subsampling=subsampling)
        scene = scene_of(0, (0, 21, 9))
        file = encoded(JpegEncoder(library, output), scene)
        assert file == pillow_file(pixels_of(library, scene), output, 0)


def test_bits_beside_a_sprite_are_copied():
    rng = np.random.default_rng(9)
    library = library_of(
        "RGB", [random_pixels(rng, 320, 256, 3)], [np.full((9, 9, 4), 255, np.uint8)]
    )
    output = Output(format="jpeg")
    across = math.ceil(320 / 16) // restart_blocks(library, output)
    jpeg = JpegEncoder(library, output)
    assert jpeg.encode(scene_of(0)).regions == (16 * across, 0, 0)
    assert jpeg.encode(scene_of(0, (0, 36, 36))).regions == (16 * across - 1, 1, 0)


def test_intervals_that_are_covered_are_coded_afresh():
    rng = np.random.default_rng(10)
    art = np.full((16, 320, 4), 255, np.uint8)
    library = library_of("RGB", [random_pixels(rng, 320, 256, 3)], [art])
    output = Output(format="jpeg")
    across = math.ceil(320 / 16) // restart_blocks(library, output)
    made = JpegEncoder(library, output).encode(scene_of(0, (0, 0, 32)))
    assert made.regions == (15 * across, 0, across)


def test_files_that_kernels_would_make_otherwise_are_not_indexed():
    rng = np.random.default_rng(11)
    pixels = random_pixels(rng, 64, 64, 3)
    output = Output(format="jpeg")
    file = pillow_file(pixels, output, 0)
    found = Splicer(library_of("RGB", [pixels], []), "4:2:0", 0, file)
    head = scan.head_size(file)
    bounds = np.array([head, len(file)])
    assert found.index(0, file, bounds) is not None
    for place in (head, head + 100, len(file) - 3):
        other = bytearray(file)
        other[place] ^= 0x10
        assert found.index(0, other, bounds) is None


def test_quantisers_divide_exactly():
    """All coefficients by all divisors of a file: the nearest, a half away from zero."""
    sizes = np.arange(2**15)
    for divisor in range(1, 256):
        twice, inverse, scale = quantiser(np.array([divisor]))[:, 0].tolist()
        raised = (sizes >> 1 & ~1) + twice
        assert max(raised.max(), inverse, scale) < 2**16
        levels = (raised * inverse >> 16) * scale >> 16
        assert (levels == (sizes + 4 * divisor) // (8 * divisor)).all()


def test_largest_coefficients_of_all_frequencies():
    """Blocks of black and white by the sign of a cosine, and its negative, are coded by kernels."""
    at = np.cos(np.outer(np.arange(8), 2 * np.arange(8) + 1) * np.pi / 16)
    waves = np.einsum("uy,vx->uvyx", at, at).transpose(0, 2, 1, 3).reshape(64, 64)
    pixels = (np.hstack([waves > 0, waves < 0]) * np.uint8(255))[..., None].repeat(3, axis=2)
    for quality in (1, 90, 100):
        output = Output(format="jpeg", quality=quality, subsampling="4:4:4")
        file = pillow_file(pixels, output, 0)
        found = Splicer(library_of("RGB", [pixels], []), "4:4:4", 0, file)
        bounds = np.array([scan.head_size(file), len(file)])
        assert found.index(0, file, bounds) is not None


@pytest.mark.parametrize("mode", MODES)
def test_tables(mode):
    """The divisors are those that Pillow reads; the codes are those of T.81, K.3.3."""
    pixels = np.zeros((8, 8, 3) if mode == "RGB" else (8, 8), np.uint8)
    file = pillow_file(pixels, Output(format="jpeg", quality=77), 0)
    quantisers, codes = Tables.of(file)
    read = Image.open(BytesIO(file)).quantization
    for kind in (0, 1):
        divisors = np.array(read[kind if mode == "RGB" else 0])
        assert quantisers[kind].tolist() == quantiser(divisors).tolist()
    assert codes[0, :3].tolist() == [0b00 << 5 | 2, 0b010 << 5 | 3, 0b011 << 5 | 3]
    assert codes[0, 16 + 0x00] == 0b1010 << 5 | 4
    assert codes[0, 16 + 0xF0] == 0b11111111001 << 5 | 11
    assert codes[1, 16 + 0x00] == (0b00 << 5 | 2 if mode == "RGB" else codes[0, 16])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("subsampling", SUBSAMPLINGS)
@pytest.mark.parametrize("size", [(320, 240), (333, 219), (1000, 77), (77, 1000), (64, 64)])
def test_chosen_interval(mode, subsampling, size):
    rng = np.random.default_rng(1)
    library = library_of(mode, [random_pixels(rng, *size, 3)], [blob(rng, 50, 40)])
    output = Output(format="jpeg", subsampling=subsampling)
    blocks = restart_blocks(library, output)
    in_row = math.ceil(size[0] / mcu_size(mode, subsampling)[0])
    assert blocks in (0, *divisors(in_row))
    jpeg = JpegEncoder(library, output)
    for x, y in ((10, 10), (-20, 20), (size[0] - 30, 3), (size[0] - 30, size[1] - 20)):
        scene = scene_of(0, (0, x, y))
        assert encoded(jpeg, scene) == pillow_file(pixels_of(library, scene), output, blocks)


def restart_blocks(library, output):
    image = Image.frombytes(library.mode, library.size, library.backgrounds[0].tobytes())
    return interval.choose_interval(image, output)


@pytest.mark.parametrize("mode", MODES)
def test_pixels_are_drawn_as_pillow_pastes(mode):
    """At quality 100 a sprite's own pixels come back but for rounding."""
    back, art = np.full((90, 130, 3), 120, np.uint8), np.full((40, 50, 4), 200, np.uint8)
    output = Output(format="jpeg", quality=100, subsampling="4:4:4")
    file = encoded(JpegEncoder(library_of(mode, [back], [art]), output), scene_of(0, (0, 31, 27)))
    expected = paste(np.asarray(Image.fromarray(back).convert(mode)), art, 31, 27)
    check_pixels(np.asarray(Image.open(BytesIO(file))), expected, within=2)


def test_evicted_backgrounds_come_back_the_same(monkeypatch):
    rng = np.random.default_rng(3)
    library = library_of("RGB", [random_pixels(rng, 300, 280, 3) for _ in "abc"], [blob(rng, 9, 9)])
    output = Output(format="jpeg")
    order = [0, 1, 2, 0, 2, 1, 1, 0]
    roomy = JpegEncoder(library, output)
    monkeypatch.setattr(encoder, "KEPT_BYTES", 1)
    tight = JpegEncoder(library, output)
    scenes = [scene_of(row, (0, 40 * k, 30 * k)) for k, row in enumerate(order)]
    assert [encoded(tight, s) for s in scenes] == [encoded(roomy, s) for s in scenes]


def test_order_of_scenes_does_not_matter():
    rng = np.random.default_rng(4)
    library = library_of("RGB", [random_pixels(rng, 300, 280, 3)], [blob(rng, 60, 50)])
    scenes = [scene_of(0, (0, 40 * k - 20, 30 * k)) for k in range(8)]
    forwards, backwards = (JpegEncoder(library, Output(format="jpeg")) for _ in range(2))
    expected = [encoded(forwards, scene) for scene in scenes]
    assert [encoded(backwards, scene) for scene in scenes[::-1]] == expected[::-1]


def test_no_sprites_is_the_background_itself():
    library = library_of("RGB", [random_pixels(np.random.default_rng(5), 200, 100, 3)], [])
    output = Output(format="jpeg")
    file = encoded(JpegEncoder(library, output), scene_of(0))
    assert file == pillow_file(pixels_of(library, scene_of(0)), output, 0)


def test_markers_cost_little():
    """On noise, which needs many bytes anyway, intervals are short; on nothing there are none."""
    rng = np.random.default_rng(6)
    noise = Image.fromarray(random_pixels(rng, 640, 320, 3))
    flat = Image.new("RGB", (640, 320), "teal")
    output = Output(format="jpeg")
    blocks = interval.choose_interval(noise, output)
    assert blocks == interval.LEAST_WIDTH // 16
    assert interval.choose_interval(flat, output) == 0
    bare, marked = (len(pillow_file(np.asarray(noise), output, n)) for n in (0, blocks))
    assert bare < marked <= bare * (1 + interval.MOST_GROWTH)


def test_head_ends_behind_its_last_segment():
    """The table of the first segment holds the bytes of SOS, so segments are stepped over."""
    head = b"\xff\xd8" + b"\xff\xdb\x00\x06\xff\xda\x00\x02" + b"\xff\xda\x00\x03\x01"
    assert scan.head_size(head + b"entropy-coded") == len(head)


def test_stuffed_bytes_are_no_markers():
    data = b"\x01\xff\x00\x02\xff\xd0\xff\x00\xff\xd1\xff\xd9"
    assert scan.Scan.parse(data).bounds.tolist() == [0, 6, 10, 12]


@given(st.integers(1, 30), st.data())
def test_splice(count, data):
    """Every interval comes from where it should, under the marker of its place."""
    places = data.draw(st.lists(st.integers(0, count - 1), unique=True, min_size=1))
    old = [b"old %d" % k for k in range(count)]
    new = [b"new %d" % k for k in places]
    spliced = scan.splice(scan_of(old), scan_of(new), np.array(places))
    for place, interval_ in zip(places, new, strict=True):
        old[place] = interval_
    assert b"".join(spliced) == scan_of(old).data


def scan_of(intervals):
    codes = [0xD0 + k % 8 for k in range(len(intervals))]
    codes[-1] = 0xD9
    joined = b"".join(b"%b\xff%c" % pair for pair in zip(intervals, codes, strict=True))
    return scan.Scan.parse(bytearray(joined))


@given(SIZES, st.sampled_from(MODES), st.sampled_from(SUBSAMPLINGS), st.data())
def test_stacks_hold_every_tile_once(size, mode, subsampling, data):
    output = Output(format="jpeg", subsampling=subsampling)
    blocks = data.draw(st.sampled_from(every_interval(size, mode, output)))
    grid = Grid.cut(size, mode, subsampling, blocks)
    count = grid.rows * grid.columns
    tiles = np.array(sorted(data.draw(st.sets(st.integers(0, count - 1)))), np.int64)
    stacks = list(grid.stacks(tiles, most=3))
    assert sorted(np.concatenate([*stacks, []]).tolist()) == tiles.tolist()
    for stack in stacks:
        assert 1 <= len(stack) <= 3
        assert (np.diff(stack) > 0).all()
        assert len({tile_size(grid, tile)[0] for tile in stack}) == 1
        width, height = grid.stack_size(stack)
        sizes = [tile_size(grid, tile) for tile in stack]
        assert (width, height) == (sizes[0][0], sum(h for _, h in sizes))
        assert all(h == grid.tile_height for _, h in sizes[:-1])


def tile_size(grid, tile):
    row, column = divmod(int(tile), grid.columns)
    return (
        min(grid.tile_width, grid.width - column * grid.tile_width),
        min(grid.tile_height, grid.height - row * grid.tile_height),
    )
