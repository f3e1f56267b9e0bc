"""The facts of all images once they are done, from which merged files and tables are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.planning import Plan, Segments
    from imggen.planning.names import Namer

AT_ONCE = 10_000  # images, so that memory does not grow with the count

Files = npt.NDArray[np.void]


@dataclass(frozen=True)
class Block:
    """Some images that follow each other, all or those of one split.

    Attributes
    ----------
    plan : of these images alone: row k of its arrays is the image `indices[k]`
    indices : (n,) int64
    images : the facts of each image, without instances
    """

    plan: Plan
    indices: npt.NDArray[np.int64]
    images: list[ImageInfo]
    _rows: npt.NDArray[np.intp]
    _read: Callable[[], Files]

    @cached_property
    def files(self) -> Files:
        """The records of the images: (n,) of `imggen.containers.record.record_of_image`."""
        return self._read()[self._rows]


class ImageFiles(NamedTuple):
    """The files of a container, as metadata of datasets describes them.

    Attributes
    ----------
    name : what they are called together
    media_type : of each, or the address of a description of its format
    patterns : which files they are, below the dataset's folder
    has_images : True if each is one image
    fields : if each has the columns of its images in it, what yields these as fields of Croissant
    """

    name: str
    description: str
    media_type: str
    patterns: tuple[str, ...]
    has_images: bool = False
    fields: Callable[[DatasetInfo], Iterator[dict[str, Any]]] | None = None


@dataclass(frozen=True)
class Results:
    """All images of a dataset.

    Attributes
    ----------
    out : the dataset's folder
    plan : of all images, a segment at a time
    files : called with a range of images, returns their records, in the order of images
    fragments : called with a format and a split, yields what images add to its merged file, in the
        order in which they are made
    image_files : the files that have the images
    """

    out: Path
    plan: Segments
    namer: Namer
    info: DatasetInfo
    files: Callable[[int, int], Files]
    fragments: Callable[[str, str], Iterator[bytes]]
    image_files: ImageFiles

    @property
    def splits(self) -> tuple[str, ...]:
        """The names of all splits; "" alone if there are none."""
        return self.info.splits or ("",)

    @property
    def counts(self) -> dict[str, int]:
        """The number of images in each split that has any."""
        counts = self.plan.split_counts.sum(axis=0).tolist()
        return {split: count for split, count in zip(self.splits, counts, strict=True) if count}

    def blocks(self, split: str | None = None, at_once: int | None = None) -> Iterator[Block]:
        """Yield all images, or those of `split`, in order, up to AT_ONCE at a time."""
        size = at_once or AT_ONCE
        for start in range(0, self.plan.count, size):
            block = self.block(start, min(start + size, self.plan.count), split)
            if len(block.indices):
                yield block

    def block(self, start: int, stop: int, split: str | None = None) -> Block:
        """Return the block of images `start` to `stop`, or of those that are of `split`."""
        plan = self.plan.part(start, stop)
        rows = np.arange(stop - start)
        if split:
            rows = np.flatnonzero(plan.splits == self.info.splits.index(split))
            plan = plan.take(rows)
        indices = rows + start
        names = self.namer.names(indices, plan.traits, plan.splits)
        images = list(self.info.images(indices, plan.traits, plan.splits, names))
        return Block(plan, indices, images, rows, lambda: self.files(start, stop))

    def no_images(self) -> Block:
        """Return a block without images, for the types of what is made of blocks."""
        block, nothing = self.block(0, 1), np.zeros(0, np.int64)
        return Block(
            block.plan.take(nothing), nothing, [], nothing.astype(np.intp), lambda: block.files
        )
