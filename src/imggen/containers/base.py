"""The interface of all containers, with defaults that suit most of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from imggen.config.sentences import show
from imggen.errors import ConfigError
from imggen.planning.ranges import Range, cut, missing
from imggen.store.layout import IMAGES

if TYPE_CHECKING:  # a worker does without most of these
    from pathlib import Path

    from imggen.assets import Variants
    from imggen.config import Config, Output
    from imggen.containers.numbering import Numbered
    from imggen.containers.record import ChunkRecord
    from imggen.containers.samples import Fault, FindFault, Frame, Sample
    from imggen.containers.sink import Sink, Target
    from imggen.formats.info import DatasetInfo
    from imggen.formats.results import ImageFiles, Results
    from imggen.planning import Segments
    from imggen.planning.order import ImageOrder
    from imggen.store.entries import Entry

Check = Callable[["ChunkRecord", bool], bool]
Naming = Callable[["ChunkRecord"], None]
EarlyName = Callable[[Range], str | None]
# Yields where the shard with a first name can be read on this machine.
OpenShard = Callable[[str, "Numbered"], AbstractContextManager["Path"]]

SEGMENTS_PER_PARTITION = 8  # or more: else partitions of whole segments would differ too much
CODEC_KEYS = ("format", "quality", "lossless", "subsampling", "effort")
SHARD_KEYS = ("shard_images", "shard_bytes")

# What to do instead of label formats that have no place with a container, for sentences.
LEAVE_OUT = "so leave out the format"
IN_COCO = '"coco" is written beside it and has the same {}, so give that'
NO_FOLDERS = 'give "voc" and "masks" instead, which put the same into each sample'
NO_TOKENS = "marketplaces read a file for each image, so leave out the container"


@dataclass(frozen=True)
class Container:
    """A container with its settings.

    Attributes
    ----------
    name : as `output.container` takes it
    unused : the settings of `[output]` that mean nothing with it
    instead : by `Format.kind`, what to do instead of formats that have no place with it
    loose : True if each image is a file of its own, below IMAGES
    sharded : True if images are in shards, each with a description of what it shows
    segments : True if these descriptions have segmentations where a format asks for them
    pixels : True if pixels are stored as they are, and not encoded
    folders : what a run makes in the dataset's folder, for workers to write to
    owned_names : the names that a run writes right there, besides what all runs write
    index_folders : the folders of what says where images are in shards, for readers and for runs
    copies : how often all images are on the disk at the same time
    way_out : options that need less of a disk, for a sentence
    """

    name: ClassVar[str]
    unused: ClassVar[tuple[str, ...]] = ()
    instead: ClassVar[Mapping[str, str]] = {}
    loose: ClassVar[bool] = False
    sharded: ClassVar[bool] = False
    segments: ClassVar[bool] = False
    pixels: ClassVar[bool] = False
    folders: ClassVar[tuple[str, ...]] = ()
    owned_names: ClassVar[tuple[str, ...]] = ()
    index_folders: ClassVar[tuple[str, ...]] = ()
    copies: ClassVar[int] = 1
    way_out: ClassVar[str]

    @classmethod
    def of(cls, output: Output) -> Self:
        """Return the container with those settings of `output` that it needs."""
        del output
        return cls()

    @property
    def linked(self) -> bool:
        """True if images that show the same are one file."""
        return False

    # What must hold before a run starts.

    @classmethod
    def check_config(cls, config: Config) -> None:
        """Refuse what this container cannot hold, or has no use for.

        Raises
        ------
        ConfigError
            With one sentence on the first thing that is wrong.
        """
        from imggen.formats.registry import find_format  # noqa: PLC0415  # options do without

        check_unused(cls, config.output)
        for name in config.labels.formats:
            instead = cls.instead.get(find_format(name).kind)
            if instead is not None:
                message = (
                    f'labels.formats has "{name}", which has no place with output.container = '
                    f'"{cls.name}"; {instead}.'
                )
                raise ConfigError(message)

    @classmethod
    def check_variants(cls, image_name: str, layers: Sequence[Variants]) -> None:
        """Refuse variants that cannot be in the names of images.

        Raises
        ------
        PlanError
            With one sentence on the first of them.
        """

    def check_run(self, chunk_size: int | None) -> None:
        """Refuse options of a run that mean nothing here, and a system that cannot write this.

        Raises
        ------
        InputError
            With one sentence on the first thing that is wrong.
        """

    # How a run's images are shared out.

    def order(self, segments: Segments) -> ImageOrder:
        """Return the order in which images are stored."""
        from imggen.planning.order import SceneOrder  # noqa: PLC0415  # not for workers

        return SceneOrder(segments)

    def border(self, order: ImageOrder, number: int, count: int) -> int:
        """Return the position where partition `number` of `count` ends; the first is 1.

        Large partitions are of whole segments.
        """
        step = order.segments.size
        if number == count or order.count < SEGMENTS_PER_PARTITION * step * count:
            return order.count * number // count
        return order.count * number // count // step * step

    def chunks(
        self, order: ImageOrder, done: Sequence[Range], size: int, part: Range
    ) -> Iterator[Range]:
        """Yield the chunks of `part` that are missing where `done` are not, of up to `size` images.

        Both `done` (sorted) and `part` are positions in `order`, that of this container.
        """
        for missed in missing(done, *part):
            for start, stop in order.cuts(*missed):
                yield from cut(start, stop, size)

    # What a run makes in the folder `out`, from its start to its end.

    def make(self, order: ImageOrder, out: Path) -> None:
        """Make what workers write to."""
        del order
        for folder in self.folders:
            (out / folder).mkdir(parents=True, exist_ok=True)

    def extend(self, old: ImageOrder, order: ImageOrder, out: Path) -> None:
        """Make room for more images than the run in `out` makes, in the order `old`."""
        del old, order, out

    def make_trial(self, out: Path) -> None:
        """Make what workers write to where only the digests of images are wanted."""
        for folder in self.folders:
            (out / folder).mkdir(parents=True, exist_ok=True)

    def sink(self, target: Target) -> Sink:
        """Return what stores the images of a chunk."""
        raise NotImplementedError

    def finish(
        self, order: ImageOrder, info: DatasetInfo, out: Path, records: Iterable[ChunkRecord]
    ) -> dict[str, Entry]:
        """Put all images where they belong; return the entry of each file by its name.

        `records` are those of all chunks, in the plan's order.
        """
        del order, info, out, records
        return {}

    def describe(self, results: Results, open_shard: OpenShard) -> list[Path]:
        """Write what tells readers of the container what is in it; return the paths."""
        del results, open_shard
        return []

    @classmethod
    def is_index(cls, name: str) -> bool:
        """Return True for a file of `index_folders` that is of one shard, and goes with that."""
        del name
        return False

    def image_files(self, info: DatasetInfo) -> ImageFiles:
        """Return the files that have the images, as metadata of datasets describes them."""
        raise NotImplementedError

    # What is known of what a chunk wrote.

    def first_names(self, record: ChunkRecord) -> list[str]:
        """Return the names that a chunk gave its shards, which `finish` numbers."""
        del record
        return []

    def note_names(self, record: ChunkRecord) -> list[str]:
        """Return the names of what the journal notes of a chunk's shards; any may be missing."""
        del record
        return []

    def numbered(
        self, order: ImageOrder, info: DatasetInfo, records: Iterable[ChunkRecord]
    ) -> Iterator[tuple[str, Numbered]]:
        """Yield the first name of each shard, and what `finish` makes of it."""
        del order, info, records
        yield from ()

    def planned_name(self, order: ImageOrder, info: DatasetInfo, first: str) -> str | None:
        """Return the last name of the shard whose first name is `first`, if the plan tells it."""
        del order, info, first
        return None

    def planned_names(self, order: ImageOrder, info: DatasetInfo) -> Iterator[str]:
        """Yield the last names of shards, as far as the plan tells them."""
        del order, info
        yield from ()

    def early_name(self, order: ImageOrder, info: DatasetInfo, out: Path) -> EarlyName:
        """Return what tells the last name of a block's shard before all are done, if known.

        It has that name if it is the only one of the block. `out` has the journal of the run.
        """
        del order, info, out
        return lambda _bounds: None

    def naming(self, order: ImageOrder, info: DatasetInfo, out: Path) -> Naming:
        """Return what is called with each record, to give its shards their last names if known."""
        del order, info, out
        return lambda _record: None

    def shard_faults(
        self, path: Path, samples: Sequence[Sample], frame: Frame, find_fault: FindFault
    ) -> Iterator[Fault]:
        """Yield what others read otherwise of the shard at `path` than its `samples` must be."""
        del path, samples, frame, find_fault
        yield from ()

    def row_check(self, order: ImageOrder, out: Path, now: ImageOrder | None = None) -> Check:
        """Return what says whether the rows of a record are there; with True, they are read.

        The array may be that of a run that makes more images, in the order `now`.
        """
        del order, out, now
        return lambda _record, _read: True

    def locate(self, out: Path, name: str) -> str:
        """Return how people find the image whose file would be `name`."""
        return f"image {name.removeprefix(IMAGES + '/')} of {out}"


def check_unused(container: type[Container], output: Output) -> None:
    """Refuse settings that mean nothing with `container`; defaults ask for nothing.

    The resolved configuration spells them out, and can so be made again with another container.
    """
    for key in container.unused:
        if getattr(output, key) != type(output).model_fields[key].default:
            message = (
                f"output.{key} is {show(getattr(output, key))}, which means nothing with "
                f'output.container = "{container.name}"; leave one of them out.'
            )
            raise ConfigError(message)
