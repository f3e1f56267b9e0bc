"""What is known of all images once they are done: what merged files and tables are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from imggen.formats.picture import About, Picture
from imggen.plan import Plan
from imggen.plan.names import Namer

AT_ONCE = 10_000  # images, so that memory does not grow with the count


@dataclass(frozen=True)
class Block:
    """Some images that follow each other.

    Attributes
    ----------
    images : (n,) int64, their indices
    pictures : of each, without instances
    files : (n,) of `imggen.run.record.whole_record`
    """

    images: npt.NDArray[np.int64]
    pictures: list[Picture]
    files: npt.NDArray[np.void]


@dataclass(frozen=True)
class Results:
    """All images of a dataset.

    Attributes
    ----------
    out : the dataset's folder
    files : (images,) of `imggen.run.record.whole_record`, in the order of images
    parts : of a format and a split, what images added to its merged file, in the plan's order
    """

    out: Path
    plan: Plan
    namer: Namer
    about: About
    files: npt.NDArray[np.void]
    parts: Callable[[str, str], Iterator[bytes]]

    @property
    def splits(self) -> tuple[str, ...]:
        """The names of all splits; "" alone if there are none."""
        return self.about.splits or ("",)

    @property
    def counts(self) -> dict[str, int]:
        """How many images each split has, of those that have any."""
        counts = np.bincount(self.plan.splits, minlength=len(self.splits)).tolist()
        return {split: count for split, count in zip(self.splits, counts, strict=True) if count}

    def blocks(self, split: str | None = None) -> Iterator[Block]:
        """All images, or those of `split`, in order, some at a time."""
        for start in range(0, self.plan.count, AT_ONCE):
            images = np.arange(start, min(start + AT_ONCE, self.plan.count))
            if split:
                images = images[self.plan.splits[images] == self.about.splits.index(split)]
            if len(images):
                yield self.block(images)

    def block(self, images: npt.NDArray[np.int64]) -> Block:
        """Those of `images` (n,)."""
        shown = self.plan.traits[images], self.plan.splits[images]
        names = self.namer.names(images, *shown)
        pictures = list(self.about.pictures(images, *shown, names))
        return Block(images, pictures, self.files[images])
