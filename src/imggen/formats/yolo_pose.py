"""YOLO-pose: a text file beside each image with box and keypoints of each thing, and `data.yaml`.

A line is the class, the visible box as in yolo.py, and x, y and visibility (0, 1 or 2) of each
keypoint of the dataset, in shares of the image's width and height; points that are not labelled are
0 0 0. `data.yaml` says how many there are, what each is in a mirror, and what they are called.
Source: docs.ultralytics.com, datasets/pose.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.errors import ConfigError, PlanError
from imggen.formats.yaml import quoted
from imggen.formats.yolo import DATA_FILE, YoloBoxes, data_lines
from imggen.formats.yolo_obb import shares
from imggen.store.files import open_atomic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imggen.config import Config
    from imggen.formats.details import Details
    from imggen.formats.info import DatasetInfo
    from imggen.formats.results import Results
    from imggen.geometry.instances import Instance

VALUES = 3  # of a keypoint: x, y, visibility


class YoloPose(YoloBoxes):
    """Class, visible box and keypoints of each instance."""

    name = "yolo-pose"
    extensions = ("pose.txt",)
    details = frozenset({"keypoints"})

    @classmethod
    def check_config(cls, config: Config) -> None:
        """Refuse other formats that write the same files, and layers without keypoints."""
        super().check_config(config)
        if all(layer.keypoints is None for layer in config.layer):
            message = (
                f'labels.formats has "{cls.name}", but no layer has keypoints; '
                "expected layer.NAME.keypoints of at least one."
            )
            raise ConfigError(message)

    @classmethod
    def check_names(cls, info: DatasetInfo, image_name: str) -> None:
        """Refuse keypoints of layers without labels only, and what `YoloBoxes` refuses."""
        super().check_names(info, image_name)
        if not info.keypoints.names:
            message = (
                f'labels.formats has "{cls.name}", but no labelled layer has keypoints; '
                "name one that has in labels.layers."
            )
            raise PlanError(message)

    def label_details(self, instances: Sequence[Instance], details: Details) -> bytes:
        """Return a line for each instance."""
        width, height = self.info.size
        points = (details.keypoints / (width, height, 1)).tolist()
        return "".join(
            f"{self._line(one)[:-1]} {points_of(own)}\n"
            for one, own in zip(instances, points, strict=True)
        ).encode()

    def merge(self, results: Results) -> list[Path]:
        """Write `data.yaml`."""
        path = results.out / DATA_FILE
        with open_atomic(path) as file:
            file.write("".join((*data_lines(results), *keypoint_lines(self.info))).encode())
        return [path]


FORMATS = (YoloPose,)


def points_of(points: Sequence[Sequence[float]]) -> str:
    """Return x, y and visibility of each point."""
    return " ".join([f"{shares((x, y))} {seen:.0f}" for x, y, seen in points])


def keypoint_lines(info: DatasetInfo) -> Iterator[str]:
    """Yield the lines of `data.yaml` on keypoints."""
    names = info.keypoints
    yield f"kpt_shape: [{len(names.names)}, {VALUES}]\n"
    yield f"flip_idx: {list(names.mirrored)}\n"
    yield "kpt_names:\n"
    for row in range(len(info.classes.names)):
        yield f"  {row}: [{', '.join(map(quoted, names.names))}]\n"
