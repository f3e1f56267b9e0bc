"""The labels of one chunk: files beside its images, and fragments of merged files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import xxhash

from imggen.containers.record import FILE, RECORD, ChunkRecord, record_of_image
from imggen.containers.sink import Labelled
from imggen.formats.info import ImageInfo
from imggen.formats.registry import recorded_depths
from imggen.geometry.record import record_instances
from imggen.run.journal.contents import fragments_of
from imggen.store.digests import FileDigest, digest_content
from imggen.store.layout import fragment_name

if TYPE_CHECKING:
    from imggen.formats.labeller import LabelledScene, Labeller
    from imggen.planning import Chunk, Scene
    from imggen.store import FileStore


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
        self._depths = recorded_depths(labeller.info)
        self._records = np.zeros(len(plain), record_of_image(len(self._depths)))
        self._instances = self._records["instances"]
        self._digests = self._records["labels_digest"]
        self._beside = np.zeros((len(plain), beside), FILE)
        self._linked = np.zeros(self._beside.shape, bool)  # to the image
        self._fragments: defaultdict[tuple[str, str], list[bytes]] = defaultdict(list)

    def add(self, scene: Scene, images: slice) -> list[Labelled]:
        """Label the images in the rows `images` of the chunk, which show `scene`."""
        labelled = self._labeller.label(scene)
        self._instances[images] = record_instances(labelled.instances, self._depths)
        return [self._label(row, labelled) for row in range(images.start, images.stop)]

    def close(self, images: npt.NDArray[np.void]) -> ChunkRecord:
        """Write the fragments; return `images` (n,) of RECORD and what is known of their labels."""
        for field in RECORD.names or ():
            self._records[field] = images[field]
        for field in FILE.names or ():
            np.copyto(self._beside[field], images[field][:, None], where=self._linked)
        files = np.array(list(self._write_fragments()), FILE)
        return ChunkRecord(self._chunk.start, self._chunk.stop, self._records, self._beside, files)

    def _write_fragments(self) -> Iterator[FileDigest]:
        """Write the fragments of merged files, and yield size and digest of each."""
        for fragment in fragments_of(self._labeller.info, self._chunk.splits):
            content = b"".join(self._fragments[fragment])
            self._store.put(
                fragment_name(self._chunk.start, self._chunk.stop, *fragment), [content]
            )
            yield digest_content(content)

    def _label(self, row: int, scene: LabelledScene) -> Labelled:
        """Label one image."""
        name, plain, _ = self._plain[row]
        named = plain.index, plain.name, plain.split, plain.variants  # faster than `replace`
        image = ImageInfo(*named, scene.instances, scene.details, plain.drawn)
        labels = list(scene.files(image))
        for k, label in enumerate(labels[: self._beside.shape[1]]):
            self._beside[row, k] = digest_content(label.content or b"")
            self._linked[row, k] = label.content is None
        written = [label.content or b"" for label in labels]
        for format_name, fragment in scene.fragments(image):
            self._fragments[format_name, image.split].append(fragment)
            written.append(fragment)
        self._digests[row] = xxhash.xxh3_128_digest(b"".join(written))
        return Labelled(name, image, labels)
