"""The labels of one chunk: those that go with its images, and what is kept for merged files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from imggen.labels.geometry import Instance
from imggen.labels.labeller import Label, Labeller
from imggen.labels.picture import Picture
from imggen.labels.record import record_instances
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
    pictures : its images, without their instances
    """

    def __init__(
        self, labeller: Labeller, store: FileStore, chunk: Chunk, pictures: Sequence[Picture]
    ) -> None:
        self._labeller = labeller
        self._store = store
        self._chunk = chunk
        self._pictures = pictures
        depths = labeller.about.classes.depths
        self._records = np.zeros(len(pictures), whole_record(len(depths)))
        self._parts: defaultdict[tuple[str, str], list[bytes]] = defaultdict(list)

    def add(self, scene: Scene, start: int, names: Sequence[str]) -> list[Labelled]:
        """Label the images from place `start` on: they show `scene`, their files are `names`."""
        instances = self._labeller.instances(scene)
        depths = self._labeller.about.classes.depths
        self._records["instances"][start : start + len(names)] = record_instances(instances, depths)
        return [self._label(place, instances, name) for place, name in enumerate(names, start)]

    def close(self, files: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
        """Write the parts; `files` (images,) of RECORD together with what is kept of labels."""
        for (format_name, split), parts in self._parts.items():
            name = part_name(self._chunk.start, self._chunk.stop, format_name, split)
            self._store.put(name, [b"".join(parts)])
        for field in RECORD.names or ():
            self._records[field] = files[field]
        return self._records

    def _label(self, place: int, instances: Sequence[Instance], name: str) -> Labelled:
        """Label one image."""
        picture = self._pictures[place]._replace(instances=instances)
        digest = xxhash.xxh3_128()
        labels = list(self._labeller.files(picture))
        for label in labels:
            digest.update(label.content or b"")
        for format_name, part in self._labeller.parts(picture):
            self._parts[format_name, picture.split].append(part)
            digest.update(part)
        self._records["labels_digest"][place] = digest.digest()
        return Labelled(name, picture, labels)
