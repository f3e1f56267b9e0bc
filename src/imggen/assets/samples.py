"""The meaning of the numbers in an image file: which are black and white, and which colour."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, TiffImagePlugin, features
from PIL.TiffImagePlugin import TiffImageFile

from imggen.errors import AssetError

OPAQUE = 255
SWITCH = threading.Lock()  # to Pillow's switch between its own reader and libtiff, which all share
# Pillow's modes of 8 bits, all of them used, or of one.
BYTE_MODES = {
    "1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "LAB", "HSV",
}  # fmt: skip
WIDE_MODES = {"I", "I;16", "I;16L", "I;16B", "I;16N"}
# What spreads grey over 16 bits: PNG by ISO/IEC 15948, 12.4, TIFF by TIFF 6.0, section 4; samples
# of the others are spread by Pillow.
SPREAD = {
    ("PNG", "I"), ("PNG", "I;16"), ("PPM", "I"), ("JPEG2000", "I;16"),
    ("TIFF", "I;16"), ("TIFF", "I;16B"),
}  # fmt: skip

# Tags of TIFF 6.0, and values of them
WIDTH, HEIGHT, BITS_PER_SAMPLE, PHOTOMETRIC, PLANES, SAMPLE_FORMAT = 256, 257, 258, 262, 284, 339
WHITE_IS_ZERO, YCBCR = 0, 6
SEPARATE = 2
UNSIGNED, SIGNED = 1, 2


def check_samples(path: Path, image: Image.Image) -> None:
    """Refuse an opened image if nothing says which of its numbers are black and white.

    Raises
    ------
    AssetError
        Naming the kind of numbers.
    """
    signed = SIGNED in tag(image, SAMPLE_FORMAT, (UNSIGNED,))
    if signed or not (image.mode in BYTE_MODES or (image.format, image.mode) in SPREAD):
        message = (
            f"{path} holds {name_numbers(image.mode, signed=signed)} (Pillow's mode {image.mode}), "
            "and nothing says which of them are black and white; expected whole numbers of 8 or 16 "
            "bits, 0 for black. Scale them and save it as PNG."
        )
        raise AssetError(message)
    if image.mode == "LAB" and not features.check("littlecms2"):
        message = (
            f"{path} has CIE Lab colours, which this build of Pillow cannot convert: it lacks "
            "LittleCMS. Save it as RGB, or install Pillow from a wheel."
        )
        raise AssetError(message)


def name_numbers(mode: str, *, signed: bool) -> str:
    """Return what the numbers of a mode are called."""
    if mode == "F":
        return "floating-point numbers"
    if signed:
        return "signed numbers"
    return "numbers of 32 bits" if mode == "I" else "numbers of an unknown range"


def tag(image: Image.Image, number: int, default: object) -> Any:  # noqa: ANN401  # as Pillow
    """Return the value of a TIFF tag; `default` if there is none, or the image is no TIFF."""
    return image.tag_v2.get(number, default) if isinstance(image, TiffImageFile) else default


def needs_libtiff(image: Image.Image) -> bool:
    """Return whether an opened image is a TIFF whose raw samples Pillow's own reader misreads.

    Raw YCbCr is a truncated file to it, and of separate planes of 16 bits it reads bytes.
    """
    if image.info.get("compression") != "raw":
        return False
    wide = tag(image, BITS_PER_SAMPLE, (1,))[0] == 16
    separate = tag(image, PLANES, 1) == SEPARATE
    return bool(tag(image, PHOTOMETRIC, 1) == YCBCR or (separate and wide))


def open_by_libtiff(path: Path) -> Image.Image:
    """Open a TIFF that `needs_libtiff`."""
    with SWITCH:
        before = TiffImagePlugin.READ_LIBTIFF
        TiffImagePlugin.READ_LIBTIFF = True
        try:
            return Image.open(path)
        finally:
            TiffImagePlugin.READ_LIBTIFF = before


def narrow(image: Image.Image) -> Image.Image:
    """Return a grey image of 16 or 12 bits as 8: their high bits, as Pillow reads 16-bit colour."""
    wide = np.asarray(image).astype(np.int64)
    bits = tag(image, BITS_PER_SAMPLE, (16,))[0]
    if tag(image, PHOTOMETRIC, 1) == WHITE_IS_ZERO:  # which Pillow heeds for 8 bits only
        wide = 2**bits - 1 - wide
    grey = Image.fromarray(np.clip(wide >> (bits - 8), 0, 255).astype(np.uint8))
    key = image.info.get("transparency")
    if isinstance(key, int):
        grey.putalpha(Image.fromarray(np.where(wide == key, 0, OPAQUE).astype(np.uint8)))
    return grey


def to_colour(image: Image.Image) -> Image.Image:
    """Return `image` as RGB, or as RGBA if any of it may be transparent."""
    if image.mode in WIDE_MODES:
        image = narrow(image)
    elif image.mode == "La":  # which converts to nothing else
        image = image.convert("LA")
    return converted(image, "RGBA" if image.has_transparency_data else "RGB")


def converted(image: Image.Image, mode: str) -> Image.Image:
    """Return `image` in `mode`: itself if it is."""
    return image if image.mode == mode else image.convert(mode)
