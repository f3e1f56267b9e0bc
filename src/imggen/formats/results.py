"""The facts of all images once they are done, from which merged files and tables are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.plan import Plan
    from imggen.plan.names import Namer

AT_ONCE = 10_000  # images, so that memory does not grow with the count


@dataclass(frozen=True)
class Block:
    """Some images that follow each other.

    Attributes
    ----------
    indices : (n,) int64
    images : the facts of each image, without instances
    files : (n,) of `imggen.containers.record.record_of_image`
    """

    indices: npt.NDArray[np.int64]
    images: list[ImageInfo]
    files: npt.NDArray[np.void]


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
    files : (images,) of `imggen.containers.record.record_of_image`, in the order of images
    fragments : called with a format and a split, yields what images add to its merged file, in the
        plan's order
    image_files : the files that have the images
    """

    out: Path
    plan: Plan
    namer: Namer
    info: DatasetInfo
    files: npt.NDArray[np.void]
    fragments: Callable[[str, str], Iterator[bytes]]
    image_files: ImageFiles

    @property
    def splits(self) -> tuple[str, ...]:
        """The names of all splits; "" alone if there are none."""
        return self.info.splits or ("",)

    @property
    def counts(self) -> dict[str, int]:
        """The number of images in each split that has any."""
        counts = np.bincount(self.plan.splits, minlength=len(self.splits)).tolist()
        return {split: count for split, count in zip(self.splits, counts, strict=True) if count}

    def blocks(self, split: str | None = None) -> Iterator[Block]:
        """Yield all images, or those of `split`, in order, up to AT_ONCE at a time."""
        for start in range(0, self.plan.count, AT_ONCE):
            indices = np.arange(start, min(start + AT_ONCE, self.plan.count))
            if split:
                indices = indices[self.plan.splits[indices] == self.info.splits.index(split)]
            if len(indices):
                yield self.block(indices)

    def block(self, indices: npt.NDArray[np.int64]) -> Block:
        """Return the block of the images with these `indices` (n,)."""
        shown = self.plan.traits[indices], self.plan.splits[indices]
        names = self.namer.names(indices, *shown)
        images = list(self.info.images(indices, *shown, names))
        return Block(indices, images, self.files[indices])
