"""The labels of one chunk: those that go with its images, and what is kept for merged files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from imggen.formats.labeller import Label, Labeller
from imggen.formats.picture import Picture
from imggen.formats.record import record_instances
from imggen.geometry.instances import Instance
from imggen.plan import Chunk, Scene
from imggen.run.contents import parts_of
from imggen.run.record import FILE, RECORD, ChunkRecord, whole_record
from imggen.store import FileStore
from imggen.store.digests import FileDigest, digest_content
from imggen.store.layout import part_name


class Labelled(NamedTuple):
    """An image and the labels that go with it.

    Attributes
    ----------
    name : of its file, below the dataset's folder
    """

    name: str
    picture: Picture
    labels: Sequence[Label] = ()


class ChunkLabels:
    """Makes the labels of a chunk.

    Parameters
    ----------
    plain : its images, without their instances and labels
    beside : how many label files lie beside each image
    """

    def __init__(
        self,
        labeller: Labeller,
        store: FileStore,
        chunk: Chunk,
        plain: Sequence[Labelled],
        beside: int,
    ) -> None:
        self._labeller = labeller
        self._store = store
        self._chunk = chunk
        self._plain = plain
        self._depths = labeller.about.classes.depths
        self._records = np.zeros(len(plain), whole_record(len(self._depths)))
        self._instances = self._records["instances"]
        self._digests = self._records["labels_digest"]
        self._beside = np.zeros((len(plain), beside), FILE)
        self._linked = np.zeros(self._beside.shape, bool)  # to the image
        self._parts: defaultdict[tuple[str, str], list[bytes]] = defaultdict(list)

    def add(self, scene: Scene, images: slice) -> list[Labelled]:
        """Label the images at the places `images`, which show `scene`."""
        instances = self._labeller.instances(scene)
        self._instances[images] = record_instances(instances, self._depths)
        places = range(images.start, images.stop)
        return [self._label(place, instances) for place in places]

    def close(self, images: npt.NDArray[np.void]) -> ChunkRecord:
        """Write the parts; return `images` (n,) of RECORD and what is known of their labels."""
        for field in RECORD.names or ():
            self._records[field] = images[field]
        for field in FILE.names or ():
            np.copyto(self._beside[field], images[field][:, None], where=self._linked)
        files = np.array(list(self._write_parts()), FILE)
        return ChunkRecord(self._chunk.start, self._chunk.stop, self._records, self._beside, files)

    def _write_parts(self) -> Iterator[FileDigest]:
        """Write the parts of merged files, and yield size and digest of each."""
        for part in parts_of(self._labeller.about, self._chunk.splits):
            content = b"".join(self._parts[part])
            self._store.put(part_name(self._chunk.start, self._chunk.stop, *part), [content])
            yield digest_content(content)

    def _label(self, place: int, instances: Sequence[Instance]) -> Labelled:
        """Label one image."""
        name, plain, _ = self._plain[place]
        picture = Picture(plain.image, plain.name, plain.split, plain.shown, instances)
        labels = list(self._labeller.files(picture))
        for k, label in enumerate(labels[: self._beside.shape[1]]):
            self._beside[place, k] = digest_content(label.content or b"")
            self._linked[place, k] = label.content is None
        written = [label.content or b"" for label in labels]
        for format_name, part in self._labeller.parts(picture):
            self._parts[format_name, picture.split].append(part)
            written.append(part)
        self._digests[place] = xxhash.xxh3_128_digest(b"".join(written))
        return Labelled(name, picture, labels)
