"""YOLO: a text file beside each image with a line for each thing in it.

Lengths are shares of the image's width and height, with DECIMALS. A reader finds `labels/NAME.txt`
by the name `images/NAME.png`. Source: docs.ultralytics.com, datasets/detect and datasets/segment.

Centre and width are not rounded one by one, or a box at an edge would end beyond it: the two edges
are, to multiples of 1 / STEPS, of which centre and width follow exactly. So centre - width / 2 and
centre + width / 2 stay within 0 and 1, in floats of 32 and of 64 bits alike: at the left edge the
former is exactly 0; at the right one the errors of both terms are 3/4 of half a step of floats
above 1 at most, and their sum is rounded to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from imggen.formats.once import OncePerScene
from imggen.formats.picture import About, Picture
from imggen.geometry.instances import Instance
from imggen.geometry.outline import find_outlines, joined

FOLDER = "labels"
DECIMALS = 6
STEPS = 10**DECIMALS // 2  # of an edge, so that the middle of two has no more than DECIMALS


class YoloBoxes:
    """Class, centre, width and height of the visible box of each instance."""

    extension = "yolo.txt"

    def __init__(self, about: About) -> None:
        self._x, self._y = map(edge_steps, about.size)
        self._class_of = about.class_of
        self._scene = OncePerScene(about, self._lines)

    def path(self, picture: Picture) -> str:
        """Where it lies in the dataset's folder."""
        return f"{FOLDER}/{picture.name}.txt"

    def content(self, picture: Picture) -> bytes:
        """A line for each instance that is seen."""
        return self._scene.of(picture)

    def _lines(self, instances: Sequence[Instance]) -> bytes:
        return "".join(map(self._line, instances)).encode()

    def _line(self, instance: Instance) -> str:
        x, y, width, height = instance.visible
        left, right = self._x[x], self._x[x + width]
        top, bottom = self._y[y], self._y[y + height]
        centre = f"{show((left + right) / 2)} {show((top + bottom) / 2)}"
        return f"{self._class_of(instance)} {centre} {show(right - left)} {show(bottom - top)}\n"


class YoloPolygons(YoloBoxes):
    """Class and one polygon of each instance."""

    def __init__(self, about: About) -> None:
        super().__init__(about)
        self._tolerance = about.labels.tolerance
        self._shares = [shares(length) for length in about.size]

    def _line(self, instance: Instance) -> str:
        polygon = joined(find_outlines(instance.mask, self._tolerance))
        x, y = (
            map(texts.__getitem__, column)
            for texts, column in zip(self._shares, polygon.T.tolist(), strict=True)
        )
        points = chain.from_iterable(zip(x, y, strict=True))
        return f"{self._class_of(instance)} {' '.join(points)}\n"


def edge_steps(length: int) -> list[int]:
    """Each whole number of px up to `length`, as a share of it in steps: 0 to STEPS."""
    return [round(px * STEPS / length) for px in range(length + 1)]


def show(steps: float) -> str:
    """A number of steps, or of half ones, as a share; exact."""
    return f"{steps / STEPS:.{DECIMALS}f}"


def shares(length: int) -> list[str]:
    """Each whole number of px up to `length`, as a share of it: written once, not per point."""
    return [f"{px / length:.{DECIMALS}f}" for px in range(length + 1)]
