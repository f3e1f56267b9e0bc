"""The labels of one chunk: written beside its images, and kept for the files that are merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import xxhash

from imggen.labels.labeller import Label, Labeller
from imggen.labels.picture import Picture
from imggen.labels.record import record_instances
from imggen.plan import Chunk, Scene
from imggen.run.record import RECORD, whole_record
from imggen.store import FileStore
from imggen.store.layout import part_name


class ChunkLabels:
    """Writes the labels of a chunk.

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

    def add(self, scene: Scene, start: int, names: Sequence[str]) -> None:
        """Label the images from place `start` on: they show `scene`, their files are `names`."""
        instances = self._labeller.instances(scene)
        depths = self._labeller.about.classes.depths
        self._records["instances"][start : start + len(names)] = record_instances(instances, depths)
        for place, name in enumerate(names, start):
            picture = self._pictures[place]._replace(instances=instances)
            digest = xxhash.xxh3_128()
            for label in self._labeller.files(picture):
                self._put(label, name)
                digest.update(label.content or b"")
            for format_name, part in self._labeller.parts(picture):
                self._parts[format_name, picture.split].append(part)
                digest.update(part)
            self._records["labels_digest"][place] = digest.digest()

    def close(self, files: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
        """Write the parts; `files` (images,) of RECORD together with what is kept of labels."""
        for (format_name, split), parts in self._parts.items():
            name = part_name(self._chunk.start, self._chunk.stop, format_name, split)
            self._store.put(name, [b"".join(parts)])
        for field in RECORD.names or ():
            self._records[field] = files[field]
        return self._records

    def _put(self, label: Label, image: str) -> None:
        """Store one file beside `image`."""
        if label.content is not None:
            self._store.put(label.path, [label.content])
        else:
            self._store.link_or_copy(label.path, image)
