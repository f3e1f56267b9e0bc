"""The label formats, by name: what each writes beside an image, and what once for all of them.

What takes the pixels of an image is made with it, by the worker that draws it; tables are made from
the plan and the records of all images, when these are done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from imggen.labels.caption import CaptionFile
from imggen.labels.class_folder import ClassFolder
from imggen.labels.coco import CocoPart
from imggen.labels.picture import About, Picture
from imggen.labels.token_files import Erc721File, SolanaFile


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
    merger : the module of `imggen.labels` whose `merge(Results)` is called at the end; it returns
        the paths of what it wrote. Workers do not load it
    """

    places: tuple[str, ...]
    files: tuple[Callable[[About], FileLabel], ...] = ()
    part: Callable[[About], PartLabel] | None = None
    merger: str | None = None


FORMATS: dict[str, Format] = {
    "table": Format(places=("labels.csv", "labels.parquet"), merger="full_table"),
    "coco": Format(places=("annotations",), part=CocoPart, merger="coco_file"),
    "imagefolder": Format(places=("README.md",), merger="imagefolder"),
    "classes": Format(places=("classes",), files=(ClassFolder,), merger="class_folders"),
    "captions": Format(
        places=("captions", "captions.jsonl"), files=(CaptionFile,), merger="captions"
    ),
    "erc721": Format(
        places=("metadata", "rarity.csv", "ranks.csv"), files=(Erc721File,), merger="rarity"
    ),
    "solana": Format(
        places=("solana", "rarity.csv", "ranks.csv"), files=(SolanaFile,), merger="rarity"
    ),
}


def places_of(formats: Iterable[str]) -> set[str]:
    """All that `formats` write right in the dataset's folder; unknown ones write nothing."""
    return {place for name in formats if name in FORMATS for place in FORMATS[name].places}
