"""YOLO: a text file beside each image with a line for each thing in it.

Lengths are shares of the image's width and height. A reader finds `labels/NAME.txt` by the name
`images/NAME.png`. Source: docs.ultralytics.com, datasets/detect and datasets/segment.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from imggen.labels.formats.once import OncePerScene
from imggen.labels.picture import About, Picture
from imggen.labels.shapes.geometry import Instance
from imggen.labels.shapes.outline import find_outlines, joined

FOLDER = "labels"


class YoloBoxes:
    """Class, centre, width and height of the visible box of each instance."""

    extension = "yolo.txt"

    def __init__(self, about: About) -> None:
        self._width, self._height = about.size
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
        return (
            f"{self._class_of(instance)} "
            f"{(x + width / 2) / self._width:.6f} {(y + height / 2) / self._height:.6f} "
            f"{width / self._width:.6f} {height / self._height:.6f}\n"
        )


class YoloPolygons(YoloBoxes):
    """Class and one polygon of each instance."""

    def __init__(self, about: About) -> None:
        super().__init__(about)
        self._tolerance = about.labels.tolerance
        self._x = shares(self._width)
        self._y = shares(self._height)

    def _line(self, instance: Instance) -> str:
        polygon = joined(find_outlines(instance.mask, self._tolerance))
        x = map(self._x.__getitem__, polygon[:, 0].tolist())
        y = map(self._y.__getitem__, polygon[:, 1].tolist())
        points = chain.from_iterable(zip(x, y, strict=True))
        return f"{self._class_of(instance)} {' '.join(points)}\n"


def shares(length: int) -> list[str]:
    """Each whole number of px up to `length`, as a share of it: written once, not per point."""
    return [f"{px / length:.6f}" for px in range(length + 1)]
