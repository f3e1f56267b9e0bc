"""Every kind of image file becomes the right colours and alpha."""

import errno
import struct
import zlib

import numpy as np
import PIL
import png
import pytest
from PIL import Image
from tests.art import load, write_dataset
from tests.checks import check_pixels, check_sentence

from imggen.assets import load_assets
from imggen.assets.decode import decode, image_size, read_image, to_art
from imggen.errors import AssetError

WIDTH, HEIGHT = 37, 11
OPAQUE = 255


def samples(channels, depth, seed=0):
    """(HEIGHT, WIDTH, channels) whole numbers of `depth` bits."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 2**depth, (HEIGHT, WIDTH, channels))
    return values * 257 % 65536 if depth == 16 and seed else values


def write_png(path, values, depth, *, interlace=False, **options):
    """Write samples by a library that knows every kind of PNG."""
    channels = values.shape[2]
    kind = {"greyscale": channels < 3, "alpha": channels in (2, 4)}
    if "palette" in options:
        kind = {}
    writer = png.Writer(WIDTH, HEIGHT, bitdepth=depth, interlace=interlace, **kind, **options)
    with path.open("wb") as file:
        writer.write(file, values.reshape(HEIGHT, -1).tolist())
    return path


def rgba(colour, alpha=None):
    """(HEIGHT, WIDTH, 4): `colour` of one or three channels, `alpha` or opaque."""
    colour = np.broadcast_to(colour, (HEIGHT, WIDTH, 3))
    alpha = np.full((HEIGHT, WIDTH), OPAQUE) if alpha is None else alpha
    return np.dstack([colour, alpha]).astype(np.uint8)


def check_decoded(path, expected):
    """`path` decodes to `expected`, RGBA, for every mode of canvas."""
    image = read_image(path)
    opaque = (expected[..., 3] == OPAQUE).all()
    assert image.mode in (("RGB", "RGBA") if opaque else ("RGBA",))
    in_colour = to_art(image, "RGBA")
    check_pixels(in_colour.colour, expected)
    for mode in ("RGB", "L"):
        art = to_art(image, mode)
        assert art.size == (WIDTH, HEIGHT)
        assert art.is_opaque == opaque
        check_pixels(art.alpha, expected[..., 3])
        if mode == "RGB":
            check_pixels(art.colour, expected[..., :3])
        else:
            check_pixels(art.colour, luma(expected), within=1)  # Pillow-SIMD rounds otherwise


def luma(pixels):
    """ITU-R 601-2 luma in Pillow's fixed point: (height, width, 1)."""
    red, green, blue = np.moveaxis(pixels[..., :3].astype(int), -1, 0)
    return ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16)[..., None]


def to_8_bits(values, depth):
    """Samples as the bytes that Pillow makes of them."""
    return values >> 8 if depth == 16 else values * 255 // (2**depth - 1)


@pytest.fixture(params=[False, True], ids=["plain", "interlaced"])
def interlace(request):
    return request.param


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_grey(tmp_path, depth, interlace):
    values = samples(1, depth)
    path = write_png(tmp_path / "x.png", values, depth, interlace=interlace)
    check_decoded(path, rgba(to_8_bits(values, depth)))


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_grey_with_a_transparent_level(tmp_path, depth, interlace):
    values = samples(1, depth)
    key = int(values[3, 5, 0])
    path = write_png(tmp_path / "x.png", values, depth, transparent=key, interlace=interlace)
    alpha = np.where(values[..., 0] == key, 0, OPAQUE)
    assert 0 < np.count_nonzero(alpha) < alpha.size
    check_decoded(path, rgba(to_8_bits(values, depth), alpha))


@pytest.mark.parametrize("depth", [8, 16])
def test_grey_with_alpha(tmp_path, depth, interlace):
    values = samples(2, depth)
    path = write_png(tmp_path / "x.png", values, depth, interlace=interlace)
    grey, alpha = np.moveaxis(to_8_bits(values, depth), -1, 0)
    check_decoded(path, rgba(grey[..., None], alpha))


@pytest.mark.parametrize("depth", [8, 16])
def test_colour(tmp_path, depth, interlace):
    values = samples(3, depth)
    path = write_png(tmp_path / "x.png", values, depth, interlace=interlace)
    check_decoded(path, rgba(to_8_bits(values, depth)))


@pytest.mark.parametrize("depth", [8, 16])
def test_colour_with_a_transparent_one(tmp_path, depth, interlace):
    values = samples(3, 8, seed=1) * (257 if depth == 16 else 1)
    key = tuple(values[3, 5].tolist())
    path = write_png(tmp_path / "x.png", values, depth, transparent=key, interlace=interlace)
    alpha = np.where((values == key).all(axis=2), 0, OPAQUE)
    assert np.count_nonzero(alpha == 0) == 1
    check_decoded(path, rgba(to_8_bits(values, depth), alpha))


@pytest.mark.parametrize("depth", [8, 16])
def test_colour_with_alpha_keeps_the_high_byte(tmp_path, depth, interlace):
    values = samples(4, depth)
    path = write_png(tmp_path / "x.png", values, depth, interlace=interlace)
    pixels = to_8_bits(values, depth)
    check_decoded(path, rgba(pixels[..., :3], pixels[..., 3]))


@pytest.mark.parametrize("transparency", ["none", "one entry", "levels"])
@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_palette(tmp_path, depth, transparency, interlace):
    rng = np.random.default_rng(1)
    palette = rng.integers(0, 256, (2**depth, 3))
    levels = np.full(2**depth, OPAQUE)
    if transparency == "one entry":
        levels[1] = 0
    elif transparency == "levels":
        levels[:2] = [0, 130]
    entries = palette if transparency == "none" else np.column_stack([palette, levels])
    values = samples(1, depth)
    path = write_png(
        tmp_path / "x.png", values, depth,
        palette=[tuple(entry) for entry in entries.tolist()], interlace=interlace,
    )  # fmt: skip
    expected = rgba(palette[values[..., 0]], levels[values[..., 0]])
    check_decoded(path, expected)


def test_cmyk_jpeg(tmp_path):
    path = tmp_path / "x.jpg"
    inks = samples(4, 8).astype(np.uint8)
    Image.frombytes("CMYK", (WIDTH, HEIGHT), inks.tobytes()).save(path, quality=95)
    with Image.open(path) as image:
        assert image.mode == "CMYK"
        inks = np.asarray(image).astype(int)
    light = 255 - inks[..., 3:]
    scaled = inks[..., :3] * light + 128
    colour = light - (((scaled >> 8) + scaled) >> 8)
    check_decoded(path, rgba(np.clip(colour, 0, 255)))


@pytest.mark.parametrize("order", ["<", ">"])
def test_16_bit_grey_tiff_of_either_byte_order(tmp_path, order):
    values = samples(1, 16)
    path = tmp_path / "x.tif"
    mode = {"<": "I;16", ">": "I;16B"}[order]
    grey = values[..., 0].astype(f"{order}u2")
    Image.frombytes(mode, (WIDTH, HEIGHT), grey.tobytes()).save(path)
    with Image.open(path) as image:
        assert image.mode == mode
    check_decoded(path, rgba(values >> 8))


def test_palette_with_alpha_channel(tmp_path):
    values = samples(2, 8).astype(np.uint8)
    rng = np.random.default_rng(2)
    palette = rng.integers(0, 256, (256, 3), np.uint8)
    image = Image.merge("LA", [Image.fromarray(values[..., k]) for k in (0, 1)])
    image.putpalette(palette.tobytes())
    assert image.mode == "PA"
    path = tmp_path / "x.tif"
    image.save(path)
    with Image.open(path) as image:
        assert image.mode == "PA"
    check_decoded(path, rgba(palette[values[..., 0]], values[..., 1]))


def test_gif_shows_its_first_frame(tmp_path):
    path = tmp_path / "x.gif"
    frames = [Image.new("P", (WIDTH, HEIGHT), k) for k in (0, 1)]
    for frame in frames:
        frame.putpalette([10, 20, 30, 200, 100, 50])
    frames[0].save(path, save_all=True, append_images=frames[1:])
    check_decoded(path, rgba(np.array([10, 20, 30])))


# How an upright picture is stored, by Exif orientation: Exif 2.3, 4.6.4.
STORED = {
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.transpose(1, 0, 2),
    6: lambda upright: upright.transpose(1, 0, 2)[::-1],
    7: lambda upright: upright[::-1, ::-1].transpose(1, 0, 2),
    8: lambda upright: upright.transpose(1, 0, 2)[:, ::-1],
}


ORIENTATION = 0x0112
XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/" tiff:Orientation="{}"></x:xmpmeta>'
UPRIGHT = np.empty((HEIGHT, WIDTH, 3), np.uint8)
UPRIGHT[:] = np.linspace(0, 200, WIDTH, dtype=np.uint8)[None, :, None]
UPRIGHT[: HEIGHT // 2] += 50


def exif_of(orientation):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return exif


def with_late_chunk(path, kind, body):
    """Add a chunk of metadata where PNG allows it too: behind the pixels."""
    data = path.read_bytes()
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    path.write_bytes(data[:-12] + chunk + data[-12:])  # before IEND


def write_png_exif(image, path, orientation):
    image.save(path, "PNG", exif=exif_of(orientation))


def write_late_exif(image, path, orientation):
    image.save(path, "PNG")
    with_late_chunk(path, b"eXIf", exif_of(orientation).tobytes().removeprefix(b"Exif\0\0"))


def write_late_xmp(image, path, orientation):
    image.save(path, "PNG")
    text = XMP.format(orientation).encode()
    with_late_chunk(path, b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + text)


def write_jpeg(image, path, orientation):
    image.save(path, "JPEG", exif=exif_of(orientation), quality=100, subsampling=0)


def write_jpeg_xmp(image, path, orientation):
    image.save(path, "JPEG", xmp=XMP.format(orientation).encode(), quality=100, subsampling=0)


def write_webp(image, path, orientation):
    image.save(path, "WEBP", exif=exif_of(orientation), lossless=True)


def write_raw_tiff(image, path, orientation):
    image.save(path, "TIFF", tiffinfo={ORIENTATION: orientation})


def write_lzw_tiff(image, path, orientation):
    image.save(path, "TIFF", tiffinfo={ORIENTATION: orientation}, compression="tiff_lzw")


def write_ycbcr_tiff(image, path, orientation):
    image.convert("YCbCr").save(path, "TIFF", tiffinfo={ORIENTATION: orientation})


def write_xmp_tiff(image, path, orientation):
    image.save(path, "TIFF", tiffinfo={700: XMP.format(orientation).encode()})


VERSION = tuple(map(int, PIL.__version__.split(".")[:2]))
later = pytest.mark.skipif(VERSION < (11, 3), reason="this Pillow turns them wrongly or not at all")
WRITERS = [
    write_png_exif, write_late_exif, write_late_xmp, write_jpeg, write_webp, write_raw_tiff,
    write_lzw_tiff, pytest.param(write_jpeg_xmp, marks=later),
    pytest.param(write_xmp_tiff, marks=later), pytest.param(write_ycbcr_tiff, marks=later),
]  # fmt: skip
LOSSY = (write_jpeg, write_jpeg_xmp, write_ycbcr_tiff)


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("orientation", STORED)
def test_orientation(tmp_path, orientation, write):
    """The header's size is that of the upright pixels, whatever the format and the metadata."""
    path = tmp_path / "x"
    write(Image.fromarray(np.ascontiguousarray(STORED[orientation](UPRIGHT))), path, orientation)
    assert image_size(path) == (WIDTH, HEIGHT)
    art = to_art(read_image(path), "RGB")
    check_pixels(art.colour, UPRIGHT, within=4 if write in LOSSY else 0)


@pytest.mark.parametrize("fit", ["none", "cover", "contain", "stretch"])
@pytest.mark.parametrize("write", WRITERS)
def test_a_turned_background_is_the_canvas(tmp_path, write, fit):
    write_dataset(tmp_path, {"sky": {"day": UPRIGHT}}, sky={"fit": fit})
    stored = Image.fromarray(np.ascontiguousarray(STORED[6](UPRIGHT)))
    write(stored, tmp_path / "skys" / "day.png", 6)
    library = load_assets(load(tmp_path / "imggen.toml"))
    assert library.size == (WIDTH, HEIGHT)
    pixels = library.backgrounds[0].reshape(HEIGHT, WIDTH, 3)
    check_pixels(pixels, UPRIGHT, within=4 if write in LOSSY else 0)


def test_a_header_of_another_size_than_the_pixels(tmp_path, monkeypatch):
    """Should a format's reader ever turn or scale pixels behind the header's back."""
    write_dataset(tmp_path, {"sky": {"day": UPRIGHT}})
    monkeypatch.setattr("imggen.assets.parts.image_size", lambda _path: (HEIGHT, WIDTH))
    with pytest.raises(AssetError) as caught:
        load_assets(load(tmp_path / "imggen.toml"))
    assert str(caught.value) == (
        f"{tmp_path / 'skys' / 'day.png'} is {HEIGHT}x{WIDTH} px by its header and {WIDTH}x"
        f"{HEIGHT} px once it is decoded; expected the same. Save it again as PNG."
    )


def test_an_icon_has_the_size_of_its_pixels(tmp_path):
    path = tmp_path / "x.ico"
    Image.fromarray(UPRIGHT).save(path, sizes=[(16, 16), (20, 6)])
    assert image_size(path) == read_image(path).size


# --- frames ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("GIF", {}),
        ("WEBP", {"lossless": True}),
        ("PNG", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
    ],
)
@pytest.mark.parametrize("frames", [1, 3])
def test_of_several_frames_the_first_is_shown_with_a_word(tmp_path, kind, options, frames):
    path = tmp_path / "x"
    pictures = [Image.new("RGB", (WIDTH, HEIGHT), (60 * k, 90, 200)) for k in range(frames)]
    pictures[0].save(path, kind, save_all=True, append_images=pictures[1:], **options)
    decoded = decode(path)
    assert decoded.warnings == (("only the first frame is used",) if frames > 1 else ())
    check_pixels(decoded.image.convert("RGB"), pictures[0])
    assert image_size(path) == (WIDTH, HEIGHT)


def test_previews_in_a_photo_are_no_frames(tmp_path):
    path = tmp_path / "x.jpg"
    photo = Image.fromarray(UPRIGHT)
    photo.save(path, "MPO", save_all=True, append_images=[photo.resize((9, 3))])
    with Image.open(path) as image:
        assert image.n_frames == 2
    assert decode(path).warnings == ()


def test_exif_orientation_and_a_transparent_level_together(tmp_path):
    values = samples(1, 16)
    key = int(values[3, 5, 0])
    write_png(tmp_path / "plain.png", values, 16, transparent=key)
    raw = (tmp_path / "plain.png").read_bytes()
    exif = Image.Exif()
    exif[0x0112] = 3
    body = b"eXIf" + exif.tobytes().removeprefix(b"Exif\0\0")
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    path = tmp_path / "x.png"
    path.write_bytes(raw[:33] + chunk + raw[33:])  # behind IHDR
    upright = values[::-1, ::-1]
    alpha = np.where(upright[..., 0] == key, 0, OPAQUE)
    check_decoded(path, rgba(upright >> 8, alpha))


# --- files that cannot be used ----------------------------------------------------------------


def whole_file(kind):
    """The bytes of a good picture."""
    from io import BytesIO

    file = BytesIO()
    Image.fromarray(samples(3, 8).astype(np.uint8)).save(file, kind)
    return file.getvalue()


def png_header(width, height):
    """A PNG that claims to be so large, and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


BAD_FILES = {
    "truncated PNG": (lambda: whole_file("PNG")[:600], "is damaged", "Replace the file"),
    "truncated JPEG": (lambda: whole_file("JPEG")[:-200], "is damaged", "Replace the file"),
    "truncated WebP": (lambda: whole_file("WEBP")[:200], "is damaged", "Replace the file"),
    "PNG cut in its header": (lambda: whole_file("PNG")[:20], "is damaged", "Replace the file"),
    "text": (lambda: b"these are only words\n" * 50, "is not an image", "Replace or remove"),
    "empty": (lambda: b"", "is not an image", "Replace or remove"),
    "0x0": (lambda: png_header(0, 0), "is not an image", "Replace or remove"),
    "bomb": (lambda: png_header(50_000, 50_000), "million pixels", "scale it down"),
    "half a bomb": (lambda: png_header(10_000, 10_000), "million pixels", "scale it down"),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")  # load_assets ignores it
@pytest.mark.parametrize("read", [read_image, image_size])
@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_file(tmp_path, case, read):
    make, what, way_out = BAD_FILES[case]
    path = tmp_path / "hero.png"
    path.write_bytes(make())
    if read is image_size and case in ("truncated PNG", "truncated JPEG"):
        assert read(path) == (WIDTH, HEIGHT)  # the header is whole; what is behind it is for later
        return
    with pytest.raises(AssetError) as caught:
        read(path)
    check_sentence(caught.value, path, what, way_out)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [10_000, 50_000])
def test_a_bomb_is_not_decoded(tmp_path, monkeypatch, side):
    def load(image):
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", load)
    path = tmp_path / "hero.png"
    path.write_bytes(png_header(side, side))
    with pytest.raises(AssetError, match="million pixels"):
        read_image(path)


@pytest.mark.parametrize("read", [read_image, image_size])
def test_forbidden_file(tmp_path, monkeypatch, read):
    def forbid(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    path = tmp_path / "hero.png"
    path.write_bytes(whole_file("PNG"))
    monkeypatch.setattr(Image, "open", forbid)  # chmod stops nobody who is root
    with pytest.raises(AssetError) as caught:
        read(path)
    check_sentence(caught.value, path, "cannot be read (Permission denied)", "permissions")


def test_size_is_read_without_decoding(tmp_path, monkeypatch):
    path = tmp_path / "hero.png"
    path.write_bytes(whole_file("PNG"))

    def load(image):
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", load)
    assert image_size(path) == (WIDTH, HEIGHT)
