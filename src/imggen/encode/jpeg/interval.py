"""Choose restart intervals: short intervals are fast to exchange, but each marker costs bytes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from imggen.encode.jpeg.grid import mcu_size
from imggen.encode.jpeg.libjpeg import Compressor, as_image

if TYPE_CHECKING:
    from imggen.encode.codec import CodecSettings

MOST_GROWTH = 0.01  # of the file, by markers
LEAST_MCUS = 256  # in an image that is cut; a smaller image is encoded whole as fast
LEAST_WIDTH = 64  # of a tile, px: narrower ones take libjpeg longer
SAMPLE_STEP = 8  # one of so many rows of MCUs is tried


def choose_interval(image: Image.Image, output: CodecSettings) -> int:
    """Return the MCUs of a restart interval for `image` ("L" or "RGB"); 0 for no markers.

    It is the shortest interval that divides a row of MCUs and makes the file grow by no more than
    MOST_GROWTH. It depends on the image and the settings alone.
    """
    mcu_width, mcu_height = mcu_size(image.mode, output.subsampling)
    in_row, in_column = math.ceil(image.width / mcu_width), math.ceil(image.height / mcu_height)
    if in_row * in_column < LEAST_MCUS:
        return 0
    shortest = marker_growth(image, output, mcu_height) / MOST_GROWTH
    shortest = max(shortest, min(LEAST_WIDTH // mcu_width, in_row))
    divisors = (n for n in range(1, in_row + 1) if in_row % n == 0)
    return next((n for n in divisors if n >= shortest), 0)


def marker_growth(image: Image.Image, output: CodecSettings, mcu_height: int) -> float:
    """Return the relative growth of the file with a marker after every MCU."""
    sample = sample_rows(image, mcu_height)
    bare, marked = (
        len(Compressor(image.mode, output, n).scan(sample, sample.size)) for n in (0, 1)
    )
    return (marked - bare) / bare


def sample_rows(image: Image.Image, mcu_height: int) -> Image.Image:
    """Return every SAMPLE_STEP-th row of MCUs of `image`."""
    pixels = np.asarray(image).reshape(image.height, -1)
    mcu_rows = np.arange(image.height) // mcu_height
    return as_image(pixels[mcu_rows % SAMPLE_STEP == 0], image.mode)
