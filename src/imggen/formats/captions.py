"""Captions: the template of the configuration, filled for each image.

The text of an image is in `captions/NAME.txt`, and all of them are in `captions.jsonl`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.config.caption import Phrase, Slot, parse_caption
from imggen.config.plain import NONE
from imggen.errors import ConfigError
from imggen.formats.format import Format
from imggen.formats.words import capitalised, joined, number_of, one_line, with_number, words_of
from imggen.store.files import open_atomic
from imggen.store.layout import IMAGES

if TYPE_CHECKING:
    from imggen.config import Config
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.formats.results import Results
    from imggen.planning.columns import LayerColumns

FOLDER = "captions"
MERGED = f"{FOLDER}.jsonl"
GAP = re.compile(r"\s+(?=[.!?:;,])")  # left before a mark where a piece is gone
LOOSE_MARKS = " ,:;.!?"
# Noncharacters that stand for marks in the names of variants, which are not the template's.
APART = str.maketrans({mark: chr(0xFDD0 + k) for k, mark in enumerate(LOOSE_MARKS.strip())})
BACK = {ord(apart): chr(mark) for mark, apart in APART.items()}

# A piece: layer and, by variant, what it fills in with the words before it; then words after them.
Filled = tuple[list[tuple[int, dict[str, str]]], str]


class Captions(Format):
    """A text file beside each image, and all texts in one file."""

    name = "captions"
    owned_names = (FOLDER, MERGED)
    extensions = ("caption.txt",)
    in_samples = False  # samples have their captions whatever the formats

    def __init__(self, info: DatasetInfo) -> None:
        super().__init__(info)
        self._captioner = Captioner(info)

    @classmethod
    def check_config(cls, config: Config) -> None:
        """Refuse captions without a template."""
        if config.labels.caption is None:
            message = (
                f'labels.formats has "{cls.name}"; expected their template, '
                'like labels.caption = "a {character} in the {background}".'
            )
            raise ConfigError(message)

    def paths(self, image: ImageInfo) -> list[str]:
        """Return `captions/NAME.txt`."""
        return [f"{FOLDER}/{image.name}.txt"]

    def contents(self, image: ImageInfo, scene: None) -> list[bytes]:
        """Return the caption and a line end."""
        del scene
        return [f"{self._captioner.caption(image.variants)}\n".encode()]

    def merge(self, results: Results) -> list[Path]:
        """Write `captions.jsonl`: on each line the name of an image and its caption."""
        path = results.out / MERGED
        with open_atomic(path) as file:
            for block in results.blocks():
                for image in block.images:
                    name = f"{IMAGES}/{image.name}{self.info.suffix}"
                    line = {"file_name": name, "text": self._captioner.caption(image.variants)}
                    file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        return [path]


FORMATS = (Captions,)


class Captioner:
    """Fills the caption of images.

    A piece one of whose layers shows nothing is left out, unless `labels.words` has words for
    "none".
    """

    def __init__(self, info: DatasetInfo) -> None:
        template = info.labels.caption or ""
        layers = [layer for layer, _ in info.layers]
        self._capital = template[:1].isupper()
        self._pieces = [fill(info, layers, piece) for piece in parse_caption(template, layers)]

    def caption(self, shown: Sequence[str]) -> str:
        """Return the caption of an image that shows these variants, one for each layer."""
        text = ""
        complete = True
        for slots, after in self._pieces:
            filled = "".join([words[shown[depth]] for depth, words in slots])
            if slots and not all(words[shown[depth]] for depth, words in slots):
                complete = False
            else:
                text += filled + after
        if not complete:
            text = GAP.sub("", text).lstrip(LOOSE_MARKS).rstrip(" ,")
        text = one_line(text).translate(BACK)
        return capitalised(text) if self._capital else text


def fill(info: DatasetInfo, layers: Sequence[str], piece: Phrase) -> Filled:
    """Return what `piece` becomes for each variant of its layers."""
    slots = [
        (depth, dict(fillings(info, slot, info.columns[depth])))
        for slot in piece.slots
        for depth in (layers.index(slot.layer),)
    ]
    return slots, piece.after


def fillings(info: DatasetInfo, slot: Slot, layer: LayerColumns) -> Iterator[tuple[str, str]]:
    """Yield each text of `layer`, and its words with those before it; none if it is left out."""
    given = info.labels.words.get(slot.layer, {})
    for variant in layer.texts:
        if layer.counted:
            plain = number_of(noun_of(info, layer), int(variant))
        else:
            plain = "" if variant == NONE else words_of(variant)
        words = one_line(given.get(variant, plain)).translate(APART)
        join = with_number if layer.counted else joined
        yield variant, join(slot.before, words) if words else ""


def noun_of(info: DatasetInfo, layer: LayerColumns) -> str:
    """Return what to call an instance of `layer`: the class, if all have one; else the layer."""
    rows = info.classes.rows.items()
    classes = {row for (depth, _), row in rows if depth == layer.slots.start}
    return words_of(info.classes.names[classes.pop()] if len(classes) == 1 else layer.layer)
