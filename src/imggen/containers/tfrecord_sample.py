"""An image and its labels as features of an Example, and the map of its class numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.containers.shards import ShardSink
from imggen.containers.webdataset_sample import Describer
from imggen.store.files import write_atomic
from imggen.store.stream import Packed, PackedWriter
from imggen.store.tfrecord import of_bytes, of_floats, of_ints, of_texts, packed, record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imggen.containers.sink import Labelled, Pieces, Target
    from imggen.containers.tfrecord import TFRecord
    from imggen.formats.info import DatasetInfo
    from imggen.geometry.instances import Instance

ENCODED, FILE_NAME, JSON = "image/encoded", "image/filename", "json"
FIRST_LABEL = 1  # 0 is the background
FORMATS = {".jpg": "jpeg"}  # by suffix, where it has another name


class RecordSink(ShardSink[Packed]):
    """Writes an image and what is known of it as a record of a shard."""

    def __init__(self, container: TFRecord, target: Target) -> None:
        super().__init__(container, target, PackedWriter)
        self._info = target.info
        self._describer = Describer(target.info)

    def _sample(self, image: Labelled, pieces: Pieces) -> Packed:
        info, one = self._info, image.info
        width, height = info.size
        features = {
            ENCODED: of_bytes([Packed(pieces, sum(map(len, pieces)))]),
            "image/format": of_texts(FORMATS.get(info.suffix, info.suffix[1:])),
            FILE_NAME: of_texts(info.within_split(one) + info.suffix),
            "image/source_id": of_texts(str(one.index)),
            "image/height": of_ints(height),
            "image/width": of_ints(width),
            **dict(object_features(info, info.seen(one.instances))),
        }
        for extension, content in self._describer.members(one):
            features[extension[1:]] = of_bytes([packed(content)])
        if "cls" in features:
            features["cls"] = of_ints(self._describer.class_number(one))
        for label in image.labels:
            features[label.extension] = of_bytes([packed(label.content or b"")])
        return record(features)


def object_features(info: DatasetInfo, things: Sequence[Instance]) -> Iterator[tuple[str, Packed]]:
    """Yield name and values of what is said of all objects; boxes are in parts of the image."""
    width, height = info.size
    boxes = [thing.visible for thing in things]
    rows = [info.class_of(thing) for thing in things]
    yield "image/object/bbox/xmin", of_floats(*(x / width for x, _, _, _ in boxes))
    yield "image/object/bbox/xmax", of_floats(*((x + w) / width for x, _, w, _ in boxes))
    yield "image/object/bbox/ymin", of_floats(*(y / height for _, y, _, _ in boxes))
    yield "image/object/bbox/ymax", of_floats(*((y + h) / height for _, y, _, h in boxes))
    yield "image/object/class/text", of_texts(*(info.classes.names[row] for row in rows))
    yield "image/object/class/label", of_ints(*(row + FIRST_LABEL for row in rows))


def write_label_map(info: DatasetInfo, path: Path) -> Path:
    """Write the number of each class, as the Object Detection API reads it; return the path."""
    items = (
        f"item {{\n  id: {number}\n  name: {json.dumps(name, ensure_ascii=False)}\n}}\n"
        for number, name in enumerate(info.classes.names, FIRST_LABEL)
    )
    write_atomic(path, "".join(items).encode())
    return path
