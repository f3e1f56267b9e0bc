"""An image and its labels as a sample of an MDS shard, and the indices of shards."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from imggen.config.plain import LABEL_FORMATS
from imggen.containers.mds import INDEX
from imggen.containers.numbering import read_numbers
from imggen.containers.shards import ShardSink
from imggen.containers.webdataset_sample import Describer
from imggen.formats.registry import find_format
from imggen.store.files import write_atomic
from imggen.store.mds import Columns, MdsWriter, index_of, shard_entry
from imggen.store.stream import Packed

if TYPE_CHECKING:
    from imggen.containers.mds import Mds
    from imggen.containers.sink import Labelled, Pieces, Target
    from imggen.formats.info import DatasetInfo

IMAGE, KEY, JSON, CLASS = "image", "key", "json", "cls"
ENCODINGS = {".png": "png", ".jpg": "jpeg"}  # of images, by suffix; "bytes" for others
MASK = ".png"  # ends the extension of masks; other label files are texts


class MdsSink(ShardSink[Packed]):
    """Writes an image and what is known of it as a sample of a shard."""

    def __init__(self, container: Mds, target: Target) -> None:
        self._columns = columns_of(target.info)
        super().__init__(container, target, partial(MdsWriter, self._columns))
        self._info = target.info
        self._describer = Describer(target.info)

    def _sample(self, image: Labelled, pieces: Pieces) -> Packed:
        values: dict[str, Pieces] = {
            IMAGE: pieces,
            KEY: [self._info.within_split(image.info).encode()],
        }
        for extension, content in self._describer.members(image.info):
            values[extension[1:]] = [content]
        if CLASS in values:
            values[CLASS] = [np.int64(self._describer.class_number(image.info)).tobytes()]
        for label in image.labels:
            values[label.extension] = [label.content or b""]
        return self._columns.pack(values)


def columns_of(info: DatasetInfo) -> Columns:
    """Return the columns of the samples of a dataset."""
    labels = info.labels
    encodings = {IMAGE: ENCODINGS.get(info.suffix, "bytes"), KEY: "str", JSON: "json"}
    if labels.caption is not None:
        encodings["txt"] = "str"
    if labels.class_layer is not None:
        encodings[CLASS] = "int"
    for one in (find_format(name) for name in LABEL_FORMATS if name in labels.formats):
        if one.in_samples:
            encodings |= {own: "png" if own.endswith(MASK) else "str" for own in one.extensions}
    return Columns.of(encodings)


def write_indices(info: DatasetInfo, out: Path, samples: Mapping[str, int]) -> list[Path]:
    """Write the index of each split, which lists its shards; return the paths.

    `samples` has the number of samples of each shard by its first name: no shard is read, as they
    may have gone to an object store.
    """
    columns = columns_of(info)
    shards: dict[Path, list[dict[str, object]]] = {}
    for first, (name, own) in read_numbers(out).items():
        path = out / name
        entry = shard_entry(columns, path.name, own.size_bytes, samples[first])
        shards.setdefault(path.parent / INDEX, []).append(entry)
    for index, entries in shards.items():
        write_atomic(index, index_of(entries))
    return list(shards)
