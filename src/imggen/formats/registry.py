"""The label formats, by name: what each writes beside an image, and what once for all of them.

What takes the pixels of an image is made with it, by the worker that draws it; tables are made from
the plan and the records of all images, when these are done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from imggen.formats.picture import About, Picture
from imggen.store.layout import CARD


class FileLabel(Protocol):
    """A file of its own for each image.

    Attributes
    ----------
    extension : of that file, without a leading dot; no two formats have the same
    """

    extension: str

    def path(self, picture: Picture) -> str:
        """Where it lies in the dataset's folder; needs no instances."""

    def content(self, picture: Picture) -> bytes | None:
        """What is in it; None: it is a link to the image."""


class PartLabel(Protocol):
    """A part of a file that is put together when all images are done."""

    def part(self, picture: Picture) -> bytes:
        """What this image adds to it."""


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes
    ----------
    places : the files and folders right in the dataset's folder that it writes
    files : what it writes beside each image
    part : what images add to its merged file
    merger : the module of `imggen.formats` whose `merge(Results)` is called at the end; it returns
        the paths of what it wrote. Workers do not load it
    """

    places: tuple[str, ...]
    files: tuple[Callable[[About], FileLabel], ...] = ()
    part: Callable[[About], PartLabel] | None = None
    merger: str | None = None


def found_in(module: str, name: str) -> Callable[[About], Any]:
    """What makes the class `name` of a module of `imggen.formats`, which is loaded when it must be.

    Its kernels take long to load, and most runs need none of them.
    """

    def make(about: About) -> Any:
        return getattr(import_module(f"imggen.formats.{module}"), name)(about)

    return make


YOLO_PLACES = ("labels", "data.yaml")

FORMATS: dict[str, Format] = {
    "coco": Format(places=("annotations",), part=found_in("coco", "CocoPart"), merger="coco_file"),
    "yolo": Format(places=YOLO_PLACES, files=(found_in("yolo", "YoloBoxes"),), merger="yolo_file"),
    "yolo-segment": Format(
        places=YOLO_PLACES, files=(found_in("yolo", "YoloPolygons"),), merger="yolo_file"
    ),
    "voc": Format(
        places=("Annotations", "ImageSets"),
        files=(found_in("voc", "VocFile"),),
        merger="voc_file",
    ),
    "masks": Format(
        places=("masks",),
        files=(found_in("masks", "SemanticMask"), found_in("masks", "InstanceMask")),
        merger="mask_classes",
    ),
    "table": Format(places=("labels.csv", "labels.parquet"), merger="full_table"),
    "imagefolder": Format(places=(CARD,), merger="imagefolder"),
    "classes": Format(
        places=("classes",),
        files=(found_in("class_folder", "ClassFolder"),),
        merger="class_folders",
    ),
    "captions": Format(
        places=("captions", "captions.jsonl"),
        files=(found_in("caption", "CaptionFile"),),
        merger="captions",
    ),
    "erc721": Format(
        places=("metadata", "rarity.csv", "ranks.csv"),
        files=(found_in("token_files", "Erc721File"),),
        merger="rarity",
    ),
    "solana": Format(
        places=("solana", "rarity.csv", "ranks.csv"),
        files=(found_in("token_files", "SolanaFile"),),
        merger="rarity",
    ),
}


def places_of(formats: Iterable[str]) -> set[str]:
    """All that `formats` write right in the dataset's folder; unknown ones write nothing."""
    return {place for name in formats if name in FORMATS for place in FORMATS[name].places}
