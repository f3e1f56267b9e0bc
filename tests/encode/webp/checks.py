"""What is asserted of a lossless WebP."""

from io import BytesIO

import numpy as np
from PIL import Image
from tests.checks import check_pixels
from tests.encode.webp.decoder import decode


def check_webp(file, pixels):
    """The file is a legal lossless WebP, and two decoders read `pixels` from it.

    `pixels` is (height, width) for grey, which is read as RGB, else (height, width, channels).
    """
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    channels = pixels.shape[2]
    with Image.open(BytesIO(file)) as image:
        assert image.format == "WEBP"
        assert image.mode == {3: "RGB", 4: "RGBA"}[channels]
        check_pixels(np.asarray(image), pixels)
    decoded, has_alpha = decode(file)
    assert has_alpha == (channels == 4)
    check_pixels(decoded[..., :channels], pixels)
