"""Render the chunks of arrays of small images: many are painted, hashed and written at once."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import xxhash

from imggen.containers.pixels import RowSink
from imggen.containers.record import RECORD
from imggen.containers.sink import Target
from imggen.encode.encoded import WHOLE
from imggen.run.chunks.worker import Current, naming_image, plain_record

if TYPE_CHECKING:
    from imggen.containers.record import ChunkRecord
    from imggen.draw.batch import BatchPainter
    from imggen.planning import Chunk
    from imggen.run.chunks.worker import Job, Tools

Bytes = npt.NDArray[np.uint8]

DIGEST = RECORD["digest"]


def paint_chunk(job: Job, chunk: Chunk, painter: BatchPainter, tools: Tools) -> ChunkRecord:
    """Paint the scenes of `chunk`, and store them as rows of an array; errors as `render_chunk`."""
    files = np.zeros(len(chunk.images), RECORD)
    for field, count in WHOLE._asdict().items():
        files[field] = count
    at = Current()
    with naming_image(job, chunk, at), ExitStack() as stack:
        sink = RowSink(Target(tools.store, job.info, chunk, stack))
        for scenes, pixels in painter.blocks(chunk.scenes):
            tools.flag.check()
            bounds = chunk.first[scenes.start : scenes.stop + 1]
            images = slice(int(bounds[0]), int(bounds[-1]))
            rows = repeat_rows(pixels, np.diff(bounds))
            at.image = images.start
            sink.put_rows(chunk.images[images], rows)
            files["size_bytes"][images] = rows[0].nbytes
            files["digest"][images] = digests_of(rows)
    return plain_record(chunk, files)


def repeat_rows(rows: Bytes, times: npt.NDArray[np.int64]) -> Bytes:
    """Return `rows` (n, ...), each so many `times` (n,), once or more."""
    return rows if times.max() == 1 else np.repeat(rows, times, axis=0)


def digests_of(rows: Bytes) -> npt.NDArray[np.void]:
    """Return the XXH3-128 of each of `rows` (n, ...), C-contiguous: (n,)."""
    content, size = memoryview(rows).cast("B"), rows[0].nbytes
    digest = xxhash.xxh3_128_digest
    digests = [digest(content[at : at + size]) for at in range(0, len(content), size)]
    return np.frombuffer(b"".join(digests), DIGEST)
