"""One image file of any mode Pillow opens, as straight colour and alpha of the canvas' mode."""

from __future__ import annotations

import struct
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from imggen.errors import AssetError

Bytes = npt.NDArray[np.uint8]

EXIF_ORIENTATION = 0x0112  # Exif 2.3, 4.6.4
SIDEWAYS = range(5, 9)  # orientations that swap width and height
WIDE_MODES = ("I", "I;16", "I;16L", "I;16B", "I;16N")
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error)  # what Pillow raises


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
            image.load()
            return to_colour(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise bomb(path) from error
    except Image.UnidentifiedImageError as error:
        message = f"{path} is not an image that can be read; expected PNG, JPEG, WebP or the like."
        raise AssetError(message) from error
    except DAMAGE as error:
        message = f"{path} is damaged ({error}); expected a whole image. Replace the file."
        raise AssetError(message) from error


def image_size(path: Path) -> tuple[int, int]:
    """Width and height of `path` once it is upright, px, read from its header."""
    try:
        with Image.open(path) as image:
            check_size(path, image)
            width, height = image.size
            sideways = image.getexif().get(EXIF_ORIENTATION) in SIDEWAYS
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


def to_colour(image: Image.Image) -> Image.Image:
    """`image` as RGB, or as RGBA if any of it may be transparent."""
    if image.mode in WIDE_MODES:
        image = narrow(image)
    if image.mode in ("RGB", "RGBA"):
        transparent = "transparency" in image.info
    else:
        transparent = image.has_transparency_data
    if image.mode == "RGBA" or (image.mode == "RGB" and not transparent):
        return image
    return image.convert("RGBA" if transparent else "RGB")


def narrow(image: Image.Image) -> Image.Image:
    """A 16-bit grey image as 8 bits: the high byte, as Pillow reads 16-bit colour."""
    wide = np.asarray(image).astype(np.int64)
    grey = Image.fromarray(np.clip(wide >> 8, 0, 255).astype(np.uint8))
    key = image.info.get("transparency")
    if isinstance(key, int):
        grey.putalpha(Image.fromarray(np.where(wide == key, 0, 255).astype(np.uint8)))
    return grey


def to_art(image: Image.Image, mode: str) -> Art:
    """`image` (RGB or RGBA) in the canvas' mode ("RGB", "RGBA" or "L")."""
    rgba = np.asarray(image.convert("RGBA"))
    alpha = np.ascontiguousarray(rgba[..., 3])
    if mode == "RGBA":
        return Art(rgba, alpha)
    colour = image.convert("RGB").convert(mode)
    return Art(np.asarray(colour).reshape(*alpha.shape, -1), alpha)
