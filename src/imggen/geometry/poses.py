"""Poses of instances on the canvas: their matrices, oriented boxes and keypoints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.assets import CHANNELS, Library
from imggen.config.plain import FIELDS, NEUTRAL
from imggen.planning.placement.transform import matrices

if TYPE_CHECKING:
    from imggen.geometry.instances import Instance
    from imggen.planning import Scene

Floats = npt.NDArray[np.float64]
Box = tuple[int, int, int, int]  # left, top, right and bottom, px

FLIP, SCALE, ROTATE, OPACITY = map(FIELDS.index, ("flip", "scale", "rotate", "opacity"))
PLAIN_LOOK = list(NEUTRAL.values())


class Poses:
    """A finder of how the instances of scenes of one library lie on the canvas.

    Parameters
    ----------
    thresholds : the least alpha of a pixel that belongs to a sprite, of each column of traits
    """

    def __init__(self, library: Library, thresholds: Sequence[int]) -> None:
        self._library = library
        self._thresholds = thresholds
        self._boxes: dict[tuple[int, int, int], Box] = {}

    def matrices(self, scene: Scene, instances: Sequence[Instance]) -> Floats:
        """Return the matrix of each instance from px of its art to the canvas: (n, 2, 3)."""
        layers = self._library.layers
        art = np.array([layers[one.depth].sizes[one.variant] for one in instances])
        corners = np.array([one.drawn[:2] for one in instances], np.int64)
        looks = looks_of(scene, instances)
        flat = matrices(
            art.reshape(-1, 2),
            corners.reshape(-1, 2),
            looks[:, FLIP],
            looks[:, SCALE],
            looks[:, ROTATE],
        )
        return flat.reshape(-1, 2, 3)

    def oriented_boxes(self, scene: Scene, instances: Sequence[Instance]) -> Floats:
        """Return the corners of the box around each instance's art, as it lies on the canvas.

        The box is the smallest in px of the art around all pixels that belong to the sprite.

        Returns
        -------
        (n, 4, 2) float64
            x and y, px, clockwise; first the corner that is the top left one before the sprite is
            turned. They may lie beyond the canvas.
        """
        looks = looks_of(scene, instances)
        boxes = [
            self._art_box(one, int(scene.items[one.z, 0]), opacity)
            for one, opacity in zip(instances, looks[:, OPACITY].tolist(), strict=True)
        ]
        left, top, right, bottom = np.array(boxes, np.float64).reshape(-1, 4).T
        mirrored = looks[:, FLIP] == 1
        left, right = np.where(mirrored, right, left), np.where(mirrored, left, right)
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        return carried(self.matrices(scene, instances), corners.transpose(2, 0, 1))

    def _art_box(self, instance: Instance, drawn: int, opacity: float) -> Box:
        """Return the box, px of its art, around the pixels of `instance` at this opacity.

        It is drawn by the sprite in the row `drawn`, if by any of the library's own.
        """
        layer = self._library.layers[instance.depth]
        least = least_alpha(self._thresholds[instance.depth], opacity)
        own = self._library.rows_of(int(layer.sprites[instance.variant]), layer.parts)
        row = int(own[0, np.argmax((own == drawn).any(axis=0))])
        key = instance.depth, row, least
        if key not in self._boxes:
            alphas = [alpha_of(self._library, row + part) for part in range(layer.parts)]
            self._boxes[key] = box_of(np.maximum.reduce(alphas), least)
        return self._boxes[key]


def looks_of(scene: Scene, instances: Sequence[Instance]) -> Floats:
    """Return how each of `instances` varies: (n, FIELDS)."""
    if scene.looks is None:
        return np.tile(PLAIN_LOOK, (len(instances), 1))
    return scene.looks[[one.z for one in instances]].reshape(-1, len(FIELDS))


def carried(whole: Floats, points: Floats) -> Floats:
    """Return `points` (n, k, 2), px of art, on the canvas by the matrices `whole` (n, 2, 3)."""
    moved: Floats = np.einsum("nij,nkj->nki", whole[:, :, :2], points) + whole[:, None, :, 2]
    return moved


def least_alpha(threshold: int, opacity: float) -> int:
    """Return the least alpha of art that, times `opacity` and rounded, reaches `threshold`."""
    return math.ceil((threshold - 0.5) / opacity)


def alpha_of(library: Library, row: int) -> npt.NDArray[np.uint8]:
    """Return the alpha of a sprite of the library: (height, width)."""
    sprites, channels = library.sprites, library.channels
    start, _, width, height = sprites.table[row].tolist()
    flat = sprites.colour if channels == CHANNELS["RGBA"] else sprites.alpha
    pixels = flat[start : start + width * height * channels].reshape(height, width, channels)
    return pixels[..., -1]


def box_of(alpha: npt.NDArray[np.uint8], least: int) -> Box:
    """Return the box around the pixels of at least this alpha; if there are none, around all."""
    seen = alpha >= least
    if not seen.any():  # filters may make a pixel more opaque than any in the art
        seen = alpha > 0
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        return 0, 0, alpha.shape[1], alpha.shape[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
