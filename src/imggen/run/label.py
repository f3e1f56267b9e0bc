"""The labels of one chunk: those that go with its images, and what is kept for merged files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from imggen.labels.labeller import Label, Labeller
from imggen.labels.picture import Picture
from imggen.labels.record import record_instances
from imggen.labels.shapes.geometry import Instance
from imggen.plan import Chunk, Scene
from imggen.run.record import RECORD, whole_record
from imggen.store import FileStore
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
    """

    def __init__(
        self, labeller: Labeller, store: FileStore, chunk: Chunk, plain: Sequence[Labelled]
    ) -> None:
        self._labeller = labeller
        self._store = store
        self._chunk = chunk
        self._plain = plain
        self._depths = labeller.about.classes.depths
        self._records = np.zeros(len(plain), whole_record(len(self._depths)))
        self._instances = self._records["instances"]
        self._digests = self._records["labels_digest"]
        self._parts: defaultdict[tuple[str, str], list[bytes]] = defaultdict(list)

    def add(self, scene: Scene, images: slice) -> list[Labelled]:
        """Label the images at the places `images`, which show `scene`."""
        instances = self._labeller.instances(scene)
        self._instances[images] = record_instances(instances, self._depths)
        places = range(images.start, images.stop)
        return [self._label(place, instances) for place in places]

    def close(self, files: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
        """Write the parts; `files` (images,) of RECORD together with what is kept of labels."""
        for (format_name, split), parts in self._parts.items():
            name = part_name(self._chunk.start, self._chunk.stop, format_name, split)
            self._store.put(name, [b"".join(parts)])
        for field in RECORD.names or ():
            self._records[field] = files[field]
        return self._records

    def _label(self, place: int, instances: Sequence[Instance]) -> Labelled:
        """Label one image."""
        name, plain, _ = self._plain[place]
        picture = Picture(plain.image, plain.name, plain.split, plain.shown, instances)
        labels = list(self._labeller.files(picture))
        written = [label.content or b"" for label in labels]
        for format_name, part in self._labeller.parts(picture):
            self._parts[format_name, picture.split].append(part)
            written.append(part)
        self._digests[place] = xxhash.xxh3_128_digest(b"".join(written))
        return Labelled(name, picture, labels)
