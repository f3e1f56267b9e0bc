"""Colour profiles: left alone with a word, or converted to sRGB; never in silence."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms, features
from tests.art import load, write_dataset
from tests.checks import check_pixels

from imggen.assets import load_assets
from imggen.assets.decode import decode
from imggen.errors import AssetError

pytestmark = pytest.mark.skipif(
    not features.check("littlecms2"), reason="this build of Pillow has no LittleCMS"
)

SIZE = WIDTH, HEIGHT = 16, 10
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH]
COLOURS = np.dstack([X * 17, Y * 28, 255 - X * 15]).astype(np.uint8)
ALPHA = (X * 17).astype(np.uint8)
GREY = Image.fromarray(COLOURS[..., 0])
CANNOT = "the colour profile cannot be read, and is ignored"


def ignored(name):
    return (
        f'the colour profile "{name}" is not sRGB, and is ignored: values stay as they are, unless '
        'canvas.color = "srgb" converts them'
    )


def srgb():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def places(profile):
    """Where each tag of a profile begins: ICC.1:2022, 7.3."""
    count = struct.unpack(">I", profile[128:132])[0]
    entries = (profile[132 + 12 * k : 144 + 12 * k] for k in range(count))
    return {entry[:4]: struct.unpack(">I", entry[4:8])[0] for entry in entries}


def swapped():
    """An RGB profile by which red is green and green is red."""
    data, at = bytearray(srgb()), places(srgb())
    red, green = (slice(at[tag] + 8, at[tag] + 20) for tag in (b"rXYZ", b"gXYZ"))
    data[red], data[green] = data[green], data[red]
    return bytes(data)


def made(space, *tags):
    """A profile of the colour space `space` (four letters) with `tags`, name and data each."""
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags:
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    kind = b"prtr" if space == b"CMYK" else b"mntr"
    pcs = b"Lab " if space == b"CMYK" else b"XYZ "
    white = struct.pack(">3i", 63190, 65536, 54061)  # D50, s15Fixed16
    head = b"\0" * 4 + b"\2\x40\0\0" + kind + space + pcs + b"\0" * 12 + b"acsp" + b"\0" * 28
    head += white + b"\0" * 48
    body = head + struct.pack(">I", len(tags)) + table + body
    return struct.pack(">I", len(body) + 4) + body


def text(words):
    return b"desc\0\0\0\0" + struct.pack(">I", len(words) + 1) + words + b"\0" + b"\0" * 78


def grey(gamma):
    """A grey profile of a power curve."""
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    return made(b"GRAY", (b"desc", text(b"a curve")), (b"wtpt", white), (b"kTRC", curve))


def inks():
    """A CMYK profile by which lightness is all that lacks of black, and no ink has a colour."""
    corners = [(0 if k else 255, 128, 128) for _ in range(8) for k in (0, 1)]
    table = bytes(value for corner in corners for value in corner)
    matrix = struct.pack(">9i", *[65536 * (k % 4 == 0) for k in range(9)])
    lut = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + matrix
    lut += bytes(range(256)) * 4 + table + bytes(range(256)) * 3
    return made(b"CMYK", (b"desc", text(b"black only")), (b"A2B0", lut))


def by_pillow(image, profile):
    """`image` as Pillow itself converts it to sRGB."""
    return np.asarray(
        ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    )


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_values_stay_by_default_with_a_word(tmp_path, suffix):
    path = tmp_path / f"x{suffix}"
    options = {"lossless": True, "quality": 100, "subsampling": 0, "icc_profile": swapped()}
    Image.fromarray(COLOURS).save(path, **options)
    decoded = decode(path)
    assert decoded.warnings == (ignored("sRGB built-in"),)
    check_pixels(decoded.image, COLOURS, within=5 if suffix == ".jpg" else 0)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_colours_are_converted(tmp_path, suffix):
    path = tmp_path / f"x{suffix}"
    options = {"lossless": True, "quality": 100, "subsampling": 0, "icc_profile": swapped()}
    flat = Image.new("RGB", SIZE, (0, 255, 0))
    flat.save(path, **options)
    decoded = decode(path, "srgb")
    assert decoded.warnings == ()
    check_pixels(decoded.image, Image.new("RGB", SIZE, (255, 0, 0)), within=5)
    Image.fromarray(COLOURS).save(path, **options)
    with Image.open(path) as image:
        check_pixels(decode(path, "srgb").image, by_pillow(image, swapped()))


@pytest.mark.parametrize("color", [None, "srgb"])
def test_srgb_is_neither_warned_of_nor_touched(tmp_path, color):
    path = tmp_path / "x.png"
    Image.fromarray(COLOURS).save(path, icc_profile=srgb())
    decoded = decode(path, color)
    assert decoded.warnings == ()
    check_pixels(decoded.image, COLOURS)


def test_alpha_is_kept_exactly(tmp_path):
    image = Image.fromarray(np.dstack([COLOURS, ALPHA]))
    image.save(tmp_path / "x.png", icc_profile=swapped())
    decoded = decode(tmp_path / "x.png", "srgb").image
    assert decoded.mode == "RGBA"
    check_pixels(decoded.getchannel("A"), ALPHA)
    check_pixels(decoded.convert("RGB"), by_pillow(Image.fromarray(COLOURS), swapped()))


def test_a_palette(tmp_path):
    image = Image.fromarray(COLOURS).quantize(32)
    image.info["transparency"] = 3
    image.save(tmp_path / "x.png", icc_profile=swapped(), transparency=3)
    decoded = decode(tmp_path / "x.png", "srgb").image
    check_pixels(decoded.getchannel("A"), np.where(np.asarray(image) == 3, 0, 255))
    image.info.pop("transparency")
    check_pixels(decoded.convert("RGB"), by_pillow(image.convert("RGB"), swapped()))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "I;16"])
def test_grey(tmp_path, mode):
    path = tmp_path / "x.png"
    image = (
        GREY.convert(mode) if mode != "LA" else Image.merge("LA", [GREY, Image.fromarray(ALPHA)])
    )
    if mode == "I;16":
        image = Image.fromarray(np.asarray(GREY).astype(np.uint16) * 257)
    image.save(path, icc_profile=grey(1.0))
    decoded = decode(path, "srgb").image
    levels = np.asarray(image.convert("L") if mode == "1" else GREY) / 255
    curve = np.where(levels <= 0.0031308, 12.92 * levels, 1.055 * levels ** (1 / 2.4) - 0.055)
    expected = np.repeat(np.round(curve * 255)[..., None], 3, axis=2)
    check_pixels(decoded.convert("RGB"), expected, within=1)
    if mode == "LA":
        check_pixels(decoded.getchannel("A"), ALPHA)
    if mode != "1":
        assert decode(path).warnings == (ignored("a curve"),)


def test_grey_with_a_profile_of_colours(tmp_path):
    """What many programs save: the grey values are equal parts of red, green and blue."""
    GREY.save(tmp_path / "x.png", icc_profile=swapped())
    expected = by_pillow(GREY.convert("RGB"), swapped())
    check_pixels(decode(tmp_path / "x.png", "srgb").image, expected)


@pytest.mark.parametrize("suffix", [".jpg", ".tif"])
def test_inks(tmp_path, suffix):
    path = tmp_path / f"x{suffix}"
    black = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    black[..., 3] = X * 17
    black[:, :, 0] = 200  # which has no colour by this profile
    image = Image.frombytes("CMYK", SIZE, black.tobytes())
    image.save(path, icc_profile=inks(), quality=100)
    assert decode(path).warnings == (ignored("black only"),)
    check_pixels(decode(path).image, image.convert("RGB"), within=4)
    decoded = np.asarray(decode(path, "srgb").image).astype(int)
    assert np.abs(decoded - decoded[..., :1]).max() <= 2  # grey
    linear = ((100 - X * 17 / 2.55 + 16) / 116) ** 3  # CIE L* to Y, where it is above 8
    level = 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055
    light = X < 13
    check_pixels(decoded[..., 0][light], np.round(level * 255)[light], within=4)


BAD = {
    "damaged": ("RGB", b"no profile", "is damaged"),
    "of other colours": ("CMYK", None, "is not for CMYK pixels"),
    "of grey": ("RGB", "grey", "is not for RGB pixels"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_profile_that_cannot_be_used(tmp_path, case):
    mode, profile, why = BAD[case]
    profile = {None: swapped(), "grey": grey(1.8)}.get(profile, profile)
    path = tmp_path / "x.tif"
    Image.fromarray(COLOURS).convert(mode).save(path, icc_profile=profile)
    decoded = decode(path)
    assert decoded.warnings == (CANNOT,)
    check_pixels(decoded.image, COLOURS)
    with pytest.raises(AssetError) as caught:
        decode(path, "srgb")
    assert str(caught.value) == (
        f"{path} has a colour profile that {why}, so it cannot be converted to sRGB as "
        'canvas.color = "srgb" asks; save it without a profile, or with the right one.'
    )


@pytest.mark.parametrize("color", [None, "srgb"])
def test_all_layers_of_a_canvas_are_converted(tmp_path, color):
    canvas = {} if color is None else {"color": color}
    hat = np.dstack([COLOURS, ALPHA])
    write_dataset(tmp_path, {"sky": {"day": COLOURS}, "hat": {"cap": hat}}, canvas=canvas)
    Image.fromarray(COLOURS).save(tmp_path / "skys" / "day.png", icc_profile=swapped())
    Image.fromarray(hat).save(tmp_path / "hats" / "cap.png", icc_profile=swapped())
    library = load_assets(load(tmp_path / "imggen.toml"))
    expected = COLOURS if color is None else by_pillow(Image.fromarray(COLOURS), swapped())
    check_pixels(library.backgrounds[0].reshape(HEIGHT, WIDTH, 3), expected)
    check_pixels(library.sprites.colour.reshape(HEIGHT, WIDTH, 3), expected)
    check_pixels(library.sprites.alpha.reshape(HEIGHT, WIDTH, 3)[..., 0], ALPHA)
    files = f"{tmp_path / 'skys' / 'day.png'} and {tmp_path / 'hats' / 'cap.png'}"
    sentence = f"In {files}, {ignored('sRGB built-in')}."
    assert library.warnings == ((sentence,) if color is None else ())


def test_without_little_cms(tmp_path, monkeypatch):
    config = load(write_dataset(tmp_path, {"sky": {"day": COLOURS}}))
    Image.fromarray(COLOURS).save(tmp_path / "skys" / "day.png", icc_profile=swapped())
    monkeypatch.setattr(features, "check", lambda _name: False)
    library = load_assets(config)
    assert library.warnings == (f"In {tmp_path / 'skys' / 'day.png'}, {CANNOT}.",)
    path = write_dataset(tmp_path, {"sky": {"day": COLOURS}}, canvas={"color": "srgb"})
    with pytest.raises(AssetError) as caught:
        load_assets(load(path))
    assert str(caught.value) == (
        'canvas.color is "srgb", but this build of Pillow cannot convert colours: it lacks '
        "LittleCMS. Install Pillow from a wheel, or leave canvas.color out."
    )
