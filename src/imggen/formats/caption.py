"""Captions: the template of the configuration, filled for each image."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from imggen.config import NONE
from imggen.config.caption import Piece, Slot, parse_caption
from imggen.formats.picture import About, Picture
from imggen.formats.words import capitalised, joined, one_line, words_of

FOLDER = "captions"
GAP = re.compile(r"\s+(?=[.!?:;,])")  # left before a mark where a piece is gone
LOOSE_MARKS = " ,:;.!?"
# Stand for the marks in what a layer is called, which are not the template's: noncharacters.
APART = str.maketrans({mark: chr(0xFDD0 + k) for k, mark in enumerate(LOOSE_MARKS.strip())})
BACK = {ord(apart): chr(mark) for mark, apart in APART.items()}

# A piece: layer and, by variant, what it fills in with the words before it; then words after them.
Filled = tuple[list[tuple[int, dict[str, str]]], str]


class Captioner:
    """Fills the caption of images.

    A piece one of whose layers shows nothing is left out, unless `labels.words` has words for
    "none".
    """

    def __init__(self, about: About) -> None:
        template = about.labels.caption or ""
        layers = [layer for layer, _ in about.layers]
        self._capital = template[:1].isupper()
        self._pieces = [fill(about, layers, piece) for piece in parse_caption(template, layers)]

    def caption(self, shown: Sequence[str]) -> str:
        """The caption of an image that shows these variants, one for each layer."""
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


def fill(about: About, layers: Sequence[str], piece: Piece) -> Filled:
    """What `piece` becomes for each variant of its layers."""
    slots = [
        (depth, dict(fillings(about, slot, about.layers[depth][1])))
        for slot in piece.slots
        for depth in (layers.index(slot.layer),)
    ]
    return slots, piece.after


def fillings(about: About, slot: Slot, variants: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each of `variants`, and the words it is with those before it; none if it is left out."""
    given = about.labels.words.get(slot.layer, {})
    for variant in variants:
        plain = "" if variant == NONE else words_of(variant)
        words = one_line(given.get(variant, plain)).translate(APART)
        yield variant, joined(slot.before, words) if words else ""


class CaptionFile:
    """A text file beside each image."""

    extension = "caption.txt"  # YOLO has "txt"

    def __init__(self, about: About) -> None:
        self._captioner = Captioner(about)

    def path(self, picture: Picture) -> str:
        """`captions/NAME.txt`."""
        return f"{FOLDER}/{picture.name}.txt"

    def content(self, picture: Picture) -> bytes:
        """The caption and a line end."""
        return f"{self._captioner.caption(picture.shown)}\n".encode()
