"""WebDataset: tar shards, where the members of a sample have names that are alike up to a dot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from imggen.config.image_name import FIELD, Piece, parse, split_parts
from imggen.config.sentences import show
from imggen.containers.base import LEAVE_OUT, NO_FOLDERS, NO_TOKENS
from imggen.containers.shards import NO_METADATA, Sharded, ShardSink
from imggen.errors import ConfigError, PlanError
from imggen.store import tar
from imggen.store.layout import CARD, JOURNAL
from imggen.store.stream import Packed

if TYPE_CHECKING:
    from pathlib import Path

    from imggen.assets import Variants
    from imggen.config import Config
    from imggen.containers.base import OpenShard
    from imggen.containers.record import ChunkRecord
    from imggen.containers.samples import Fault, FindFault, Frame, Sample
    from imggen.containers.sink import Labelled, Pieces, Sink, Target
    from imggen.formats.info import DatasetInfo
    from imggen.formats.results import ImageFiles, Results
    from imggen.store.digests import DigestedFile

SHARDS = "shards"  # the folder of all
INDEXES = "indexes"  # likewise, of what tells readers where samples are
NOTES = f"{JOURNAL}/indexes"  # what these are made of
OF_A_SHARD = re.compile(rf"{INDEXES}/[^/]*-[0-9]{{6}}\.idx|{re.escape(NOTES)}/[^/]*")
DOT = "."


@dataclass(frozen=True)
class WebDataset(Sharded):
    """Tar shards with a dataset card."""

    name = "webdataset"
    instead: ClassVar[Mapping[str, str]] = {
        "metadata": NO_METADATA,
        "class folders": f"labels.class_layer alone puts the class into each sample, {LEAVE_OUT}",
        "mask folders": NO_FOLDERS,
        "tokens": NO_TOKENS,
    }
    owned_names = (SHARDS, INDEXES, CARD)
    index_folders = (INDEXES, NOTES)
    suffix = ".tar"

    @classmethod
    def check_config(cls, config: Config) -> None:
        """Refuse what shards cannot hold, and names with a dot, where readers would end them.

        Raises
        ------
        ConfigError
            With one sentence on the first thing that is wrong.
        """
        super().check_config(config)
        template = config.dataset.image_name
        if any(DOT in piece.text for piece in key_of(template)):
            message = (
                f'{FIELD} is {show(template)}, but names in output.container = "webdataset" end at '
                'their first dot; leave it out, like "{index}".'
            )
            raise ConfigError(message)

    @classmethod
    def check_variants(cls, image_name: str, layers: Sequence[Variants]) -> None:
        """Refuse variants that would put a dot into the names of samples.

        Raises
        ------
        PlanError
            With one sentence on the first of them.
        """
        fields = [piece.field for piece in key_of(image_name)]
        for layer in layers:
            for name in layer.names:
                if layer.layer in fields and DOT in name:
                    message = (
                        f'{FIELD} holds {{{layer.layer}}}, which may be "{name}", but '
                        'names in output.container = "webdataset" end at their first dot; rename '
                        "the variant, or leave the field out."
                    )
                    raise PlanError(message)

    @classmethod
    def last_name(cls, info: DatasetInfo, split: str, number: int, count: int) -> str:
        """Return the name of shard `number` of a split."""
        del count
        return f"{SHARDS}/{split or info.dataset}-{number:06d}{cls.suffix}"

    def sink(self, target: Target) -> Sink:
        """Return what stores the images of a chunk."""
        return TarSink(self, target)

    def shard_faults(
        self, path: Path, samples: Sequence[Sample], frame: Frame, find_fault: FindFault
    ) -> Iterator[Fault]:
        """Yield what others read otherwise of the shard at `path` than its `samples` must be."""
        from imggen.containers.webdataset_faults import tar_faults  # noqa: PLC0415  # not for workers

        return tar_faults(path, samples, frame, find_fault)

    def note_names(self, record: ChunkRecord) -> list[str]:
        """Return the names of what the journal notes of a chunk's shards; any may be missing."""
        digests = record.files["digest"][-len(self.first_names(record)) :]
        return [note_name(digest) for digest in digests.tolist()]

    @classmethod
    def is_index(cls, name: str) -> bool:
        """Return True for the index of one shard, and for a note of it."""
        return OF_A_SHARD.fullmatch(name) is not None

    def image_files(self, info: DatasetInfo) -> ImageFiles:
        """Return the files that have the images, as metadata of datasets describes them."""
        from imggen.formats.results import ImageFiles  # noqa: PLC0415  # not for workers

        del info
        return ImageFiles(
            "shards",
            "Shards of images and labels.",
            "application/x-tar",
            (f"{SHARDS}/*{self.suffix}",),
        )

    def describe(self, results: Results, open_shard: OpenShard) -> list[Path]:
        """Write the dataset card, and indexes of shards; return the paths."""
        from imggen.containers.webdataset_card import write_card  # noqa: PLC0415  # not for workers
        from imggen.containers.webdataset_index import write_indexes  # noqa: PLC0415  # likewise

        return [write_card(results), *write_indexes(results, open_shard)]


def key_of(template: str) -> list[Piece]:
    """Return the pieces of the part of `template` that names a sample: the last."""
    return split_parts(parse(template))[-1]


class TarSink(ShardSink[Packed]):
    """Writes an image, what is known of it and its label files as members of a tar shard.

    Notes of where they are go to the journal, so that indexes can be made without the shards.
    """

    def __init__(self, container: WebDataset, target: Target) -> None:
        # Kernels of labels load slowly, and checks of settings do without.
        from imggen.containers.webdataset_sample import Describer  # noqa: PLC0415

        self._target = target
        self._writers: list[tar.TarWriter] = []
        target.stack.callback(self._write_notes)  # when all shards are whole
        super().__init__(container, target, self._begin)
        self._info = target.info
        self._describer = Describer(target.info)

    def _sample(self, image: Labelled, pieces: Pieces) -> Packed:
        key = self._info.within_split(image.info)
        members: list[tar.Member] = [(key + self._info.suffix, pieces)]
        described = self._describer.members(image.info)
        members += [(key + extension, [content]) for extension, content in described]
        members += [(f"{key}.{one.extension}", [one.content or b""]) for one in image.labels]
        return tar.pack(members)

    def _begin(self, file: DigestedFile) -> tar.TarWriter:
        self._writers.append(tar.TarWriter(file))
        return self._writers[-1]

    def _write_notes(self) -> None:
        from imggen.containers.webdataset_index import make_note  # noqa: PLC0415  # as above

        # After an error, the last shard is not whole.
        for file, writer in zip(self.files, self._writers, strict=False):
            note = make_note(file.digest, writer.members)
            self._target.store.put(note_name(file.digest), [note])


def note_name(shard_digest: bytes) -> str:
    """Return where the journal notes what is where in a shard; shards change their names."""
    return f"{NOTES}/{shard_digest.hex()}"
