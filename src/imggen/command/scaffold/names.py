"""Names of layers, and the numbers before names of folders that give their order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from imggen.assets.weights import split_weight
from imggen.config import Dataset
from imggen.config.composed import composed
from imggen.config.image_name import NAME_FIELDS
from imggen.config.names import LONGEST_NAME, SAFE_NAME, fold

NUMBERED = re.compile(r"(?P<number>\d+)[\s._)-]*(?P<name>.*)")  # "1. Background", "02-Body"
UNSAFE = re.compile(r"[^\w-]+")
RESERVED = (*NAME_FIELDS, Dataset().image_column)


def bare_name(text: str, *, numbered: bool) -> str:
    """Return a folder's name without its weight and, if `numbered`, without its leading number."""
    name, _ = split_weight(text)
    match = NUMBERED.fullmatch(name) if numbered else None
    return match["name"] if match else name


def number_of(text: str) -> int:
    """Return the leading number of a name; 0 if it has none."""
    match = NUMBERED.fullmatch(text)
    return int(match["number"]) if match else 0


def safe_names(texts: Sequence[str]) -> list[str]:
    """Return distinct valid layer names, as close to `texts` as possible."""
    reserved = {fold(name) for name in RESERVED}
    taken: set[str] = set()
    names = []
    for text in texts:
        base = UNSAFE.sub(" ", composed(text)).strip(" -")[: LONGEST_NAME - len(" 999")].strip(" -")
        if not SAFE_NAME.fullmatch(base) or fold(base) in reserved:
            base = f"layer {base}".strip()
        name, number = base, 2
        while fold(name) in taken:
            name, number = f"{base} {number}", number + 1
        taken.add(fold(name))
        names.append(name)
    return names
