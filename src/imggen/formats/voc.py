"""Pascal VOC: an XML file beside each image, masks if asked for, and lists of names by split.

Readers look for images in `JPEGImages`, which is a symbolic link to the folder of images: it takes
no time and no space, and has its target even if the dataset is moved. `labelmap.txt` is not part of
VOC's development kit, but CVAT and Datumaro find the names and colours of classes in it.

Source: The PASCAL Visual Object Classes Challenge, development kit, 5.1, 5.2 and 9.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from xml.sax.saxutils import escape

from imggen.config.image_name import FIELD, SPLIT, parse
from imggen.config.sentences import show
from imggen.errors import ConfigError, PlanError
from imggen.formats.format import DEFAULT_SPLIT, Format
from imggen.formats.image_names import choices
from imggen.formats.masks import check_numbers, encode_masks
from imggen.geometry.mask_png import voc_colours
from imggen.store.files import open_atomic
from imggen.store.layout import IMAGES

if TYPE_CHECKING:
    from imggen.config import Config
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.formats.results import Results
    from imggen.geometry.instances import Instance

FOLDER = "Annotations"
LISTS = "ImageSets"
LABEL_MAP = "labelmap.txt"
MASKS = ("SegmentationClass", "SegmentationObject")
BACKGROUND = "background"  # the label of pixels that show no thing
MOST_VALUES = 254  # of a mask: readers leave out pixels of 255


class Voc(Format):
    """Boxes of visible pixels and classes, in an XML file for each image."""

    name = "voc"
    owned_names: ClassVar[tuple[str, ...]] = (FOLDER, LISTS, LABEL_MAP, "JPEGImages")
    links: ClassVar[Mapping[str, str]] = {"JPEGImages": IMAGES}
    kind = "boxes"
    needs_boxes = True
    extensions: ClassVar[tuple[str, ...]] = ("xml",)
    sample_type = "binary"
    lists: ClassVar[tuple[str, ...]] = ("Main",)

    def __init__(self, info: DatasetInfo) -> None:
        super().__init__(info)
        width, height = info.size
        author = info.origin.author
        owner = f"\t<owner>\n\t\t<name>{escape(author)}</name>\n\t</owner>\n" if author else ""
        self._middle = (
            "</filename>\n"
            f"\t<source>\n\t\t<database>{escape(info.dataset)}</database>\n"
            "\t\t<annotation>imggen</annotation>\n\t\t<image>imggen</image>\n\t</source>\n"
            f"{owner}\t<size>\n\t\t<width>{width}</width>\n\t\t<height>{height}</height>\n"
            f"\t\t<depth>{info.channels}</depth>\n\t</size>\n"
            f"\t<segmented>{int(self.needs_masks)}</segmented>\n"
        )
        self._classes = [escape(name) for name in info.classes.names]

    @classmethod
    def check_names(cls, info: DatasetInfo, image_name: str) -> None:
        """Refuse names of images that would not be one word in a list, and of classes likewise."""
        check_classes(cls.name, info.classes.names)
        values = {**dict(info.layers), SPLIT: info.splits}
        for piece in parse(image_name):
            spaced = next((text for text in choices(piece, values) if " " in text), None)
            if spaced is not None:
                message = (
                    f"{FIELD} is {show(image_name)}, which gives names with spaces "
                    f'({show(spaced)}); labels.formats has "{cls.name}", whose lists of names '
                    "hold none."
                )
                raise PlanError(message)

    def label_scene(self, instances: Sequence[Instance]) -> list[bytes]:
        """Return the objects of an image's file."""
        return ["".join(map(self._object, instances)).encode()]

    def paths(self, image: ImageInfo) -> list[str]:
        """Return `Annotations/NAME.xml`."""
        return [f"{FOLDER}/{image.name}.xml"]

    def contents(self, image: ImageInfo, scene: list[bytes]) -> list[bytes]:
        """Return the whole file, and what else its scene has."""
        name = escape(image.name + self.info.suffix)
        head = f"<annotation>\n\t<folder>{IMAGES}</folder>\n\t<filename>{name}{self._middle}"
        objects, *masks = scene
        return [b"".join((head.encode(), objects, b"</annotation>\n")), *masks]

    def merge(self, results: Results) -> list[Path]:
        """Write lists of names and `labelmap.txt`."""
        path = results.out / LABEL_MAP
        with open_atomic(path) as file:
            file.writelines(label_map(self.info.classes.names))
        lists = product(self.lists, results.splits)
        return [*(write_list(results, *one) for one in lists), path]

    def _object(self, instance: Instance) -> str:
        x, y, width, height = instance.visible
        return (
            f"\t<object>\n\t\t<name>{self._classes[self.info.class_of(instance)]}</name>\n"
            "\t\t<pose>Unspecified</pose>\n"
            f"\t\t<truncated>{int(instance.visible != instance.amodal)}</truncated>\n"
            f"\t\t<occluded>{int(instance.visible_pixels < instance.pixels)}</occluded>\n"
            "\t\t<difficult>0</difficult>\n"
            f"\t\t<bndbox>\n\t\t\t<xmin>{x + 1}</xmin>\n\t\t\t<ymin>{y + 1}</ymin>\n"
            f"\t\t\t<xmax>{x + width}</xmax>\n\t\t\t<ymax>{y + height}</ymax>\n\t\t</bndbox>\n"
            "\t</object>\n"
        )


class VocMasks(Voc):
    """Pascal VOC with two masks an image: the class and the object of each pixel, in VOC's colours.

    The value of an object is its place in the XML file, from 1.
    """

    name = "voc-segment"
    owned_names = (*Voc.owned_names, *MASKS)
    kind = "mask folders"
    needs_masks = True
    extensions = (*Voc.extensions, *(f"{folder.lower()}.png" for folder in MASKS))
    lists = ("Main", "Segmentation")

    def __init__(self, info: DatasetInfo) -> None:
        super().__init__(info)
        self._palette = voc_colours()

    @classmethod
    def check_config(cls, config: Config) -> None:
        """Refuse the format that writes the same files."""
        if Voc.name in config.labels.formats:
            message = (
                f'labels.formats has "{Voc.name}" and "{cls.name}", which write the same files; '
                "give one of them."
            )
            raise ConfigError(message)

    @classmethod
    def check_names(cls, info: DatasetInfo, image_name: str) -> None:
        """Refuse the same, and more classes or objects than a mask can number."""
        super().check_names(info, image_name)
        check_numbers(info, cls.name, MOST_VALUES)

    def label_scene(self, instances: Sequence[Instance]) -> list[bytes]:
        """Return the objects of an image's file, and its masks."""
        masks = encode_masks(self.info, instances, self._palette)
        return [*super().label_scene(instances), *masks]

    def paths(self, image: ImageInfo) -> list[str]:
        """Return the paths of the XML file and of both masks."""
        return [*super().paths(image), *(f"{folder}/{image.name}.png" for folder in MASKS)]


FORMATS = (Voc, VocMasks)


def check_classes(name: str, classes: Sequence[str]) -> None:
    """Refuse classes that a line of `labelmap.txt` cannot name."""
    for one in classes:
        if ":" in one or one.startswith(("#", " ")) or one == BACKGROUND:
            what = "stands for all that is no thing" if one == BACKGROUND else "cannot be there"
            message = (
                f'labels.formats has "{name}", whose {LABEL_MAP} lists the classes; {show(one)} '
                f"{what}. Call it something else, with class in [[layer]]."
            )
            raise PlanError(message)


def label_map(classes: Sequence[str]) -> Iterator[bytes]:
    """Yield the lines of `labelmap.txt`: names and, if there are enough, colours of labels."""
    yield b"# label:color_rgb:parts:actions\n"
    labels = (BACKGROUND, *classes)
    colours = voc_colours().tolist()
    has_colours = len(labels) <= len(colours)
    for value, label in enumerate(labels):
        colour = ",".join(map(str, colours[value])) if has_colours else ""
        yield f"{label}:{colour}::\n".encode()


def write_list(results: Results, kind: str, split: str) -> Path:
    """Write the names of the images of `split`, one a line, as `ImageSets/KIND/SPLIT.txt`."""
    path = results.out / LISTS / kind / f"{split or DEFAULT_SPLIT}.txt"
    with open_atomic(path) as file:
        for block in results.blocks(split):
            file.write("".join(f"{image.name}\n" for image in block.images).encode())
    return path
