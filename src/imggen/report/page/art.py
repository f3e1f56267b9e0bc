"""Flaws of the art of a dataset, found in its files, with a picture of each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

import numpy as np

from imggen.assets import Library
from imggen.assets.decode import decode
from imggen.config import Config
from imggen.report.alike import Signature, signature_of
from imggen.report.art_files import ArtFile, art_files
from imggen.report.lint import Flaw, alike_files, flaws_of_file, never_drawn, odd_sizes
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
    names: dict[str, str] = {}
    found: list[Flaw] = []
    signatures: list[Signature] = []
    for _, files in groupby(islice(art_files(config), MOST_FILES), lambda file: file.depth):
        sizes: dict[tuple[int, int], list[ArtFile]] = {}
        for file in files:
            names[str(file.path)] = called(config, file)
            found += flaws_of_file(file, config.layer[file.depth], library)
            signatures.append(signature_of(file))
            sizes.setdefault(file.size, []).append(signatures[-1].file)
        found += odd_sizes(sizes, config, library)
    found += alike_files(signatures)
    found += never_drawn(config, library)
    return [said(flaw, names, config) for flaw in found]


def called(config: Config, file: ArtFile) -> str:
    """Return a file's name below the folder of its layer, after the layer's name."""
    return f"{config.layer[file.depth].name}/{file.path.name}"


def said(flaw: Flaw, names: dict[str, str], config: Config) -> ArtFlaw:
    """Return a flaw with names in place of paths, and the pictures of the files that it names."""
    sentence = flaw.sentence
    pictures = []
    for path in sorted(names, key=len, reverse=True):
        if path in sentence:
            sentence = sentence.replace(path, names[path])
            image = decode(Path(path), config.canvas.color).image
            pixels = np.asarray(image.convert("RGBA"))
            pictures.append(data_url(picture_of(pixels), THUMB))
    return ArtFlaw(flaw.kind, sentence, tuple(pictures[:2]))
