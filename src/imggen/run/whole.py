"""Whether what an earlier run noted as done is still there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from imggen.labels.labeller import file_labels, merged_labels
from imggen.labels.picture import About
from imggen.plan import Plan
from imggen.plan.names import Namer
from imggen.store.layout import IMAGES, part_name


def is_whole(
    plan: Plan,
    namer: Namer,
    about: About,
    out: Path,
    start: int,
    stop: int,
    files: npt.NDArray[np.void],
) -> bool:
    """Whether images `start` to `stop` of the plan's order are there, of the sizes in `files`.

    Their labels must be there too, of any size.
    """
    images = plan.order[start:stop].astype(np.int64)
    splits = plan.splits[images]
    shown = plan.traits[images], splits
    names = list(namer.names(images, *shown))
    paths = (out / IMAGES / (name + about.suffix) for name in names)
    sizes = files["size_bytes"].tolist()
    try:
        if any(path.stat().st_size != size for path, size in zip(paths, sizes, strict=True)):
            return False
    except OSError:
        return False
    pictures = about.pictures(images, *shown, names)
    labels = file_labels(about)
    beside = (label.path(picture) for picture in pictures for label in labels)
    return all((out / path).exists() for path in (*parts_of(about, start, stop, splits), *beside))


def parts_of(about: About, start: int, stop: int, splits: npt.NDArray[np.uint8]) -> Iterator[str]:
    """Where those images keep their parts of merged label files."""
    for label in merged_labels(about):
        for split in about.splits_among(splits):
            yield part_name(start, stop, label, split)
