"""Pascal VOC: an XML file beside each image, and a list of the images of each split.

Source: The PASCAL Visual Object Classes Challenge, development kit, 5.1 and 9.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from imggen.config.image_name import FIELD, SPLIT, parse
from imggen.config.sentences import show
from imggen.errors import PlanError
from imggen.formats.format import Format
from imggen.formats.image_names import choices
from imggen.store.files import open_atomic
from imggen.store.layout import IMAGES

if TYPE_CHECKING:
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.formats.results import Results
    from imggen.geometry.instances import Instance

FOLDER = "Annotations"
LISTS = "ImageSets"
ALL = "all"  # the list's name where there are no splits


class Voc(Format):
    """Boxes of visible pixels and classes, in an XML file for each image."""

    name = "voc"
    owned_names = (FOLDER, LISTS)
    kind = "boxes"
    needs_boxes = True
    extensions = ("xml",)
    sample_type = "binary"

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
            f"\t\t<depth>{info.channels}</depth>\n\t</size>\n\t<segmented>0</segmented>\n"
        )
        self._classes = [escape(name) for name in info.classes.names]

    @classmethod
    def check_names(cls, info: DatasetInfo, image_name: str) -> None:
        """Refuse names of images that would not be one word in a list."""
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

    def label_scene(self, instances: Sequence[Instance]) -> str:
        """Return the objects of an image's file."""
        return "".join(map(self._object, instances))

    def paths(self, image: ImageInfo) -> list[str]:
        """Return `Annotations/NAME.xml`."""
        return [f"{FOLDER}/{image.name}.xml"]

    def contents(self, image: ImageInfo, scene: str) -> list[bytes]:
        """Return the whole file."""
        name = escape(image.name + self.info.suffix)
        head = f"<annotation>\n\t<folder>{IMAGES}</folder>\n\t<filename>{name}"
        return [f"{head}{self._middle}{scene}</annotation>\n".encode()]

    def merge(self, results: Results) -> list[Path]:
        """Write `ImageSets/Main/SPLIT.txt`, or `all.txt` without splits: a name a line."""
        written = []
        for split in results.splits:
            path = results.out / LISTS / "Main" / f"{split or ALL}.txt"
            with open_atomic(path) as file:
                for block in results.blocks(split):
                    file.write("".join(f"{image.name}\n" for image in block.images).encode())
            written.append(path)
        return written

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


FORMATS = (Voc,)
