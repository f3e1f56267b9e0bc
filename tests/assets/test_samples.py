"""Every mode of Pillow is read for what it means, or refused in a sentence."""

import numpy as np
import pytest
from PIL import Image, features
from tests.checks import check_pixels
from tests.tiffs import write_tiff

from imggen.assets.decode import image_size, read_image, to_art
from imggen.assets.samples import check_samples, to_colour
from imggen.errors import AssetError

SIZE = WIDTH, HEIGHT = 16, 10
SAMPLES = np.random.default_rng(0).integers(0, 65536, (HEIGHT, WIDTH, 3))
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH]
SMOOTH = np.dstack([X * 9 + 60, Y * 15 + 60, 200 - X * 9]).astype(np.uint8)
ALPHA = (255 - X * 10).astype(np.uint8)
UNKNOWN = (
    "and nothing says which of them are black and white; expected whole numbers of 8 or 16 bits, "
    "0 for black. Scale them and save it as PNG."
)


def in_mode(mode):
    """A picture in a mode, and what it is as RGB or RGBA, and how exactly."""
    pale = mode == "LAB"  # whose 8 bits are too coarse for strong dark colours
    rgb, alpha = Image.fromarray(SMOOTH // 3 + 80 if pale else SMOOTH), Image.fromarray(ALPHA)
    rgba = rgb.copy()
    rgba.putalpha(alpha)
    if mode in ("RGBA", "RGBa"):
        return rgba.convert(mode), np.asarray(rgba), 3 if mode == "RGBa" else 0
    if mode in ("LA", "La"):
        grey = rgb.convert("L")
        both = Image.merge("LA", [grey, alpha])
        expected = np.dstack([*[np.asarray(grey)] * 3, ALPHA])
        return both.convert(mode), expected, 3 if mode == "La" else 0
    if mode == "PA":
        grey = Image.merge("LA", [rgb.convert("L"), alpha])
        grey.putpalette(np.repeat(np.arange(255, -1, -1), 3).astype(np.uint8).tobytes())
        return grey, np.dstack([*[255 - np.asarray(rgb.convert("L"))] * 3, ALPHA]), 0
    image = rgb.convert(mode)
    expected = image if mode in ("1", "L", "P") else rgb
    within = {"HSV": 6, "YCbCr": 4, "LAB": 3}.get(mode, 0)
    return image, np.asarray(expected.convert("RGB")), within


REFUSED = {"I", "F", "I;16", "I;16L", "I;16B", "I;16N"}  # where no format says their range
MODES = (
    "1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "LAB", "HSV",
)  # fmt: skip


def test_all_modes_are_decided():
    assert {*MODES, *REFUSED} == {*Image.MODES}


@pytest.mark.parametrize("mode", MODES)
def test_a_mode_of_bytes(tmp_path, mode):
    image, expected, within = in_mode(mode)
    assert image.mode == mode
    check_samples(tmp_path / "x", image)
    colour = to_colour(image)
    assert colour.mode == ("RGBA" if expected.shape[2] == 4 else "RGB")
    check_pixels(np.asarray(colour), expected, within=within)


@pytest.mark.parametrize(
    ("mode", "numbers"),
    [
        ("F", "floating-point numbers"), ("I", "numbers of 32 bits"),
        ("I;16", "numbers of an unknown range"), ("I;16B", "numbers of an unknown range"),
        ("I;16L", "numbers of an unknown range"), ("I;16N", "numbers of an unknown range"),
    ],
)  # fmt: skip
def test_a_mode_of_an_unknown_range(tmp_path, mode, numbers):
    image = Image.frombytes(mode, (1, 1), bytes(4 if mode in "IF" else 2))
    with pytest.raises(AssetError) as caught:
        check_samples(tmp_path / "x.fits", image)
    assert str(caught.value) == (
        f"{tmp_path / 'x.fits'} holds {numbers} (Pillow's mode {mode}), {UNKNOWN}"
    )


def test_lab_needs_little_cms(tmp_path, monkeypatch):
    monkeypatch.setattr(features, "check", lambda _name: False)
    with pytest.raises(AssetError) as caught:
        check_samples(tmp_path / "x.tif", in_mode("LAB")[0])
    assert str(caught.value) == (
        f"{tmp_path / 'x.tif'} has CIE Lab colours, which this build of Pillow cannot convert: it "
        "lacks LittleCMS. Save it as RGB, or install Pillow from a wheel."
    )


# --- files ----------------------------------------------------------------------------------------


def refusal(path, read):
    with pytest.raises(AssetError) as caught:
        read(path)
    return str(caught.value).removeprefix(f"{path} ")


def packed(order, kind):
    """The first channel as the bytes of a number type."""
    return [SAMPLES[..., 0].astype(f"{order}{kind}").tobytes()]


@pytest.mark.parametrize("read", [read_image, image_size])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("kind", "form", "sentence"),
    [
        ("f4", 3, f"holds floating-point numbers (Pillow's mode F), {UNKNOWN}"),
        ("i4", 2, f"holds signed numbers (Pillow's mode I), {UNKNOWN}"),
        ("i2", 2, f"holds signed numbers (Pillow's mode I), {UNKNOWN}"),
        ("i1", 2, f"holds signed numbers (Pillow's mode L), {UNKNOWN}"),
    ],
)
def test_tiffs_of_an_unknown_range(tmp_path, read, order, kind, form, sentence):
    bits = [int(kind[1]) * 8]
    path = write_tiff(
        tmp_path / "x.tif", SIZE, packed(order, kind), order, bits=bits, sample_format=[form]
    )
    assert refusal(path, read) == sentence


@pytest.mark.parametrize("read", [read_image, image_size])
def test_a_tiff_of_unsigned_32_bits(tmp_path, read):
    path = write_tiff(tmp_path / "x.tif", SIZE, packed("<", "u4"), bits=[32])
    assert refusal(path, read) == f"holds numbers of 32 bits (Pillow's mode I), {UNKNOWN}"


@pytest.mark.parametrize("read", [read_image, image_size])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_tiff_that_pillow_does_not_know(tmp_path, read, order):
    floats = [SAMPLES.astype(f"{order}f4").tobytes()]
    path = write_tiff(
        tmp_path / "x.tif", SIZE, floats, order,
        bits=[32] * 3, samples=[3], photometric=[2], sample_format=[3] * 3,
    )  # fmt: skip
    assert refusal(path, read) == (
        "is a TIFF of a kind that Pillow cannot read; expected whole numbers of 8 or 16 bits, in "
        "RGB, grey or CMYK. Save it as PNG."
    )


@pytest.mark.parametrize("read", [read_image, image_size])
def test_a_portable_float_map(tmp_path, read):
    path = tmp_path / "x.pfm"
    path.write_bytes(b"Pf\n2 1\n-1.0\n" + np.array([0, 1], "<f4").tobytes())
    assert refusal(path, read) == f"holds floating-point numbers (Pillow's mode F), {UNKNOWN}"


def grey_of(path):
    """The one channel of a grey file."""
    assert image_size(path) == SIZE
    colour = to_art(read_image(path), "RGB").colour
    assert (colour == colour[..., :1]).all()
    return colour[..., 0]


@pytest.mark.parametrize("maximum", [255, 1023, 65535])
def test_a_portable_grey_map_is_spread_by_its_maximum(tmp_path, maximum):
    values = SAMPLES[..., 0] % (maximum + 1)
    path = tmp_path / "x.pgm"
    kind = ">u2" if maximum > 255 else "u1"
    path.write_bytes(b"P5\n%d %d\n%d\n" % (*SIZE, maximum) + values.astype(kind).tobytes())
    check_pixels(grey_of(path), values * 255 // maximum, within=1)


def test_a_grey_jpeg_2000_of_16_bits(tmp_path):
    if not features.check("jpg_2000"):
        pytest.skip("this build of Pillow has no JPEG 2000")
    path = tmp_path / "x.jp2"
    Image.fromarray(SAMPLES[..., 0].astype(np.uint16)).save(path)
    check_pixels(grey_of(path), SAMPLES[..., 0] >> 8, within=1)


@pytest.mark.parametrize("white_is_zero", [False, True])
def test_a_tiff_of_16_bits(tmp_path, white_is_zero):
    photometric = [0 if white_is_zero else 1]
    path = write_tiff(
        tmp_path / "x.tif", SIZE, packed("<", "u2"), bits=[16], photometric=photometric
    )
    high = SAMPLES[..., 0] >> 8
    check_pixels(grey_of(path), 255 - high if white_is_zero else high)


def test_a_tiff_of_12_bits(tmp_path):
    values = SAMPLES[..., 0] >> 4
    data = b"".join(
        bytes([a >> 4, (a & 15) << 4 | b >> 8, b & 255]) for a, b in values.reshape(-1, 2).tolist()
    )
    path = write_tiff(tmp_path / "x.tif", SIZE, [data], bits=[12])
    check_pixels(grey_of(path), values >> 4)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("separate", [False, True])
def test_a_tiff_of_colours(tmp_path, order, bits, separate):
    values = (SAMPLES >> (16 - bits)).astype(f"{order}u{bits // 8}")
    planes = [values[..., k].tobytes() for k in range(3)] if separate else [values.tobytes()]
    path = write_tiff(
        tmp_path / "x.tif", SIZE, planes, order,
        bits=[bits] * 3, samples=[3], photometric=[2], planes=[2 if separate else 1],
    )  # fmt: skip
    check_pixels(to_art(read_image(path), "RGB").colour, SAMPLES >> 8)


# --- YCbCr ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "compression", [None, "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"]
)
def test_a_tiff_of_ycbcr(tmp_path, compression):
    path = tmp_path / "x.tif"
    options = {"quality": 100} if compression == "jpeg" else {}
    Image.fromarray(SMOOTH).convert("YCbCr").save(path, compression=compression, **options)
    with Image.open(path) as image:
        assert image.tag_v2[262] == 6
    assert image_size(path) == SIZE
    check_pixels(to_art(read_image(path), "RGB").colour, SMOOTH, within=5)


def test_a_raw_tiff_of_ycbcr_with_half_the_chroma(tmp_path):
    """As cameras and scanners write it: units of four luminances, then one of each chroma."""
    ycbcr = np.asarray(Image.fromarray(SMOOTH).convert("YCbCr"))
    flat = ycbcr.copy()
    flat[..., 1:] = ycbcr[::2, ::2, 1:].repeat(2, axis=0).repeat(2, axis=1)
    units = [
        [*flat[y : y + 2, x : x + 2, 0].ravel(), *flat[y, x, 1:]]
        for y in range(0, HEIGHT, 2)
        for x in range(0, WIDTH, 2)
    ]
    path = write_tiff(
        tmp_path / "x.tif", SIZE, [np.array(units, np.uint8).tobytes()],
        bits=[8] * 3, samples=[3], photometric=[6], subsampling=[2, 2],
    )  # fmt: skip
    expected = np.asarray(Image.frombytes("YCbCr", SIZE, flat.tobytes()).convert("RGB"))
    check_pixels(to_art(read_image(path), "RGB").colour, expected, within=3)
