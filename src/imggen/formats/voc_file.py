"""Pascal VOC: the list of the images of each split."""

from __future__ import annotations

from pathlib import Path

from imggen.formats.results import Results
from imggen.store.files import whole_file

FOLDER = "ImageSets"
ALL = "all"  # the list's name where there are no splits


def merge(results: Results) -> list[Path]:
    """Write `ImageSets/Main/SPLIT.txt`, or `all.txt` without splits: a name a line."""
    written = []
    for split in results.splits:
        path = results.out / FOLDER / "Main" / f"{split or ALL}.txt"
        with whole_file(path) as file:
            for block in results.blocks(split):
                file.write("".join(f"{picture.name}\n" for picture in block.pictures).encode())
        written.append(path)
    return written
