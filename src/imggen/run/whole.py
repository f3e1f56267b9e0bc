"""Whether what an earlier run noted as done is still there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from imggen.config.output import ARRAYS
from imggen.labels.labeller import file_labels, merged_labels
from imggen.labels.picture import About
from imggen.plan import Plan
from imggen.plan.names import Namer
from imggen.run.shards import Numbered, pieces_of, read_numbers
from imggen.store.layout import IMAGES, PIXELS_PIECE, part_name

Records = npt.NDArray[np.void]


@dataclass(frozen=True)
class Whole:
    """Looks for the images of `plan` in the folder `out`."""

    plan: Plan
    namer: Namer
    about: About
    out: Path

    def __call__(self, start: int, stop: int, files: Records) -> bool:
        """Whether images `start` to `stop` of the plan's order are there, as noted in `files`.

        Their labels must be there too, of any size.
        """
        there = self._in_shards if self.plan.config.output.sharded else self._as_files
        if self.plan.config.output.container in ARRAYS:
            there = self._in_array
        parts = parts_of(self.about, start, stop, self.plan.splits[self.plan.order[start:stop]])
        return there(start, stop, files) and all((self.out / part).exists() for part in parts)

    def _as_files(self, start: int, stop: int, files: Records) -> bool:
        """Whether they are loose files of the sizes in `files`."""
        images = self.plan.order[start:stop].astype(np.int64)
        shown = self.plan.traits[images], self.plan.splits[images]
        names = list(self.namer.names(images, *shown))
        for name, size_bytes in zip(names, files["size_bytes"].tolist(), strict=True):
            if size_of(self.out / IMAGES / (name + self.about.suffix)) != size_bytes:
                return False
        pictures = self.about.pictures(images, *shown, names)
        labels = file_labels(self.about)
        beside = (label.path(picture) for picture in pictures for label in labels)
        return all((self.out / path).exists() for path in beside)

    def _in_shards(self, start: int, stop: int, files: Records) -> bool:
        """Whether the shards that they are in are there, under either name."""
        container = self.plan.config.output.container
        pieces = pieces_of(container, start, stop, int(files["piece"].max()) + 1)
        return all((self.out / piece).exists() or self._is_shard(piece) for piece in pieces)

    def _in_array(self, start: int, stop: int, files: Records) -> bool:  # noqa: ARG002  # as all
        """Whether the array that they are in is there, in the making or done."""
        return (self.out / PIXELS_PIECE).exists() or self._is_shard(PIXELS_PIECE)

    def _is_shard(self, piece: str) -> bool:
        """Whether a piece is there under the name it was given, as long as it was."""
        numbered = self._numbers.get(piece)
        return numbered is not None and size_of(self.out / numbered.name) == numbered.size_bytes

    @cached_property
    def _numbers(self) -> dict[str, Numbered]:
        return read_numbers(self.out)


def size_of(path: Path) -> int | None:
    """The size of a file, bytes; None if there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return None


def parts_of(about: About, start: int, stop: int, splits: npt.NDArray[np.uint8]) -> Iterator[str]:
    """Where those images keep their parts of merged label files."""
    for label in merged_labels(about):
        for split in about.splits_among(splits):
            yield part_name(start, stop, label, split)
