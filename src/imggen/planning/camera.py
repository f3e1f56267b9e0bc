"""Draw how the camera takes each image: values by the names of their streams, and seeds of noise.

Streams begin with a slash, which no layer's name has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from imggen.config.plain import CAMERA, CAMERA_FIELDS
from imggen.planning.draws import Draws, RandomDraws
from imggen.planning.scenes import Shot
from imggen.planning.streams import as_units, random_words, scale_words

if TYPE_CHECKING:
    from imggen.config.camera import Camera
    from imggen.config.levels import Levels

Rows = npt.NDArray[np.unsignedinteger[Any]]
Seeds = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

DECIMALS = 9  # of a scaled blur, as of the levels of others
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

    @property
    def keys(self) -> list[npt.NDArray[Any]]:
        """The columns that tell the shots of images apart, (images,) each."""
        return [*self.rows.T, self.seeds]

    @property
    def values(self) -> Floats:
        """The values of all images: (images, CAMERA_FIELDS)."""
        values = np.tile(list(self.fixed.values()), (len(self.rows), 1))
        for (field, levels), row in zip(self.levels.items(), self.rows.T, strict=True):
            values[:, CAMERA_FIELDS.index(field)] = levels[row]
        return values

    def take(self, images: npt.NDArray[np.integer[Any]] | slice) -> Cameras:
        """Return those of some images only, in this order."""
        return replace(self, rows=self.rows[images], seeds=self.seeds[images])

    def scaled(self, factor: float) -> Cameras:
        """Return those of images in which one px of the canvas has this length."""
        blur = round(self.fixed["blur"] * factor, DECIMALS)
        levels = {
            field: np.round(own * factor, DECIMALS) if field == "blur" else own
            for field, own in self.levels.items()
        }
        return replace(self, levels=levels, fixed={**self.fixed, "blur": blur})

    def columns(self, fields: Iterable[str]) -> dict[str, Floats]:
        """Return the values of `fields` by the names of their columns: (images,) each."""
        values = self.values
        return {f"{CAMERA} {field}": values[:, CAMERA_FIELDS.index(field)] for field in fields}

    def shots(self) -> tuple[Shot, ...]:
        """Return how each image is taken."""
        pairs = zip(self.values.tolist(), self.seeds.tolist(), strict=True)
        return tuple(Shot(tuple(own), seed) for own, seed in pairs)


def join_cameras(parts: Sequence[Cameras | None]) -> Cameras | None:
    """Return those of all images of `parts`, in this order."""
    given = [part for part in parts if part is not None]
    if not given:
        return None
    rows, seeds = ([getattr(part, name) for part in given] for name in ("rows", "seeds"))
    return replace(given[0], rows=np.concatenate(rows), seeds=np.concatenate(seeds))


def draw_cameras(
    camera: Camera | None,
    seed: int,
    count: int,
    alike: int = 1,
    start: int = 0,
    draws: Draws | None = None,
) -> Cameras | None:
    """Draw the values of `count` images, of which each `alike` after one another have the same.

    The first of them shows scene `start`. Without `draws`, they are random.
    """
    if camera is None:
        return None
    stop = start + count // alike
    levels = {field: np.array(camera.levels(field)) for field in camera.drawn}
    rows = np.zeros((stop - start, len(levels)), np.uint16)
    for column, field in enumerate(levels):
        words = (draws or RandomDraws(seed)).words(f"{STREAM}.{field}", start, stop)
        rows[:, column] = rows_of(words, camera.distribution(field))
    fixed = {field: camera.levels(field)[0] for field in CAMERA_FIELDS}
    drawn = Cameras(levels, fixed, rows, np.zeros(stop - start, np.uint64))
    noisy = drawn.values[:, CAMERA_FIELDS.index("noise")] > 0
    if noisy.any():
        seeds = random_words(seed, NOISE_STREAM, start, stop)
        drawn = replace(drawn, seeds=np.where(noisy, seeds, np.uint64(0)))
    return drawn.take(np.repeat(np.arange(stop - start), alike))


def rows_of(words: Seeds, levels: Levels) -> npt.NDArray[np.integer[Any]]:
    """Return the rows of `levels` that random words (n,) stand for: (n,)."""
    if levels.chances is None:
        return scale_words(words, np.array([len(levels.values)], np.uint64))
    bounds = np.cumsum(levels.chances)[:-1]  # the last one has all that is left
    return np.searchsorted(bounds, as_units(words), side="right")
