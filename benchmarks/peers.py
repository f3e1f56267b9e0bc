"""The contenders: each turns a scene of a job into the bytes of a file.

Whole-image coders get their pixels from imggen's own painter, the fastest at hand, so that only
coding differs. Pillow draws for the script, and where the name says so. A peer whose package is
missing raises ImportError when it is made.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from isal import isal_zlib
from PIL import Image

from benchmarks.jobs import Job
from imggen.assets import Library
from imggen.config import Output
from imggen.draw import Painter
from imggen.encode.encoders import make_encoder
from imggen.encode.shared_arrays import SharedArrays
from imggen.planning import Scene

Pieces = Sequence[bytes | memoryview]
Encode = Callable[[Scene], Pieces]
Pixels = npt.NDArray[np.uint8]

SHARED_BYTES = 2**31  # for prepared backgrounds: room for all
FILTER_UP = 2  # PNG, section 9.2
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOUR_TYPES = {"L": 0, "RGB": 2, "RGBA": 6}  # PNG, section 11.2.1
RED_AND_BLUE_SWAPPED = {"L": [0], "RGB": [2, 1, 0], "RGBA": [2, 1, 0, 3]}


def imggen(job: Job) -> Encode:
    """What is measured, keeping what it prepares as workers do."""
    return imggen_as(job, job.config.output)


def imggen_png(job: Job) -> Encode:
    """PNG by imggen of what another format is measured on."""
    return imggen_as(job, Output(format="png"))


def imggen_as(job: Job, output: Output) -> Encode:
    """Encodes as `output` says, keeping what it prepares in a folder of its own."""
    folder = job.config.root / f"shared-{output.encoding}-{output.effort}"
    folder.mkdir(exist_ok=True)
    encoder = make_encoder(job.library, output, SharedArrays(folder, SHARED_BYTES))
    return lambda scene: encoder.encode(scene).pieces


# --- Pillow ---------------------------------------------------------------------------------------


def script(job: Job, **options: Any) -> Encode:  # what `save` takes
    """The article's script: files opened for each image, and Pillow's default compression."""

    def encode(scene: Scene) -> Pieces:
        image = compose(
            Image.open(job.backgrounds[scene.background]).convert(job.library.mode),
            [(Image.open(job.sprites[row]), x, y) for row, x, y in scene.items.tolist()],
        )
        return save(image, job, **options)

    return encode


def pillow(job: Job, **options: Any) -> Encode:  # what `save` takes
    """Pillow with all art in memory."""
    paint = pillow_painter(job)
    return lambda scene: save(paint(scene), job, **options)


def pillow_painter(job: Job) -> Callable[[Scene], Image.Image]:
    """Draws a scene with nothing but Pillow, its art opened once."""
    backgrounds = [Image.open(path).convert(job.library.mode) for path in job.backgrounds]
    sprites = [Image.open(path).convert("RGBA") for path in job.sprites]

    def paint(scene: Scene) -> Image.Image:
        items = [(sprites[row], x, y) for row, x, y in scene.items.tolist()]
        return compose(backgrounds[scene.background].copy(), items)

    return paint


def compose(image: Image.Image, items: Sequence[tuple[Image.Image, int, int]]) -> Image.Image:
    """Lay sprites on `image`: pasted with their own alpha, or composited if it has alpha."""
    for sprite, x, y in items:
        if image.mode == "RGBA":
            image.alpha_composite(sprite, (x, y))
        else:
            image.paste(sprite, (x, y), sprite)
    return image


def save(image: Image.Image, job: Job, **options: Any) -> Pieces:  # likewise
    """The file that Pillow makes of `image`."""
    output = job.config.output
    if output.format == "jpeg":
        options |= {"quality": output.quality, "subsampling": output.subsampling}
    file = BytesIO()
    image.save(file, options.pop("format", output.format), **options)
    return [file.getbuffer()]


# --- whole-image coders -----------------------------------------------------------------------


def painter(library: Library) -> Callable[[Scene], Pixels]:
    """Draws a scene with imggen's painter: (height, width, channels) uint8."""
    width, height = library.size
    shape = (height, width, library.channels)
    paint = Painter(library).paint
    return lambda scene: paint(scene).reshape(shape)


def opencv(job: Job) -> Encode:
    """OpenCV at its defaults; the art was put in its order of channels beforehand."""
    cv2 = import_module("cv2")
    paint = painter(swapped(job.library))
    output = job.config.output
    settings: list[int] = []
    if output.format == "jpeg":
        factor = "IMWRITE_JPEG_SAMPLING_FACTOR"
        sampling = getattr(cv2, f"{factor}_{output.subsampling.replace(':', '')}")
        settings = [cv2.IMWRITE_JPEG_QUALITY, output.quality, getattr(cv2, factor), sampling]
    suffix = ".jpg" if output.format == "jpeg" else ".png"
    return lambda scene: [cv2.imencode(suffix, paint(scene), settings)[1].data]


def swapped(library: Library) -> Library:
    """`library` with red and blue swapped."""
    order = RED_AND_BLUE_SWAPPED[library.mode]

    def swap(colour: Pixels) -> Pixels:
        return np.ascontiguousarray(colour.reshape(-1, len(order))[:, order]).reshape(colour.shape)

    sprites = replace(library.sprites, colour=swap(library.sprites.colour))
    return replace(library, backgrounds=swap(library.backgrounds), sprites=sprites)


def pyvips(job: Job) -> Encode:
    """libvips: PNG at level 1 with the Up filter, or JPEG."""
    vips = import_module("pyvips")
    paint = painter(job.library)
    output = job.config.output

    def encode(scene: Scene) -> Pieces:
        pixels = paint(scene)
        height, width, bands = pixels.shape
        image = vips.Image.new_from_memory(pixels.data, width, height, bands, "uchar")
        image = image.copy(interpretation="b-w" if bands == 1 else "srgb")
        if output.format == "jpeg":
            mode = "on" if output.subsampling == "4:2:0" else "off"
            return [image.jpegsave_buffer(Q=output.quality, subsample_mode=mode)]
        return [image.pngsave_buffer(compression=1, filter="up")]

    return encode


def fpng(job: Job) -> Encode:
    """fpng, in its newer wrapper."""
    from_ndarray = import_module("fpng").from_ndarray
    paint = painter(job.library)
    return lambda scene: [from_ndarray(paint(scene))]


def fpng_fix(job: Job) -> Encode:
    """fpng, in the wrapper that is built for this machine."""
    encode = import_module("fpng_py_fix").fpng_encode_image_to_memory
    paint = painter(job.library)
    width, height = job.library.size
    return lambda scene: [encode(paint(scene), width, height, job.library.channels)]


def isal(job: Job) -> Encode:
    """A whole-image coder: NumPy's Up filter and ISA-L's deflate at level 1."""
    return whole_png(job, painter(job.library), lambda filtered: isal_zlib.compress(filtered, 1))


def pillow_isal(job: Job) -> Encode:
    """The same, drawn by Pillow: what one would write with what is at hand."""
    paint = pillow_painter(job)
    return whole_png(
        job,
        lambda scene: np.asarray(paint(scene)),
        lambda filtered: isal_zlib.compress(filtered, 1),
    )


def zlib_ng(job: Job) -> Encode:
    """The same with zlib-ng at level 1, run lengths only."""
    zng = import_module("zlib_ng.zlib_ng")

    def compress(filtered: Pixels) -> bytes:
        stream = zng.compressobj(1, zng.DEFLATED, 15, 9, zng.Z_RLE)
        return bytes(stream.compress(filtered)) + bytes(stream.flush())

    return whole_png(job, painter(job.library), compress)


def whole_png(
    job: Job, paint: Callable[[Scene], Pixels], compress: Callable[[Pixels], bytes]
) -> Encode:
    """Filters each row with Up and compresses all of them as one stream."""
    width, height = job.library.size
    filtered = np.full((height, 1 + width * job.library.channels), FILTER_UP, np.uint8)
    header = struct.pack(">IIBBBBB", width, height, 8, COLOUR_TYPES[job.library.mode], 0, 0, 0)
    first = PNG_SIGNATURE + b"".join(chunk(b"IHDR", header))
    last = b"".join(chunk(b"IEND", b""))

    def encode(scene: Scene) -> Pieces:
        rows = paint(scene).reshape(height, -1)
        filtered[0, 1:] = rows[0]
        np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
        return [first, *chunk(b"IDAT", compress(filtered)), last]

    return encode


def chunk(kind: bytes, data: bytes) -> list[bytes]:
    """A PNG chunk, in pieces."""
    checksum = isal_zlib.crc32(data, isal_zlib.crc32(kind))
    return [struct.pack(">I4s", len(data), kind), data, struct.pack(">I", checksum)]


def simplejpeg(job: Job) -> Encode:
    """libjpeg-turbo by its own interface. Its DCT is the fast one below quality 96."""
    encode_jpeg = import_module("simplejpeg").encode_jpeg
    paint = painter(job.library)
    output = job.config.output
    sampling = output.subsampling.replace(":", "")
    space = "GRAY" if job.library.mode == "L" else job.library.mode
    return lambda scene: [encode_jpeg(paint(scene), output.quality, space, sampling)]


def cwebp(job: Job, *options: str) -> Encode:
    """Libwebp's own command, lossless, a process for each image."""
    if shutil.which("cwebp") is None:
        raise ImportError("the command cwebp is not installed", name="cwebp")
    paint = painter(job.library)
    width, height = job.library.size
    kind = {1: "GRAYSCALE", 3: "RGB", 4: "RGB_ALPHA"}[job.library.channels]
    lines = ("P7", f"WIDTH {width}", f"HEIGHT {height}", f"DEPTH {job.library.channels}",
             "MAXVAL 255", f"TUPLTYPE {kind}", "ENDHDR", "")  # fmt: skip
    header = "\n".join(lines).encode()  # of PAM
    command = ("cwebp", "-quiet", "-lossless", "-exact", *options, "-o", "-", "--", "-")

    def encode(scene: Scene) -> Pieces:
        image = header + paint(scene).tobytes()
        return [subprocess.run(command, input=image, check=True, capture_output=True).stdout]

    return encode


SCRIPT = "the article's script"
IMGGEN = "imggen"
PILLOW_6 = "Pillow-SIMD, level 6"
PILLOW_BEST = "Pillow-SIMD, optimize"
IMGGEN_BEST = "imggen, effort max"
IMGGEN_FAST = "imggen, effort fast"
PILLOW = "Pillow-SIMD"
ISAL = "whole image, isal level 1"
PILLOW_ISAL = "drawn by Pillow, isal level 1"

# From fast to slow, as far as is known.
PEERS: dict[str, dict[str, Callable[[Job], Encode]]] = {
    "png": {
        IMGGEN: imggen,
        "fpng-py-fix": fpng_fix,
        "fpng": fpng,
        ISAL: isal,
        PILLOW_ISAL: pillow_isal,
        "whole image, zlib-ng level 1": zlib_ng,
        "libvips, level 1": pyvips,
        "OpenCV": opencv,
        "Pillow-SIMD, level 1": lambda job: pillow(job, compress_level=1),
        PILLOW_6: lambda job: pillow(job, compress_level=6),
        SCRIPT: script,
    },
    "jpeg": {
        IMGGEN: imggen,
        "simplejpeg": simplejpeg,
        "OpenCV": opencv,
        PILLOW: pillow,
        "libvips": pyvips,
        SCRIPT: script,
    },
    "webp": {  # lossless
        IMGGEN: imggen,
        "imggen, PNG": imggen_png,
        "Pillow-SIMD, lossless, fastest": lambda job: pillow(
            job, lossless=True, method=0, quality=0
        ),
        "Pillow-SIMD, lossless, method 4": lambda job: pillow(job, lossless=True, method=4),
        "cwebp, fastest": lambda job: cwebp(job, "-m", "0", "-q", "0"),
        "cwebp, method 4": lambda job: cwebp(job, "-m", "4"),
        PILLOW_6: lambda job: pillow(job, format="png", compress_level=6),
        SCRIPT: lambda job: script(job, format="png"),
    },
}

# More of them, by job.
MORE_PEERS: dict[str, dict[str, Callable[[Job], Encode]]] = {
    "flat": {
        IMGGEN_FAST: lambda job: imggen_as(job, Output(format="png", effort="fast")),
        IMGGEN_BEST: lambda job: imggen_as(job, Output(format="png", effort="max")),
        PILLOW_BEST: lambda job: pillow(job, optimize=True),
    },
}
