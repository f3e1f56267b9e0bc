"""One image file of any kind Pillow opens, as straight colour and alpha of the canvas' mode."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from imggen.assets.profiles import Color, apply_profile
from imggen.assets.samples import (
    HEIGHT,
    OPAQUE,
    WIDTH,
    check_samples,
    converted,
    needs_libtiff,
    open_by_libtiff,
)
from imggen.errors import AssetError

Bytes = npt.NDArray[np.uint8]
Size = tuple[int, int]  # width and height, px

EXIF_ORIENTATION = 0x0112  # Exif 2.3, 4.6.4
SIDEWAYS = range(5, 9)  # orientations that swap width and height
# Formats whose header has the size; of others, Pillow may learn it from the pixels.
SIZED_BY_HEADER = {"PNG", "JPEG", "MPO", "WEBP", "TIFF", "GIF", "BMP"}
NO_FRAMES = {"MPO", "PSD"}  # frames are previews and maps of a photo, layers of a picture
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_METADATA = {b"eXIf", b"tEXt", b"zTXt", b"iTXt"}  # where Pillow looks for an orientation
TIFF_SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error)  # Pillow's
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
        """Return True if it hides everything behind it."""
        return bool((self.alpha == OPAQUE).all())

    @property
    def size(self) -> Size:
        """Width and height, px."""
        height, width = self.alpha.shape
        return width, height


@dataclass(frozen=True)
class Decoded:
    """An upright image of mode RGB or RGBA, and what it leaves out of its file.

    Each of `warnings` continues a sentence that begins with the file.
    """

    image: Image.Image
    warnings: tuple[str, ...] = ()


def read_image(path: Path) -> Image.Image:
    """Return the pixels of `path` as `decode` does, without a word on what they leave out."""
    return decode(path).image


def decode(path: Path, color: Color = None) -> Decoded:
    """Decode `path` to an upright image of mode RGB or RGBA, in sRGB if `color` says so.

    Raises
    ------
    AssetError
        If it is no image, damaged, empty, large enough to be a decompression bomb, or of numbers or
        colours that cannot be read.
    """
    try:
        with Image.open(path) as image:
            check_size(path, image)
            check_samples(path, image)
            if not needs_libtiff(image):
                return decode_opened(path, image, color)
        with open_by_libtiff(path) as image:
            return decode_opened(path, image, color)
    except Image.DecompressionBombError as error:
        raise bomb(path) from error
    except UnidentifiedImageError as error:
        raise unidentified(path) from error
    except DAMAGE as error:
        raise unreadable(path, error) from error


def decode_opened(path: Path, image: Image.Image, color: Color) -> Decoded:
    """Decode an opened image that was checked, which is changed."""
    frames = "only the first frame is used" if has_more_frames(image) else ""
    scale_key(image)
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    upright, ignored = apply_profile(path, image, color)
    return Decoded(upright, tuple(filter(None, (frames, ignored))))


def image_size(path: Path) -> Size:
    """Return width and height of `path` once it is upright, px.

    They are read from the header, unless only the pixels or what follows them tell.

    Raises
    ------
    AssetError
        If the file cannot be used, as far as that is seen.
    """
    try:
        with Image.open(path) as image:
            check_size(path, image)
            check_samples(path, image)
            if image.format in SIZED_BY_HEADER and not has_late_metadata(path, image):
                return upright_size(image)
    except (AssetError, Image.DecompressionBombError, *DAMAGE):
        read_image(path)  # says what is wrong
        raise
    return read_image(path).size


def upright_size(image: Image.Image) -> Size:
    """Return the size of an opened image once it is upright, from what was read so far."""
    width, height = image.size
    if isinstance(image, TiffImageFile):  # of which Pillow has turned `size`, but for XMP
        width, height = image.tag_v2[WIDTH], image.tag_v2[HEIGHT]
    # Not the PNG reader's own getexif, which decodes all pixels to look behind them.
    sideways = Image.Image.getexif(image).get(EXIF_ORIENTATION) in SIDEWAYS
    return (height, width) if sideways else (width, height)


def has_late_metadata(path: Path, image: Image.Image) -> bool:
    """Return whether a PNG has metadata, which may turn it, behind its pixels."""
    if image.format != "PNG":
        return False
    pixels = False
    with path.open("rb", buffering=0) as file:
        file.seek(len(PNG_SIGNATURE))
        while len(head := file.read(8)) == 8:
            length, kind = struct.unpack(">I4s", head)
            pixels |= kind == b"IDAT"
            if pixels and kind in PNG_METADATA:
                return True
            file.seek(length + len(b"CRC?"), os.SEEK_CUR)
    return False


def has_more_frames(image: Image.Image) -> bool:
    """Return whether an opened image has frames or pages that are not shown."""
    return image.format not in NO_FRAMES and getattr(image, "is_animated", False)


def check_same_size(path: Path, image: Image.Image, expected: Size) -> None:
    """Refuse a decoded image of another size than `image_size` read, which made the canvas.

    Raises
    ------
    AssetError
        Naming both sizes.
    """
    if image.size != expected:
        message = (
            f"{path} is {expected[0]}x{expected[1]} px by its header and {image.width}x"
            f"{image.height} px once it is decoded; expected the same. Save it again as PNG."
        )
        raise AssetError(message)


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


def unidentified(path: Path) -> AssetError:
    """The error for a file that is no image to Pillow."""
    with path.open("rb") as file:
        is_tiff = file.read(4) in TIFF_SIGNATURES
    if is_tiff:
        message = (
            f"{path} is a TIFF of a kind that Pillow cannot read; expected whole numbers of 8 or "
            "16 bits, in RGB, grey or CMYK. Save it as PNG."
        )
        return AssetError(message)
    message = (
        f"{path} is not an image that can be read; expected PNG, JPEG, WebP or the like. "
        "Replace or remove it."
    )
    return AssetError(message)


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


def to_art(image: Image.Image, mode: str) -> Art:
    """`image` (RGB or RGBA) in the canvas' mode ("RGB", "RGBA" or "L")."""
    width, height = image.size
    if image.mode == "RGBA":
        alpha = np.asarray(image.getchannel("A"))
    else:
        alpha = np.broadcast_to(np.uint8(OPAQUE), (height, width))
    image = converted(image, mode)
    return Art(np.asarray(image).reshape(height, width, len(image.getbands())), alpha)
