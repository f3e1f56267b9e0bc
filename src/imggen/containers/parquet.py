"""Parquet: shards of rows, an image and all that is known of it in each.

pyarrow takes long to load and is no dependency: `parquet_rows` and `parquet_faults` import it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar

from imggen.containers.base import IN_COCO, LEAVE_OUT, NO_TOKENS
from imggen.containers.shards import NO_METADATA, Sharded
from imggen.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from imggen.config import Config
    from imggen.containers.samples import Fault, FindFault, Frame, Sample
    from imggen.containers.sink import Sink, Target
    from imggen.formats.info import DatasetInfo
    from imggen.formats.results import ImageFiles

DATA = "data"  # the folder of all
ONLY_SPLIT = "train"  # what `datasets` calls images without a split
MEDIA_TYPE = "application/x-parquet"
COLUMNS = ("image", "text", "objects")  # besides those that no layer may be called as


@dataclass(frozen=True)
class Parquet(Sharded):
    """Parquet shards."""

    name = "parquet"
    instead: ClassVar[Mapping[str, str]] = {
        "metadata": NO_METADATA,
        "class folders": f"it has a column of classes for each layer, {LEAVE_OUT}",
        "boxes": f'its column "objects" has the same boxes, {LEAVE_OUT}',
        "masks": IN_COCO.format("masks"),
        "mask folders": IN_COCO.format("masks"),
        "tokens": NO_TOKENS,
    }
    owned_names = (DATA,)
    segments = False
    suffix = ".parquet"

    @classmethod
    def check_config(cls, config: Config) -> None:
        """Refuse what shards cannot hold, and layers that are called as another column.

        Raises
        ------
        ConfigError
            With one sentence on the first thing that is wrong.
        """
        super().check_config(config)
        for layer in config.layer:
            if layer.name in COLUMNS:
                message = (
                    f'a layer is called "{layer.name}", which output.container = "parquet" has '
                    "another column for; rename the layer."
                )
                raise ConfigError(message)

    @classmethod
    def last_name(cls, info: DatasetInfo, split: str, number: int, count: int) -> str:
        """Return the name of shard `number` of `count`, from which readers take the split."""
        del info
        return f"{DATA}/{split or ONLY_SPLIT}-{number:05d}-of-{count:05d}{cls.suffix}"

    def check_run(self, chunk_size: int | None) -> None:
        """Refuse another size of chunks, and a system without pyarrow.

        Raises
        ------
        InputError
            With one sentence on the first thing that is wrong.
        """
        super().check_run(chunk_size)
        if find_spec("pyarrow") is None:
            message = (
                'output.container is "parquet", which needs pyarrow; install it with '
                "`pip install pyarrow`, or choose another container."
            )
            raise ConfigError(message)

    def sink(self, target: Target) -> Sink:
        """Return what stores the images of a chunk."""
        from imggen.containers.parquet_rows import ParquetSink  # noqa: PLC0415  # see above

        return ParquetSink(self, target)

    def image_files(self, info: DatasetInfo) -> ImageFiles:
        """Return the files that have the images, as metadata of datasets describes them."""
        from imggen.containers.parquet_fields import fields_of  # noqa: PLC0415  # see above
        from imggen.formats.results import ImageFiles  # noqa: PLC0415  # not for workers

        del info
        patterns = (f"{DATA}/*{self.suffix}",)
        return ImageFiles(
            DATA, "Shards of images and what they show.", MEDIA_TYPE, patterns, fields=fields_of
        )

    def shard_faults(
        self, path: Path, samples: Sequence[Sample], frame: Frame, find_fault: FindFault
    ) -> Iterator[Fault]:
        """Yield what others read otherwise of the shard at `path` than its `samples` must be."""
        from imggen.containers.parquet_faults import parquet_faults  # noqa: PLC0415  # see above

        return parquet_faults(path, samples, frame, find_fault)
