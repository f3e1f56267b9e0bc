"""YOLO: `data.yaml`, which says where the images of each part are and what classes are called.

Images in shards are not where readers would look, so that only classes are named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from imggen.formats.results import Results
from imggen.store.files import whole_file
from imggen.store.layout import IMAGES

NAME = "data.yaml"
TRAIN, VAL, TEST = "train", "val", "test"
CALLED = {  # the names of splits that serve as each part, whatever their case
    TRAIN: ("train", "training"),
    VAL: ("val", "valid", "validation"),
    TEST: ("test", "testing"),
}
INSTEAD = {TRAIN: (), VAL: (TEST, TRAIN), TEST: ()}  # parts that serve where one is missing


def merge(results: Results) -> list[Path]:
    """Write `data.yaml`."""
    path = results.out / NAME
    with whole_file(path) as file:
        file.write("".join(lines(results)).encode())
    return [path]


def lines(results: Results) -> Iterator[str]:
    """Those of the file. Without a `path`, readers start from the folder that it lies in."""
    splits = tuple(results.counts) if results.about.splits else ()  # readers want no empty folder
    parts = {} if results.about.sharded else folders(splits)
    for part, folder in parts.items():
        yield f"{part}: {quoted(folder)}\n"
    yield "names:\n"
    for row, name in enumerate(results.about.classes.names):
        yield f"  {row}: {quoted(name)}\n"


def folders(splits: Sequence[str]) -> dict[str, str]:
    """The folder of each part that there is: `train` and `val`, which readers need, and `test`."""
    if not splits:
        return {TRAIN: IMAGES, VAL: IMAGES}
    found = {part: split_called(part, splits) for part in CALLED}
    serving = {
        part: next((found[other] for other in (part, *INSTEAD[part]) if found[other]), None)
        for part in CALLED
    }
    return {part: f"{IMAGES}/{split}" for part, split in serving.items() if split}


def split_called(part: str, splits: Sequence[str]) -> str | None:
    """The first of `splits` with a name of `part`."""
    return next((split for split in splits if split.casefold() in CALLED[part]), None)


def quoted(text: str) -> str:
    """`text` as a double-quoted scalar of YAML 1.2, 7.3.1: JSON, but for what YAML forbids there.

    Empty names, and ones like `no` or `007`, would else be read as something other than text.
    """
    return "".join(
        character if character.isprintable() else f"\\U{ord(character):08x}"
        for character in json.dumps(text, ensure_ascii=False)
    )
