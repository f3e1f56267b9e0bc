"""What is asserted of a lossless WebP."""

from importlib import import_module
from io import BytesIO

import numpy as np
from PIL import Image
from tests.checks import check_pixels
from tests.encode.webp.decoder import decode


def check_webp(file, pixels):
    """The file is a legal lossless WebP, and two decoders read `pixels` from it.

    `pixels` is (height, width) for grey, which is read as RGB, else (height, width, channels).
    """
    check_read(file, pixels)
    channels = 3 if pixels.ndim == 2 else pixels.shape[2]
    decoded, has_alpha = decode(file)
    assert has_alpha == (channels == 4)
    check_pixels(decoded[..., :channels], in_colour(pixels))


def check_read(file, pixels):
    """Pillow reads `pixels` from the file."""
    pixels = in_colour(pixels)
    with Image.open(BytesIO(file)) as image:
        assert image.format == "WEBP"
        assert image.mode == {3: "RGB", 4: "RGBA"}[pixels.shape[2]]
        check_pixels(np.asarray(image), pixels)


def in_colour(pixels):
    """Grey as what WebP has of it."""
    return np.repeat(pixels[..., None], 3, axis=2) if pixels.ndim == 2 else pixels


def check_ffmpeg(file, pixels):
    """FFmpeg's own decoder reads `pixels` from the file; only where the package av is."""
    av = import_module("av")
    with av.open(BytesIO(file), format="webp_pipe") as container:
        [frame] = container.decode(video=0)
    pixels = in_colour(pixels)
    check_pixels(frame.to_ndarray(format="rgba")[..., : pixels.shape[2]], pixels)
