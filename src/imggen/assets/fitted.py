"""Art at the size at which it is drawn: fitted, trimmed and scaled to the size of images."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image

from imggen.assets.fit import FILTERS, fit_image, scaled_size, seen_box, trim_images
from imggen.assets.keypoints import Carry, carry_of_fit
from imggen.config import Layer

Size = tuple[int, int]  # width and height, px
Images = list[Image.Image]


class ImageSizes(NamedTuple):
    """The size of the canvas that images are planned on, and their own, px."""

    canvas: Size
    images: Size

    @property
    def factor(self) -> float:
        """The length of one px of the canvas in images, px."""
        return math.sqrt(math.prod(self.images) / math.prod(self.canvas))

    def drawn(self, size: Size) -> Size:
        """Return the size in images of what has `size` on the canvas: at least 1 px, of any."""
        pairs = zip(size, self.images, self.canvas, strict=True)
        width, height = (max(min(own, 1), round(own * to / side)) for own, to, side in pairs)
        return width, height


class Fitted(NamedTuple):
    """The parts of a variant, all of one size, as they are drawn.

    Attributes
    ----------
    planned : their size on the canvas
    carry : how points of the files lie in them
    """

    images: Images
    planned: Size
    carry: Carry


def fit_parts(
    images: Sequence[Image.Image], layer: Layer, fit: str, how: str, sizes: ImageSizes
) -> Fitted:
    """Return the `images` of one variant of `layer`, all of one size, as they are drawn.

    `fit` is how they are fitted to the canvas, `how` a key of FILTERS.
    """
    plain = layer.size is None and not layer.trim
    if plain and fit != "none":  # in one step from the files, however large images are
        fitted = [fit_image(image, fit, sizes.images, how) for image in images]
        return Fitted(fitted, sizes.canvas, carry_of_fit(images[0].size, fit, sizes.images))
    fitted = [fit_image(image, fit, sizes.canvas, how) for image in images]
    trimmed = trim_images(fitted) if layer.trim else fitted
    cut = seen_box(fitted)[:2] if layer.trim else (0, 0)
    own = trimmed[0].size
    planned = own
    if layer.size is not None and all(own):  # nothing is left of empty art
        planned = scaled_size(own, layer.size, sizes.canvas)
    drawn = planned if sizes.canvas == sizes.images else sizes.drawn(planned)
    carry = carry_of_fit(images[0].size, fit, sizes.canvas).moved(-cut[0], -cut[1])
    return Fitted(resized(trimmed, drawn, how), planned, carry.resized(own, drawn))


def resized(images: Images, size: Size, how: str) -> Images:
    """Return `images`, all of one size, at `size`."""
    return [image if image.size == size else image.resize(size, FILTERS[how]) for image in images]
