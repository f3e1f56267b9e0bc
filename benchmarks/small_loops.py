"""A loop that fills an array with small images, without imggen, as a careful user writes it."""

from __future__ import annotations

import random
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.detection_loops import blend, premultiplied, warped

Loop = Callable[[Path, int], object]  # fills a folder with so many images

HUE_STEPS = 180  # as OpenCV counts degrees
SCALES, ANGLES, MARGIN = (0.6, 1.2), (-180, 180), 12


def opencv_loop(art: Path, size: int) -> Loop:
    """OpenCV: hues by tables that are made before, one cubic warp, a blend of the box; one array.

    Rows are drawn where they lie in the memory-mapped array; the factors go into a second one.
    """
    cv2: Any = import_module("cv2")
    cv2.setNumThreads(1)
    backgrounds = [load(path, "RGB") for path in sorted((art / "backgrounds").iterdir())]
    files = sorted((art / "objects").iterdir())
    sprites = [hues_of(cv2, load(path, "RGBA")) for path in files]

    def fill(out: Path, count: int) -> None:
        rng = random.Random(0)
        out.mkdir(parents=True)
        shape = count, size, size, 3
        images = np.lib.format.open_memmap(out / "imgs.npy", "w+", np.uint8, shape)
        factors = np.empty((count, 7))
        for number in range(count):
            back, which = rng.randrange(len(backgrounds)), rng.randrange(len(sprites))
            hue, scale, angle = rng.randrange(HUE_STEPS), rng.uniform(*SCALES), rng.uniform(*ANGLES)
            x, y = rng.randint(MARGIN, size - MARGIN), rng.randint(MARGIN, size - MARGIN)
            images[number] = backgrounds[back]
            sprite = warped(cv2, sprites[which][hue], scale, angle)
            blend(images[number], sprite, x - sprite.shape[1] // 2, y - sprite.shape[0] // 2)
            factors[number] = back, which, x, y, scale, angle, 2 * hue
        images.flush()
        np.save(out / "factors.npy", factors)

    return fill


def load(path: Path, mode: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The pixels of a file."""
    with Image.open(path) as image:
        return np.asarray(image.convert(mode))


def hues_of(cv2: Any, pixels: Any) -> list[Any]:  # OpenCV's arrays
    """The sprite turned to each hue, premultiplied: faster than to recolour each warped one."""
    hue, saturation, value = cv2.split(cv2.cvtColor(pixels[..., :3], cv2.COLOR_RGB2HSV))
    made = []
    for step in range(HUE_STEPS):
        turned = ((hue.astype(np.uint16) + step) % HUE_STEPS).astype(np.uint8)
        rgb = cv2.cvtColor(cv2.merge([turned, saturation, value]), cv2.COLOR_HSV2RGB)
        made.append(premultiplied(np.dstack([rgb, pixels[..., 3]])))
    return made
