"""MDS: shards that MosaicML's `streaming` reads, with an index for each split."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from imggen.containers.shards import OF_RECORDS, Sharded
from imggen.store.entries import make_entry

if TYPE_CHECKING:
    from pathlib import Path

    from imggen.config import Output
    from imggen.containers.record import ChunkRecord
    from imggen.containers.samples import Fault, FindFault, Frame, Sample
    from imggen.containers.sink import Sink, Target
    from imggen.formats.info import DatasetInfo
    from imggen.formats.results import ImageFiles
    from imggen.planning.order import ImageOrder
    from imggen.store.entries import Entry

FOLDER = "mds"  # of all
INDEX = "index.json"
MOST_BYTES = 2**26  # of a shard, as `streaming` has it: a worker holds all of one
FORMAT_PAGE = "https://github.com/mosaicml/streaming"


@dataclass(frozen=True)
class Mds(Sharded):
    """MDS shards, with indices."""

    name = "mds"
    instead = OF_RECORDS
    owned_names = (FOLDER,)
    suffix = ".mds"

    @classmethod
    def of(cls, output: Output) -> Self:
        """Return the container with those settings of `output` that it needs."""
        limit_bytes = min(output.shard_bytes, MOST_BYTES)
        return cls(output.encoding, output.shard_images, limit_bytes)

    @classmethod
    def last_name(cls, info: DatasetInfo, split: str, number: int, count: int) -> str:
        """Return the name of shard `number` of a split, in the folder that readers call it by."""
        del info, count
        folder = f"{FOLDER}/{split}" if split else FOLDER
        return f"{folder}/shard.{number:05d}{cls.suffix}"

    def sink(self, target: Target) -> Sink:
        """Return what stores the images of a chunk."""
        # Kernels of labels load slowly, and checks of settings do without.
        from imggen.containers.mds_sample import MdsSink  # noqa: PLC0415

        return MdsSink(self, target)

    def image_files(self, info: DatasetInfo) -> ImageFiles:
        """Return the files that have the images, as metadata of datasets describes them."""
        from imggen.formats.results import ImageFiles  # noqa: PLC0415  # not for workers

        pattern = f"{FOLDER}/{'*/' if info.splits else ''}*{self.suffix}"
        return ImageFiles(FOLDER, "Shards of images and labels.", FORMAT_PAGE, (pattern,))

    def shard_faults(
        self, path: Path, samples: Sequence[Sample], frame: Frame, find_fault: FindFault
    ) -> Iterator[Fault]:
        """Yield what others read otherwise of the shard at `path` than its `samples` must be."""
        from imggen.containers.mds_faults import mds_faults  # noqa: PLC0415  # not for workers

        return mds_faults(path, samples, frame, find_fault)

    def finish(
        self, order: ImageOrder, info: DatasetInfo, out: Path, records: Iterable[ChunkRecord]
    ) -> dict[str, Entry]:
        """Give all shards their last names, and write indices; return the entries by name."""
        from imggen.containers.mds_sample import write_indices  # noqa: PLC0415  # not for workers

        samples: dict[str, int] = {}
        entries = super().finish(order, info, out, self._counted(records, samples))
        indices = write_indices(info, out, samples)
        return entries | {str(path.relative_to(out)): make_entry(path) for path in indices}

    def _counted(
        self, records: Iterable[ChunkRecord], samples: dict[str, int]
    ) -> Iterator[ChunkRecord]:
        """Yield `records`, and note in `samples` how many each shard has, by its first name."""
        for record in records:
            counts = np.bincount(record.images["shard"]).tolist()
            samples.update(zip(self.first_names(record), counts, strict=True))
            yield record
