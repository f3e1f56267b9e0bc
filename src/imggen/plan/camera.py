"""Draw how the camera takes each image: values by the names of their streams, and seeds of noise.

Streams begin with a slash, which no layer's name has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from imggen.config.plain import CAMERA, CAMERA_FIELDS
from imggen.plan.scenes import Shot
from imggen.plan.streams import as_units, random_words, scale_words

if TYPE_CHECKING:
    from imggen.config.amount import Levels
    from imggen.config.camera import Camera

Rows = npt.NDArray[np.unsignedinteger[Any]]
Seeds = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

STREAM = "/camera"
NOISE_STREAM = f"{STREAM}.noise/seed"


@dataclass(frozen=True)
class Cameras:
    """The values of `[camera]` of all images.

    Attributes
    ----------
    levels : of each drawn field, the values that rows stand for, (levels,) float64
    fixed : the values of all fields; of a drawn one, its first
    rows : (images, drawn fields)
    seeds : (images,) uint64, of the noise; 0 where there is none
    """

    levels: dict[str, Floats]
    fixed: dict[str, float]
    rows: Rows
    seeds: Seeds

    def keys(self, images: npt.NDArray[np.integer[Any]] | slice) -> list[npt.NDArray[Any]]:
        """Return the columns that tell the shots of `images` apart, (n,) each."""
        return [*self.rows[images].T, self.seeds[images]]

    def values(self, images: npt.NDArray[np.integer[Any]] | slice) -> Floats:
        """Return the values of `images`: (n, CAMERA_FIELDS) float64."""
        rows = self.rows[images]
        values = np.tile(list(self.fixed.values()), (len(rows), 1))
        for (field, levels), row in zip(self.levels.items(), rows.T, strict=True):
            values[:, CAMERA_FIELDS.index(field)] = levels[row]
        return values

    def columns(
        self, images: npt.NDArray[np.integer[Any]] | slice, fields: Iterable[str]
    ) -> dict[str, Floats]:
        """Return the values of `fields` of `images` by the names of their columns: (n,) each."""
        values = self.values(images)
        return {f"{CAMERA} {field}": values[:, CAMERA_FIELDS.index(field)] for field in fields}

    def shots(self, images: npt.NDArray[np.integer[Any]]) -> tuple[Shot, ...]:
        """Return how each of `images` is taken."""
        values, seeds = self.values(images).tolist(), self.seeds[images].tolist()
        return tuple(Shot(tuple(own), seed) for own, seed in zip(values, seeds, strict=True))


def draw_cameras(camera: Camera | None, seed: int, count: int, alike: int = 1) -> Cameras | None:
    """Draw the values of `count` images, of which each `alike` after one another have the same."""
    if camera is None:
        return None
    scenes = count // alike
    levels = {field: np.array(camera.levels(field)) for field in camera.drawn}
    rows = np.zeros((scenes, len(levels)), np.uint16)
    for column, field in enumerate(levels):
        words = random_words(seed, f"{STREAM}.{field}", 0, scenes)
        rows[:, column] = rows_of(words, camera.distribution(field))
    fixed = {field: camera.levels(field)[0] for field in CAMERA_FIELDS}
    drawn = Cameras(levels, fixed, rows, np.zeros(scenes, np.uint64))
    noisy = drawn.values(slice(None))[:, CAMERA_FIELDS.index("noise")] > 0
    if noisy.any():
        drawn.seeds[:] = np.where(noisy, random_words(seed, NOISE_STREAM, 0, scenes), 0)
    return Cameras(levels, fixed, np.repeat(rows, alike, 0), np.repeat(drawn.seeds, alike))


def rows_of(words: Seeds, levels: Levels) -> npt.NDArray[np.integer[Any]]:
    """Return the rows of `levels` that random words (n,) stand for: (n,)."""
    if levels.chances is None:
        return scale_words(words, np.array([len(levels.values)], np.uint64))
    bounds = np.cumsum(levels.chances)[:-1]  # the last one has all that is left
    return np.searchsorted(bounds, as_units(words), side="right")
