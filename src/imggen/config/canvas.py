"""`[canvas]`: the size, mode and colour space of images."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from imggen.config.base import Model
from imggen.config.image_size import Size, image_size
from imggen.config.output import LOSSLESS_WEBP, Output
from imggen.errors import ConfigError

Mode = Literal["RGB", "RGBA", "L"]
Color = Literal["srgb"] | None
Resample = Literal["smooth", "nearest"]

RESAMPLE = '"smooth" or "nearest"'
MOST_PIXELS = 2**28
LARGEST_SIDE = {"jpeg": 65_500, "webp": 16_383, LOSSLESS_WEBP: 16_383}  # px, as libraries allow


class Canvas(Model):
    """The size of images in px (width, height), their mode and their colour space.

    With the `color` "srgb", art with another colour profile is converted as it is loaded.
    `resample` is how art is scaled and turned, in layers that do not say it themselves.
    """

    size: Size | None = Field(
        None, description="width and height, 1 to 65535 px each, like [1920, 1078]"
    )
    mode: Mode = Field("RGB", description='"RGB", "RGBA" or "L"')
    color: Color = Field(None, description='"srgb"')
    resample: Resample = Field("smooth", description=RESAMPLE)


def check_canvas(canvas: Canvas, output: Output) -> None:
    """Refuse a canvas or images that are too large, or that the format does not support."""
    size, mode = canvas.size, canvas.mode
    if output.encoding == "jpeg" and mode == "RGBA":
        message = (
            'output.format is "jpeg" and canvas.mode is "RGBA", but JPEG has no transparency; '
            'use "png" or "webp", or mode "RGB".'
        )
        raise ConfigError(message)
    if size is None:
        return
    check_pixels(size, "canvas.size is")
    if output.size is None:
        check_sides(size, output, "canvas.size is")
    else:
        check_drawn_size(image_size(output.size, size), output)


def check_drawn_size(size: Sequence[int], output: Output) -> None:
    """Refuse images of `size` (width, height) px, which `output.size` asks for."""
    called = "output.size is" if size == output.size else f"output.size is {output.size}, images of"
    check_pixels(size, called)
    check_sides(size, output, called)


def check_pixels(size: Sequence[int], called: str) -> None:
    """Refuse a `size` of too many pixels; `called` is how the sentence begins."""
    if math.prod(size) > MOST_PIXELS:
        message = (
            f"{called} {list(size)}, {math.prod(size) / 1e6:.0f} million pixels; "
            f"expected at most {MOST_PIXELS // 10**6} million."
        )
        raise ConfigError(message)


def check_sides(size: Sequence[int], output: Output, called: str) -> None:
    """Refuse images of `size` (width, height) px if the format does not support them.

    `called` is how the sentence begins.
    """
    largest = LARGEST_SIDE.get(output.encoding)
    if largest and max(size) > largest:
        message = (
            f'{called} {list(size)} and output.format is "{output.format}", which allows '
            f'at most {largest} px per side; use "png" or a smaller canvas.'
        )
        raise ConfigError(message)
