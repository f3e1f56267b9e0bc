"""TFRecord: shards of `tf.train.Example`s, with features as the Object Detection API has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imggen.containers.shards import OF_RECORDS, Sharded

if TYPE_CHECKING:
    from pathlib import Path

    from imggen.containers.base import OpenShard
    from imggen.containers.samples import Fault, FindFault, Frame, Sample
    from imggen.containers.sink import Sink, Target
    from imggen.formats.info import DatasetInfo
    from imggen.formats.results import ImageFiles, Results

RECORDS = "tfrecords"  # the folder of all
LABEL_MAP = "label_map.pbtxt"
FORMAT_PAGE = "https://www.tensorflow.org/tutorials/load_data/tfrecord"


@dataclass(frozen=True)
class TFRecord(Sharded):
    """TFRecord shards, with a label map."""

    name = "tfrecord"
    instead = OF_RECORDS
    owned_names = (RECORDS, LABEL_MAP)
    suffix = ".tfrecord"

    @classmethod
    def last_name(cls, info: DatasetInfo, split: str, number: int, count: int) -> str:
        """Return the name of shard `number` of the `count` of a split."""
        return f"{RECORDS}/{split or info.dataset}-{number:05d}-of-{count:05d}{cls.suffix}"

    def sink(self, target: Target) -> Sink:
        """Return what stores the images of a chunk."""
        # Kernels of labels load slowly, and checks of settings do without.
        from imggen.containers.tfrecord_sample import RecordSink  # noqa: PLC0415

        return RecordSink(self, target)

    def image_files(self, info: DatasetInfo) -> ImageFiles:
        """Return the files that have the images, as metadata of datasets describes them."""
        from imggen.formats.results import ImageFiles  # noqa: PLC0415  # not for workers

        del info
        text = "Shards of tf.train.Examples: images and labels."
        return ImageFiles(RECORDS, text, FORMAT_PAGE, (f"{RECORDS}/*{self.suffix}",))

    def shard_faults(
        self, path: Path, samples: Sequence[Sample], frame: Frame, find_fault: FindFault
    ) -> Iterator[Fault]:
        """Yield what others read otherwise of the shard at `path` than its `samples` must be."""
        from imggen.containers.tfrecord_faults import record_faults  # noqa: PLC0415  # not for workers

        return record_faults(path, samples, frame, find_fault)

    def describe(self, results: Results, open_shard: OpenShard) -> list[Path]:
        """Write the label map; return its path."""
        from imggen.containers.tfrecord_sample import write_label_map  # noqa: PLC0415  # likewise

        del open_shard
        return [write_label_map(results.info, results.out / LABEL_MAP)]
