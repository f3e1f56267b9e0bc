"""The work of a worker on a chunk of which some images are there: it makes the others."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from imggen.containers.files import put_labels
from imggen.containers.record import FILE, RECORD, ChunkRecord
from imggen.containers.sink import Labelled, Sink, open_sink
from imggen.formats.labeller import formats_with_fragments
from imggen.run.chunks.known import Known
from imggen.run.chunks.repeats import Repeats
from imggen.run.chunks.worker import (
    Current,
    Job,
    Tools,
    groups_of,
    labels_of,
    naming_image,
    plain_images,
    plain_record,
    render_chunk,
    tools_for,
)

if TYPE_CHECKING:
    from imggen.planning import Chunk, Scene


class RenderTask(NamedTuple):
    """A chunk to render, and what of it is there."""

    chunk: Chunk
    known: Known | None

    def __str__(self) -> str:
        """Return what a sentence calls it."""
        return str(self.chunk)


def render_task(job: Job, task: RenderTask) -> ChunkRecord:
    """Render a chunk, or what it lacks.

    Raises
    ------
    RunError
        As `render_chunk`.
    GivenUp
        Likewise.
    """
    chunk, known = task
    return render_chunk(job, chunk) if known is None else complete_chunk(job, chunk, known)


def complete_chunk(job: Job, chunk: Chunk, known: Known) -> ChunkRecord:
    """Render the images of `chunk` that are not `known`, and label all of them.

    Raises
    ------
    RunError
        As `render_chunk`.
    GivenUp
        Likewise.
    """
    if known.there.all() and known.same_labels and not formats_with_fragments(job.info):
        return ChunkRecord(chunk.start, chunk.stop, known.images, known.labels, known.shards)
    return Completion(job, chunk, known).make()


class Completion:
    """The completion of one chunk."""

    def __init__(self, job: Job, chunk: Chunk, known: Known) -> None:
        self._job, self._known = job, known
        self._tools: Tools = tools_for(job)
        encoder = self._tools.encoder
        self._chunk = chunk = replace(chunk, scenes=encoder.sprite_cache.order(chunk.scenes))
        self._plain = plain_images(job, chunk)
        self._files = np.zeros(len(self._plain), RECORD)
        for field in RECORD.names or ():
            self._files[field] = known.images[field]
        self._repeats = Repeats(encoder, chunk.scenes)

    def make(self) -> ChunkRecord:
        """Render what is missing, label everything, and return the record of the chunk."""
        job, chunk, tools = self._job, self._chunk, self._tools
        labels = labels_of(job, tools, chunk, self._plain)
        lacking = not self._known.there.all()
        opened = open_sink(job.container, tools.store, job.info, chunk) if lacking else None
        at = Current()
        with naming_image(job, chunk, at), opened or nullcontext() as sink:
            for group in groups_of(chunk):
                for scene, images in group:
                    tools.flag.check()
                    at.image = images.start
                    shown = labels.add(scene, images) if labels else self._plain[images]
                    self._store(scene, images, shown, sink)
            at.image = 0
            record = labels.close(self._files) if labels else plain_record(chunk, self._files)
        made = np.array(list(sink.files), FILE) if sink else self._known.shards
        return replace(record, files=np.append(record.files, made))

    def _store(self, scene: Scene, images: slice, shown: list[Labelled], sink: Sink | None) -> None:
        """Store the images of a scene that are not there, and new labels of the others."""
        there = self._known.there[images]
        if self._job.container.linked and not there.all():
            there = np.zeros(len(there), bool)  # they are to be one file
        rows = np.flatnonzero(~there)
        if len(rows) and sink is not None:
            made = self._repeats.encode(scene)
            places = rows + images.start
            self._files[places] = (made.size_bytes, made.digest, *made.regions, 0)
            own = [shown[row] for row in rows.tolist()]
            self._files["shard"][places] = sink.put(own, made.pieces)
        if self._job.container.loose and not self._known.same_labels:
            for row in np.flatnonzero(there).tolist():
                put_labels(self._tools.store, shown[row])
