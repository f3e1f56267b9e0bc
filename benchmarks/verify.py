"""A contender is looked at before it is timed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from io import BytesIO

import numpy as np
from PIL import Image

from benchmarks.jobs import Job
from benchmarks.peers import IMGGEN, Encode, pillow, pillow_painter
from imggen.planning import Scene

RESTART_INTERVAL = b"\xff\xdd\x00\x04"  # DRI and its length; T.81, B.2.4.4
LARGEST_EXCESS = 0.5  # levels on average beyond Pillow's error: other DCTs are less exact


class WrongPixelsError(Exception):
    """What a contender made is not the picture that Pillow makes."""


def verify(name: str, encode: Encode, job: Job, scenes: Sequence[Scene]) -> None:
    """Compare what `encode` makes of `scenes` with Pillow's paste of them.

    Raises
    ------
    WrongPixelsError
        Naming the contender and the scene.
    """
    paint = pillow_painter(job)
    check = check_jpeg if job.config.output.format == "jpeg" else check_lossless
    for number, scene in enumerate(scenes):
        file = b"".join(encode(scene))
        problem = check(file, paint(scene), job)
        if problem is None and name == IMGGEN:
            problem = check_own(file, job, scene, first=number == 0)
        if problem is not None:
            raise WrongPixelsError(f"{name}, {job.title}: {problem}. {scene}")


def check_lossless(file: bytes, painted: Image.Image, job: Job) -> str | None:
    """What is wrong with a PNG or a lossless WebP."""
    image: Image.Image = Image.open(BytesIO(file))
    if image.format == "WEBP" and (image.mode, job.library.mode) == ("RGB", "RGBA"):
        image = image.convert("RGBA")  # libwebp leaves out the alpha of opaque pictures
    if image.mode != job.library.mode:
        return f"the mode is {image.mode}"
    differs = int((np.asarray(image) != np.asarray(painted)).sum())
    return f"{differs} values differ from Pillow's" if differs else None


def check_jpeg(file: bytes, painted: Image.Image, job: Job) -> str | None:
    """What is wrong with a JPEG: its pixels must be about as near to those painted as Pillow's."""
    output = job.config.output
    other = BytesIO()
    painted.save(other, "jpeg", quality=output.quality, subsampling=output.subsampling)
    error, allowed = (
        np.abs(np.asarray(Image.open(one), np.int16) - np.asarray(painted, np.int16)).mean()
        for one in (BytesIO(file), other)
    )
    if error > allowed + LARGEST_EXCESS:
        return f"pixels are off by {error:.3f} on average, Pillow's by {allowed:.3f}"
    return None


def check_own(file: bytes, job: Job, scene: Scene, *, first: bool) -> str | None:
    """What is wrong with a file of imggen's, beyond what is asked of all."""
    if job.config.output.format == "jpeg":
        whole = pillow(job, restart_marker_blocks=restart_interval(file))
        return None if b"".join(whole(scene)) == file else "the bytes are not Pillow's"
    if not first or job.config.output.format != "png":  # this decoder takes seconds
        return None
    return check_with_pypng(file)


def check_with_pypng(file: bytes) -> str | None:
    """What is wrong with a PNG in the eyes of another decoder."""
    try:
        png = import_module("png")
    except ImportError:
        return None
    width, height, rows, info = png.Reader(bytes=file).read()
    pixels = np.vstack([np.asarray(row, np.uint8) for row in rows])
    other = np.asarray(Image.open(BytesIO(file))).reshape(height, width * info["planes"])
    return None if np.array_equal(pixels, other) else "pypng and Pillow read different pixels"


def restart_interval(file: bytes) -> int:
    """MCUs between the restart markers of a JPEG."""
    at = file.index(RESTART_INTERVAL) + len(RESTART_INTERVAL)
    return int.from_bytes(file[at : at + 2], "big")
