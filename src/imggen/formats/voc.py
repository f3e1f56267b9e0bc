"""Pascal VOC: an XML file beside each image.

Source: The PASCAL Visual Object Classes Challenge, development kit, 5.1 and 9.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from imggen.formats.once import OncePerScene
from imggen.formats.picture import About, Picture
from imggen.geometry.instances import Instance
from imggen.store.layout import IMAGES

FOLDER = "Annotations"


class VocFile:
    """What is in an image, and where."""

    extension = "xml"

    def __init__(self, about: About) -> None:
        width, height = about.size
        self._suffix = about.suffix
        self._middle = (
            "</filename>\n"
            f"\t<source>\n\t\t<database>{escape(about.dataset)}</database>\n"
            "\t\t<annotation>imggen</annotation>\n\t\t<image>imggen</image>\n\t</source>\n"
            f"\t<size>\n\t\t<width>{width}</width>\n\t\t<height>{height}</height>\n"
            f"\t\t<depth>{about.channels}</depth>\n\t</size>\n\t<segmented>0</segmented>\n"
        )
        self._classes = [escape(name) for name in about.classes.names]
        self._class_of = about.class_of
        self._scene = OncePerScene(about, self._objects)

    def path(self, picture: Picture) -> str:
        """Where it lies in the dataset's folder."""
        return f"{FOLDER}/{picture.name}.xml"

    def content(self, picture: Picture) -> bytes:
        """The whole file."""
        name = escape(picture.name + self._suffix)
        head = f"<annotation>\n\t<folder>{IMAGES}</folder>\n\t<filename>{name}"
        return f"{head}{self._middle}{self._scene.of(picture)}</annotation>\n".encode()

    def _objects(self, instances: Sequence[Instance]) -> str:
        return "".join(map(self._object, instances))

    def _object(self, instance: Instance) -> str:
        x, y, width, height = instance.visible
        return (
            f"\t<object>\n\t\t<name>{self._classes[self._class_of(instance)]}</name>\n"
            "\t\t<pose>Unspecified</pose>\n"
            f"\t\t<truncated>{int(instance.visible != instance.amodal)}</truncated>\n"
            f"\t\t<occluded>{int(instance.visible_pixels < instance.pixels)}</occluded>\n"
            "\t\t<difficult>0</difficult>\n"
            f"\t\t<bndbox>\n\t\t\t<xmin>{x + 1}</xmin>\n\t\t\t<ymin>{y + 1}</ymin>\n"
            f"\t\t\t<xmax>{x + width}</xmax>\n\t\t\t<ymax>{y + height}</ymax>\n\t\t</bndbox>\n"
            "\t</object>\n"
        )
