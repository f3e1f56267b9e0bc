"""YOLO: a text file beside each image with a line for each thing in it, and `data.yaml`.

Lengths are shares of the image's width and height, with DECIMALS. A reader finds `labels/NAME.txt`
by the name `images/NAME.png`. `data.yaml` says where the images of each role are, and what
classes are called; images in shards are not where readers would look, so that it names
only classes then. Source: docs.ultralytics.com, datasets/detect and datasets/segment.

Centre and width are not rounded one by one, or a box at an edge would end beyond it: the two edges
are, to multiples of 1 / STEPS, of which centre and width follow exactly. So centre - width / 2 and
centre + width / 2 stay within 0 and 1, in floats of 32 and of 64 bits alike: at the left edge the
former is exactly 0; at the right one the errors of both terms are 3/4 of half a step of floats
above 1 at most, and their sum is rounded to 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.config.image_name import FIELD, SPLIT, has_split_folders, parse, split_parts
from imggen.config.plain import YOLO_FORMATS
from imggen.config.sentences import show
from imggen.errors import ConfigError, PlanError
from imggen.formats.format import Format
from imggen.formats.image_names import can_be, can_begin_with_dot
from imggen.formats.yaml import quoted
from imggen.geometry.outline import find_outlines, joined
from imggen.store.files import open_atomic
from imggen.store.layout import IMAGES

if TYPE_CHECKING:
    from imggen.config import Config
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.formats.results import Results
    from imggen.geometry.instances import Instance

FOLDER = "labels"
DATA_FILE = "data.yaml"
DECIMALS = 6
STEPS = 10**DECIMALS // 2  # of an edge, so that the middle of two has no more than DECIMALS

TRAIN, VAL, TEST = "train", "val", "test"
SPLIT_NAMES = {  # the names of splits that serve in each role, in any case
    TRAIN: ("train", "training"),
    VAL: ("val", "valid", "validation"),
    TEST: ("test", "testing"),
}
SUBSTITUTES = {TRAIN: (), VAL: (TEST, TRAIN), TEST: ()}  # roles that serve where one is missing


class YoloBoxes(Format):
    """Class, centre, width and height of the visible box of each instance."""

    name = "yolo"
    owned_names = (FOLDER, DATA_FILE)
    kind = "boxes"
    needs_boxes = True
    extensions = ("yolo.txt",)

    def __init__(self, info: DatasetInfo) -> None:
        super().__init__(info)
        self._x, self._y = map(edge_steps, info.size)

    @classmethod
    def check_config(cls, config: Config) -> None:
        """Refuse other formats that write the same files."""
        first = next(name for name in YOLO_FORMATS if name in config.labels.formats)
        if first != cls.name:
            message = (
                f'labels.formats has "{first}" and "{cls.name}", which write the same files; '
                "give one of them."
            )
            raise ConfigError(message)

    @classmethod
    def check_names(cls, info: DatasetInfo, image_name: str) -> None:
        """Refuse splits that `data.yaml` cannot name, and images whose labels are not found."""
        if not info.sharded:  # shards have no folders of images
            check_splits(cls.name, info.splits, image_name)
            check_folders(cls.name, {**dict(info.layers), SPLIT: info.splits}, image_name)

    def label_scene(self, instances: Sequence[Instance]) -> bytes:
        """Return a line for each instance."""
        return "".join(map(self._line, instances)).encode()

    def paths(self, image: ImageInfo) -> list[str]:
        """Return `labels/NAME.txt`."""
        return [f"{FOLDER}/{image.name}.txt"]

    def contents(self, image: ImageInfo, scene: bytes) -> list[bytes]:
        """Return the lines, which are the same for all images of a scene."""
        del image
        return [scene]

    def merge(self, results: Results) -> list[Path]:
        """Write `data.yaml`."""
        path = results.out / DATA_FILE
        with open_atomic(path) as file:
            file.write("".join(data_lines(results)).encode())
        return [path]

    def _line(self, instance: Instance) -> str:
        x, y, width, height = instance.visible
        left, right = self._x[x], self._x[x + width]
        top, bottom = self._y[y], self._y[y + height]
        centre = f"{as_share((left + right) / 2)} {as_share((top + bottom) / 2)}"
        size = f"{as_share(right - left)} {as_share(bottom - top)}"
        return f"{self.info.class_of(instance)} {centre} {size}\n"


class YoloPolygons(YoloBoxes):
    """Class and one polygon of each instance."""

    name = "yolo-segment"
    kind = "masks"
    needs_masks = True

    def __init__(self, info: DatasetInfo) -> None:
        super().__init__(info)
        self._tolerance = info.labels.tolerance
        self._shares = [shares(length) for length in info.size]

    def _line(self, instance: Instance) -> str:
        polygon = joined(find_outlines(instance.mask, self._tolerance))
        x, y = (
            map(texts.__getitem__, column)
            for texts, column in zip(self._shares, polygon.T.tolist(), strict=True)
        )
        points = chain.from_iterable(zip(x, y, strict=True))
        return f"{self.info.class_of(instance)} {' '.join(points)}\n"


FORMATS = (YoloBoxes, YoloPolygons)


def check_splits(name: str, splits: Sequence[str], image_name: str) -> None:
    """Refuse splits that `data.yaml` cannot name."""
    if TRAIN not in folders(splits):
        message = (
            f'labels.formats has "{name}", which needs a split called '
            f"{' or '.join(SPLIT_NAMES[TRAIN])}; the splits are {', '.join(splits)}."
        )
        raise PlanError(message)
    if splits and not has_split_folders(image_name):
        message = (
            f'{FIELD} is {show(image_name)}, but labels.formats has "{name}", which needs a folder '
            f"for each split; begin it with {{{SPLIT}}}/."
        )
        raise PlanError(message)


def check_folders(name: str, values: Mapping[str, Sequence[str]], image_name: str) -> None:
    """Refuse images whose labels readers would not find, or that they do not see.

    They put `labels` for the last folder called `images`, and do not see hidden names.
    """
    parts = split_parts(parse(image_name))
    if any(can_be(IMAGES, part, values) for part in parts[:-1]):
        message = (
            f'{FIELD} is {show(image_name)}, which may put an image in a folder "{IMAGES}"; '
            f'labels.formats has "{name}", whose readers would not find its labels then.'
        )
        raise PlanError(message)
    if any(can_begin_with_dot(part, values) for part in parts):
        message = (
            f"{FIELD} is {show(image_name)}, which may give a name that begins with a dot; "
            f'labels.formats has "{name}", whose readers do not see such files.'
        )
        raise PlanError(message)


def edge_steps(length: int) -> list[int]:
    """Return each whole number of px up to `length` as a share of it in steps, 0 to STEPS."""
    return [round(px * STEPS / length) for px in range(length + 1)]


def as_share(steps: float) -> str:
    """Return a number of steps, or of half ones, as a share; exact."""
    return f"{steps / STEPS:.{DECIMALS}f}"


def shares(length: int) -> list[str]:
    """Return each whole number of px up to `length` as a share: written once, not per point."""
    return [f"{px / length:.{DECIMALS}f}" for px in range(length + 1)]


def data_lines(results: Results) -> Iterator[str]:
    """Yield the lines of `data.yaml`; without `path`, readers start from the folder it is in."""
    info = results.info
    splits = tuple(results.counts) if info.splits else ()  # readers want no empty folder
    for role, folder in ({} if info.sharded else folders(splits)).items():
        yield f"{role}: {quoted(folder)}\n"
    yield "names:\n"
    for row, name in enumerate(info.classes.names):
        yield f"  {row}: {quoted(name)}\n"


def folders(splits: Sequence[str]) -> dict[str, str]:
    """Return the folder of each role: `train` and `val`, which readers need, and `test`."""
    if not splits:
        return {TRAIN: IMAGES, VAL: IMAGES}
    found = {role: split_called(role, splits) for role in SPLIT_NAMES}
    serving = {
        role: next((found[other] for other in (role, *SUBSTITUTES[role]) if found[other]), None)
        for role in SPLIT_NAMES
    }
    return {role: f"{IMAGES}/{split}" for role, split in serving.items() if split}


def split_called(role: str, splits: Sequence[str]) -> str | None:
    """Return the first of `splits` that has a name of `role`."""
    return next((split for split in splits if split.casefold() in SPLIT_NAMES[role]), None)
