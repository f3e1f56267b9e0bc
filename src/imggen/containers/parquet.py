"""Parquet: shards of rows, an image and all that is known of it in each.

pyarrow, which takes long to load and is no dependency, is imported by `parquet_rows` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar

from imggen.containers.shards import Sharded
from imggen.containers.webdataset import LEAVE_OUT, WebDataset
from imggen.errors import ConfigError

if TYPE_CHECKING:
    from imggen.config import Config
    from imggen.containers.base import Sink, Target
    from imggen.formats.info import DatasetInfo

DATA = "data"  # the folder of all
ONLY_SPLIT = "train"  # what `datasets` calls images without a split
COLUMNS = ("image", "text", "objects")  # besides those that no layer may be called as
COCO = '"coco" is written beside it and has the same {}, so give that'


@dataclass(frozen=True)
class Parquet(Sharded):
    """Parquet shards."""

    name = "parquet"
    instead: ClassVar[Mapping[str, str]] = {
        **WebDataset.instead,
        "class folders": f"it has a column of classes for each layer, {LEAVE_OUT}",
        "boxes": f'its column "objects" has the same boxes, {LEAVE_OUT}',
        "masks": COCO.format("masks"),
    }
    writes = (DATA,)
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
        from imggen.containers.parquet_rows import RowSink  # noqa: PLC0415  # see above

        return RowSink(self, target)
