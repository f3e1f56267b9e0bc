"""The keypoints of art as it is loaded: carried through fitting, trimming and scaling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.assets.fit import largest_within
from imggen.config import Layer
from imggen.config.sentences import did_you_mean, show
from imggen.errors import AssetError

Size = tuple[int, int]  # width and height, px
Floats = npt.NDArray[np.float64]


class Carry(NamedTuple):
    """The way from a point of a file to the loaded art: `scale` times x or y, plus `shift`, px."""

    scale: tuple[float, float] = (1.0, 1.0)
    shift: tuple[float, float] = (0.0, 0.0)

    def moved(self, x: float, y: float) -> Carry:
        """Return the same, then moved by x and y."""
        return Carry(self.scale, (self.shift[0] + x, self.shift[1] + y))

    def resized(self, size: Size, to: Size) -> Carry:
        """Return the same, then resized from `size` to `to`."""
        if to == size:
            return self
        x, y = to[0] / size[0], to[1] / size[1]
        scale = self.scale[0] * x, self.scale[1] * y
        return Carry(scale, (self.shift[0] * x, self.shift[1] * y))


class Carried(NamedTuple):
    """The size of a file, px, and how its points lie in the loaded art."""

    size: Size
    carry: Carry


def carry_of_fit(size: Size, fit: str, canvas: Size) -> Carry:
    """Return how points of art of `size` lie once it is fitted to `canvas`, as `fit_image` does."""
    plain = Carry()
    if fit == "none" or size == canvas:
        return plain
    if fit == "stretch":
        return plain.resized(size, canvas)
    if fit == "cover":  # scaled by the larger of both factors, the middle kept
        factor = max(canvas[0] / size[0], canvas[1] / size[1])
        shift = [(own - factor * one) / 2 for own, one in zip(canvas, size, strict=True)]
        return Carry((factor, factor), (shift[0], shift[1]))
    inner = largest_within(size, canvas)
    x, y = ((own - one) // 2 for own, one in zip(canvas, inner, strict=True))
    return plain.resized(size, inner).moved(x, y)


def place_keypoints(
    layer: Layer, names: Sequence[str], files: Mapping[str, tuple[Path, Carried]]
) -> Floats | None:
    """Return the keypoints of the variants `names` of `layer`, px of the loaded art.

    Parameters
    ----------
    files : the file of each variant that has one, and how its points are carried

    Returns
    -------
    (variants, keypoints, 2) float64 or None
        NaN where a variant has no such point; None if the layer has no keypoints.

    Raises
    ------
    AssetError
        If points are of no variant, or lie outside their file.
    """
    if layer.keypoints is None:
        return None
    called = f"layer.{layer.name}.keypoints.points"
    placed = np.full((len(names), len(layer.keypoints.names), 2), np.nan)
    for variant, points in (layer.keypoints.points or {}).items():
        if variant not in files:
            hint = did_you_mean(variant, list(files), "one of ")
            message = f"{called} names {show(variant)}, which is no variant of it; {hint}"
            raise AssetError(message)
        path, (size, carry) = files[variant]
        for name, point in points.items():
            check_inside(f"{called}.{variant}.{name}", point, path, size)
            own = np.array(point) * carry.scale + carry.shift
            placed[names.index(variant), layer.keypoints.names.index(name)] = own
    return placed


def check_inside(called: str, point: tuple[float, float], path: Path, size: Size) -> None:
    """Refuse a point that is not on its file."""
    if not all(0 <= at <= end for at, end in zip(point, size, strict=True)):
        message = (
            f"{called} is {list(point)}, outside {path}, which is {size[0]} x {size[1]} px; "
            "expected px of that file."
        )
        raise AssetError(message)
