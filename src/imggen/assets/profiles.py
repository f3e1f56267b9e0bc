"""Embedded colour profiles (ICC): which are not sRGB, and how to convert what they describe."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageCms, features

from imggen.assets.samples import converted, to_colour
from imggen.config.sentences import show
from imggen.errors import AssetError

Color = Literal["srgb"] | None

MOST_OFF = 2  # of 255: sRGB profiles are not all rounded alike
STEPS = 6  # of the probe, per channel
GREY_MODES = ("1", "L", "LA", "La", "I", "I;16", "I;16L", "I;16B", "I;16N")
# By an ICC profile's colour space (ICC.1:2022, 7.2.6): the mode that Pillow converts from it.
SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}


@dataclass(frozen=True)
class Profile:
    """A profile that can be used.

    Attributes
    ----------
    name : as it describes itself
    mode : of the pixels that it is for: "RGB", "L" or "CMYK"
    to_srgb : converts such pixels to RGB
    is_srgb : whether that changes nothing
    """

    name: str
    mode: str
    to_srgb: ImageCms.ImageCmsTransform
    is_srgb: bool

    def fits(self, image: Image.Image) -> bool:
        """Return whether the profile is for pixels such as those of `image`."""
        if self.mode == "RGB":
            return image.mode not in ("CMYK", "LAB")
        return image.mode in (GREY_MODES if self.mode == "L" else ("CMYK",))


def check_color(color: Color) -> None:
    """Refuse to convert colours with a Pillow that cannot.

    Raises
    ------
    AssetError
        Saying what it lacks.
    """
    if color is not None and not features.check("littlecms2"):
        message = (
            f'canvas.color is "{color}", but this build of Pillow cannot convert colours: it lacks '
            "LittleCMS. Install Pillow from a wheel, or leave canvas.color out."
        )
        raise AssetError(message)


def apply_profile(path: Path, image: Image.Image, color: Color) -> tuple[Image.Image, str]:
    """Return a decoded image as RGB or RGBA, in sRGB if `color` says so, and what to warn of.

    Alpha is kept as it is. The warning continues a sentence on the file; "" if there is none.

    Raises
    ------
    AssetError
        If its profile should be applied and cannot be.
    """
    colour = to_colour(image)
    data = image.info.get("icc_profile")
    if not data or image.mode == "LAB":  # which is absolute
        return colour, ""
    profile = read_profile(data) if features.check("littlecms2") else None
    usable = profile is not None and profile.fits(image)
    if color is None:
        return colour, say_ignored(profile if usable else None)
    if profile is None or not usable:
        why = f"is not for {image.mode} pixels" if profile else "is damaged"
        message = (
            f"{path} has a colour profile that {why}, so it cannot be converted to sRGB as "
            f'canvas.color = "{color}" asks; save it without a profile, or with the right one.'
        )
        raise AssetError(message)
    return (colour if profile.is_srgb else convert(profile, image, colour)), ""


def say_ignored(profile: Profile | None) -> str:
    """Return what to warn of where a profile is not applied; None is one that cannot be used."""
    if profile is None:
        return "the colour profile cannot be read, and is ignored"
    if profile.is_srgb:
        return ""
    return (
        f"the colour profile {show(profile.name)} is not sRGB, and is ignored: values stay as they "
        'are, unless canvas.color = "srgb" converts them'
    )


def convert(profile: Profile, image: Image.Image, colour: Image.Image) -> Image.Image:
    """Return `colour`, which is `image` as RGB or RGBA, converted to sRGB."""
    source = {
        "RGB": lambda: converted(colour, "RGB"),
        "L": lambda: colour.getchannel(0),
        "CMYK": lambda: image,
    }
    result = profile.to_srgb.apply(source[profile.mode]())
    if colour.mode == "RGBA":
        result.putalpha(colour.getchannel("A"))
    return result


@lru_cache(maxsize=64)
def read_profile(data: bytes) -> Profile | None:
    """Return the profile in the bytes of a file; None if it cannot be used."""
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(data))
        mode = SPACES.get(profile.profile.xcolor_space)
        if mode is None:
            return None
        to_srgb = ImageCms.buildTransform(
            profile,
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError):
        return None
    name = (profile.profile.profile_description or "").strip() or "without a name"
    return Profile(name, mode, to_srgb, is_srgb=keeps_values(to_srgb, mode))


def keeps_values(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Return whether a conversion of `mode` to sRGB changes no value that can be seen to."""
    if mode == "CMYK":
        return False
    probe = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    if mode == "RGB":
        levels = np.linspace(0, 255, STEPS).astype(np.uint8)
        grid = np.stack(np.meshgrid(levels, levels, levels), axis=-1)
        probe = Image.fromarray(grid.reshape(1, -1, 3))
    before = np.asarray(probe.convert("RGB")).astype(int)
    after = np.asarray(transform.apply(probe)).astype(int)
    return bool(np.abs(after - before).max() <= MOST_OFF)
