"""One image file of any mode Pillow opens, as straight colour and alpha of the canvas' mode."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from imggen.errors import AssetError

Bytes = npt.NDArray[np.uint8]

EXIF_ORIENTATION = 0x0112  # Exif 2.3, 4.6.4
SIDEWAYS = range(5, 9)  # orientations that swap width and height
WIDE_MODES = ("I", "I;16", "I;16L", "I;16B", "I;16N")
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error)  # Pillow's
OPAQUE = 255
# Pillow spreads PNG samples of other depths over 8 bits, but not the colour declared transparent;
# from 12.1 on it does so for one bit.
KEY_SCALES = {"1": 255, "L;2": 85, "L;4": 17, "RGB;16B": 1 / 256}


@dataclass(frozen=True)
class Art:
    """Pixels of one asset.

    Attributes
    ----------
    colour : (height, width, channels) uint8, not premultiplied; for RGBA it holds the alpha too
    alpha : (height, width) uint8
    """

    colour: Bytes
    alpha: Bytes

    @cached_property
    def is_opaque(self) -> bool:
        """Whether nothing lies behind it."""
        return bool((self.alpha == OPAQUE).all())

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, px."""
        height, width = self.alpha.shape
        return width, height


def read_image(path: Path) -> Image.Image:
    """Decode `path` to an upright image of mode RGB or RGBA.

    Raises
    ------
    AssetError
        If it is no image, damaged, empty or large enough to be a decompression bomb.
    """
    try:
        with Image.open(path) as image:
            check_size(path, image)
            scale_key(image)
            image.load()
            ImageOps.exif_transpose(image, in_place=True)
            return to_colour(image)
    except Image.DecompressionBombError as error:
        raise bomb(path) from error
    except UnidentifiedImageError as error:
        message = (
            f"{path} is not an image that can be read; expected PNG, JPEG, WebP or the like. "
            "Replace or remove it."
        )
        raise AssetError(message) from error
    except DAMAGE as error:
        raise unreadable(path, error) from error


def image_size(path: Path) -> tuple[int, int]:
    """Width and height of `path` once it is upright, px, read from its header."""
    try:
        with Image.open(path) as image:
            check_size(path, image)
            width, height = image.size
            # Not the PNG reader's own getexif, which decodes all pixels to look behind them.
            sideways = Image.Image.getexif(image).get(EXIF_ORIENTATION) in SIDEWAYS
            return (height, width) if sideways else (width, height)
    except (AssetError, Image.DecompressionBombError, *DAMAGE):
        read_image(path)  # says what is wrong
        raise


def check_size(path: Path, image: Image.Image) -> None:
    """Refuse empty images and decompression bombs before anything is decoded."""
    width, height = image.size
    if width < 1 or height < 1:
        message = f"{path} is {width}x{height} px; expected at least 1x1."
        raise AssetError(message)
    if Image.MAX_IMAGE_PIXELS and width * height > Image.MAX_IMAGE_PIXELS:
        raise bomb(path)


def bomb(path: Path) -> AssetError:
    """The error for an image of too many pixels."""
    limit = (Image.MAX_IMAGE_PIXELS or 0) // 1_000_000
    return AssetError(f"{path} has more than {limit} million pixels; scale it down first.")


def unreadable(path: Path, error: Exception) -> AssetError:
    """The error for a file that the system does not give, or whose content is broken."""
    if isinstance(error, OSError) and error.strerror:
        return AssetError(f"{path} cannot be read ({error.strerror}); check its permissions.")
    return AssetError(f"{path} is damaged ({error}); expected a whole image. Replace the file.")


def scale_key(image: Image.Image) -> None:
    """Bring the colour that an opened PNG declares transparent to the scale of its pixels."""
    key = image.info.get("transparency")
    raw_mode = image.tile[0].args if isinstance(image, ImageFile.ImageFile) and image.tile else None
    scale = KEY_SCALES.get(raw_mode) if isinstance(raw_mode, str) else None
    if key is not None and scale is not None:
        scaled = tuple(min(int(sample * scale), OPAQUE) for sample in np.atleast_1d(key))
        image.info["transparency"] = scaled if isinstance(key, tuple) else scaled[0]


def to_colour(image: Image.Image) -> Image.Image:
    """`image` as RGB, or as RGBA if any of it may be transparent."""
    if image.mode in WIDE_MODES:
        image = narrow(image)
    return converted(image, "RGBA" if image.has_transparency_data else "RGB")


def narrow(image: Image.Image) -> Image.Image:
    """A 16-bit grey image as 8 bits: the high byte, as Pillow reads 16-bit colour."""
    wide = np.asarray(image).astype(np.int64)
    grey = Image.fromarray(np.clip(wide >> 8, 0, 255).astype(np.uint8))
    key = image.info.get("transparency")
    if isinstance(key, int):
        grey.putalpha(Image.fromarray(np.where(wide == key, 0, OPAQUE).astype(np.uint8)))
    return grey


def converted(image: Image.Image, mode: str) -> Image.Image:
    """`image` in `mode`: itself if it is."""
    return image if image.mode == mode else image.convert(mode)


def to_art(image: Image.Image, mode: str) -> Art:
    """`image` (RGB or RGBA) in the canvas' mode ("RGB", "RGBA" or "L")."""
    width, height = image.size
    if image.mode == "RGBA":
        alpha = np.asarray(image.getchannel("A"))
    else:
        alpha = np.broadcast_to(np.uint8(OPAQUE), (height, width))
    image = converted(image, mode)
    return Art(np.asarray(image).reshape(height, width, len(image.getbands())), alpha)
