"""Fitting a picture to the canvas, and cutting the margins of a sprite."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageOps

FILTERS = {"smooth": Image.Resampling.LANCZOS, "nearest": Image.Resampling.NEAREST}


def fit_image(
    image: Image.Image, fit: str, size: tuple[int, int], resample: str = "smooth"
) -> Image.Image:
    """`image` (RGB or RGBA) as `fit` wants it on a canvas of `size` (width, height), px.

    stretch: to the canvas' size, whatever that does to the proportions; cover: scaled to fill it,
    the rest cut off on both sides; contain: scaled to lie within it, transparent around; none: as
    it is. `resample` is a key of FILTERS.
    """
    how = FILTERS[resample]
    if fit == "none" or image.size == size:
        return image
    if fit == "stretch":
        return image.resize(size, how)
    if fit == "cover":
        return ImageOps.fit(image, size, how)
    inner = image.resize(largest_within(image.size, size), how).convert("RGBA")
    outer = Image.new("RGBA", size)
    outer.paste(inner, ((size[0] - inner.width) // 2, (size[1] - inner.height) // 2))
    return outer


def largest_within(size: tuple[int, int], limit: tuple[int, int]) -> tuple[int, int]:
    """The largest size of the proportions of `size` within `limit`, at least 1 px a side."""
    scale = min(limit[0] / size[0], limit[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def scaled_size(size: tuple[int, int], share: float, canvas: tuple[int, int]) -> tuple[int, int]:
    """Return `size` scaled so that its longer side is `share` of the shorter one of `canvas`."""
    longest = max(1, round(share * min(canvas)))
    return largest_within(size, (longest, longest))


def trim_images(images: Sequence[Image.Image]) -> list[Image.Image]:
    """`images`, all of one size, without the margins that are fully transparent in all of them."""
    seen = seen_box(images)
    return [image if seen == (0, 0, *image.size) else image.crop(seen) for image in images]


def seen_box(images: Sequence[Image.Image]) -> tuple[int, int, int, int]:
    """Return the box outside which `images`, all of one size, are fully transparent."""
    boxes = [
        image.getchannel("A").getbbox() if image.mode == "RGBA" else (0, 0, *image.size)
        for image in images
    ]
    sides = list(zip(*(box for box in boxes if box), strict=True)) or [(0,)] * 4
    return min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])
