"""Flaws of the art of a dataset, found in its files, with a picture of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from imggen.assets import Library
from imggen.assets.decode import decode
from imggen.assets.local import local_art
from imggen.config import Config
from imggen.report.art_files import ArtFile, art_files
from imggen.report.lint import Flaw, flaws_of_files
from imggen.report.page.looks import data_url
from imggen.report.pictures import picture_of

MOST_FILES = 300
THUMB = 160  # px


@dataclass(frozen=True)
class ArtFlaw:
    """A flaw of art: its kind, a sentence without paths of this machine, and pictures of files."""

    kind: str
    sentence: str
    pictures: tuple[str, ...]


def find_art_flaws(config: Config, library: Library) -> list[ArtFlaw]:
    """Return the flaws of the first MOST_FILES files of art, and of variants as a whole."""
    with local_art(config) as art:
        return find_local_flaws(art.config, library)


def find_local_flaws(config: Config, library: Library) -> list[ArtFlaw]:
    """Return the flaws of art whose folders are on this machine, likewise."""
    names: dict[str, str] = {}

    def named() -> Iterator[ArtFile]:
        """Yield the files, whose names are kept."""
        for file in islice(art_files(config), MOST_FILES):
            names[str(file.path)] = called(config, file)
            yield file

    found = list(flaws_of_files(named(), config, library))
    return [said(flaw, names, config) for flaw in found]


def called(config: Config, file: ArtFile) -> str:
    """Return a file's name below the folder of its layer, after the layer's name."""
    return f"{config.layer[file.depth].name}/{file.path.name}"


def said(flaw: Flaw, names: dict[str, str], config: Config) -> ArtFlaw:
    """Return a flaw with names in place of paths, and pictures of its files."""
    sentence = flaw.sentence
    files = [str(path) for path in flaw.files]
    for path in sorted(names, key=len, reverse=True):
        if path in sentence:
            sentence = sentence.replace(path, names[path])
            files.append(path)
    pictures = tuple(picture_of_file(path, config) for path in files[:2])
    return ArtFlaw(flaw.kind, sentence, pictures)


def picture_of_file(path: str, config: Config) -> str:
    """Return a small picture of an art file, as a data URL."""
    image = decode(Path(path), config.canvas.color).image
    return data_url(picture_of(np.asarray(image.convert("RGBA"))), THUMB)
