"""A camera: blur, vignette, brightness, contrast, noise and JPEG artefacts of whole images.

All but the last are applied to float32 in one pass, which rounds once. JPEG artefacts are made by
own kernels without a file: libjpegs differ in their last bits, and images must not depend on that.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.assets import CHANNELS
from imggen.assets.blur import gaussian_weights
from imggen.config.plain import SHARP
from imggen.kernels import add_artefacts, pack, take_picture
from imggen.planning.streams import random_words

if TYPE_CHECKING:
    from imggen.planning import Shot

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Words = npt.NDArray[np.uint16]

STREAM = "noise"
PER_WORD = 4  # numbers of 16 bits in a random word
QUANTILES = 2**16
BITS = 12  # after the point of a quantile: the last bit of a logarithm does not show
COSINE_BITS = 20  # likewise of a cosine
SIDE, MCU = 8, 16  # px, of a block of JPEG, and of what its planes are padded to
NO_NOISE = np.zeros(0, np.uint16)
NO_QUANTILES = np.zeros(0, np.float32)

# ITU-T T.81, tables K.1 and K.2: steps at quality 50, by vertical, then by horizontal frequency.
LUMINANCE = (
    (16, 11, 10, 16, 24, 40, 51, 61), (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56), (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77), (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101), (72, 92, 95, 98, 112, 100, 103, 99),
)  # fmt: skip
CHROMINANCE = (
    (17, 18, 24, 47, 99, 99, 99, 99), (18, 21, 26, 66, 99, 99, 99, 99),
    (24, 26, 56, 99, 99, 99, 99, 99), (47, 66, 99, 99, 99, 99, 99, 99),
    *((99,) * SIDE,) * 4,
)  # fmt: skip


class CameraEffects:
    """Takes pictures of one size; keeps the memory that this takes.

    Parameters
    ----------
    size : width and height, px
    mode : "L", "RGB" or "RGBA"
    """

    def __init__(self, size: tuple[int, int], mode: str) -> None:
        self._size, self._channels = size, CHANNELS[mode]
        self._planes = np.zeros(0, np.float32)

    def take(self, canvas: Bytes, shot: Shot) -> None:
        """Change `canvas`, (height, width * channels) uint8, as the camera of `shot` does."""
        values = dict(zip(SHARP, shot.values, strict=True))
        quality = int(values.pop("jpeg"))
        if any(value != SHARP[field] for field, value in values.items()):
            self._expose(canvas, values, shot.noise)
        if quality:
            self._compress(canvas, quality)

    def _expose(self, canvas: Bytes, values: dict[str, float], noise: int) -> None:
        """Apply all but JPEG artefacts; `noise` is the seed of the noise."""
        (width, height), channels = self._size, self._channels
        weights = gaussian_weights(values["blur"])
        radius = len(weights) - 1
        across, down = vignette(self._size, values["vignette"])
        numbers = noise_numbers(noise, canvas.size) if values["noise"] else NO_NOISE
        tone = np.array([values["brightness"], values["contrast"], values["noise"]], np.float32)
        exposure = pack(
            "Exposure",
            weights,
            radius,
            np.repeat(across, channels),
            down,
            tone,
            numbers,
            quantiles() if values["noise"] else NO_QUANTILES,
            np.empty((width + 2 * radius) * channels, np.float32),
            np.empty(width * channels, np.float32),
        )
        take_picture(premultiplied(canvas, channels), height, width, channels, exposure, canvas)

    def _compress(self, canvas: Bytes, quality: int) -> None:
        """Add the artefacts of JPEG at `quality`, with colours at half the size."""
        width, height = self._size
        rows, columns = (-(-side // MCU) * MCU for side in (height, width))
        room = rows * columns * 3 // 2 + columns * 5 // 2
        if len(self._planes) < room:
            self._planes = np.empty(room, np.float32)
        channels = self._channels
        add_artefacts(canvas, height, width, channels, cosines(), tables(quality), self._planes)


def premultiplied(canvas: Bytes, channels: int) -> Words:
    """Return levels to be blurred; those of RGBA times alpha, in 1 / 255."""
    levels = canvas.astype(np.uint16)
    if channels == CHANNELS["RGBA"]:
        pixels = levels.reshape(-1, channels)
        alpha = pixels[:, 3:].copy()
        pixels[:, 3] = 255
        pixels *= alpha
    return levels


@lru_cache(maxsize=64)
def vignette(size: tuple[int, int], strength: float) -> tuple[Floats, Floats]:
    """Return by how much each column, and each row, is darker: (width,), (height,) float32.

    Their sum grows with the square of the distance from the middle, to `strength` in the corners.
    """
    most = sum((side - 1) ** 2 for side in size) or 1
    sides = (strength * (2 * np.arange(side) + 1 - side) ** 2 / most for side in size)
    across, down = (side.astype(np.float32) for side in sides)
    return across, down


def noise_numbers(seed: int, count: int) -> Words:
    """Return `count` random numbers below QUANTILES, of the stream of `seed`."""
    words = random_words(seed, STREAM, 0, -(-count // PER_WORD))
    return words.astype("<u8", copy=False).view("<u2")[:count]


@cache
def quantiles() -> Floats:
    """Return numbers whose distribution is standard normal, if each is as likely: float32."""
    normal = NormalDist()
    exact = [normal.inv_cdf((k + 0.5) / QUANTILES) for k in range(QUANTILES)]
    result: Floats = (np.rint(np.array(exact) * 2**BITS) / 2**BITS).astype(np.float32)
    return result


@cache
def cosines() -> Floats:
    """Return the matrix of the discrete cosine transform: (SIDE, SIDE) float32."""
    rows = [
        [math.cos((2 * x + 1) * u * math.pi / (2 * SIDE)) / 2 for x in range(SIDE)]
        for u in range(SIDE)
    ]
    exact = np.array(rows)
    exact[0] /= math.sqrt(2)
    result: Floats = (np.rint(exact * 2**COSINE_BITS) / 2**COSINE_BITS).astype(np.float32)
    return result


@cache
def tables(quality: int) -> Floats:
    """Return the steps of brightness and colours at `quality`, as libjpeg scales them.

    (2, SIDE, SIDE) float32, by horizontal, then by vertical frequency.
    """
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    both = np.array([LUMINANCE, CHROMINANCE], np.int64)
    steps = np.clip((both * scale + 50) // 100, 1, 255)
    return np.ascontiguousarray(steps.transpose(0, 2, 1).astype(np.float32))
