"""What a worker does: draw, encode and store the scenes of one chunk."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash

from imggen.assets import Library
from imggen.config import Output
from imggen.encode import Encoder, make_encoder
from imggen.errors import RunError
from imggen.plan import Chunk
from imggen.plan.names import Namer
from imggen.store import FileStore

DIGEST_BYTES = 16  # XXH3, 128 bits
RECORD = np.dtype([("size_bytes", "<u8"), ("digest", f"V{DIGEST_BYTES}")])


@dataclass(frozen=True)
class Job:
    """All a worker needs besides its chunk; the same for every chunk of a run."""

    key: str
    library: Library
    output: Output
    namer: Namer
    folder: Path


@dataclass(frozen=True)
class ChunkRecord:
    """What came of images `start` to `stop` of the plan's order.

    Attributes
    ----------
    files : (stop - start,) of RECORD: size and digest of each file, in the plan's order
    """

    start: int
    stop: int
    files: npt.NDArray[np.void]


@dataclass(frozen=True)
class Tools:
    """What a worker makes once per run and keeps."""

    encoder: Encoder
    store: FileStore


_kept: dict[str, Tools] = {}


def tools_for(job: Job) -> Tools:
    """The encoder and store of `job`, made when a process first sees it."""
    if job.key not in _kept:
        _kept.clear()
        _kept[job.key] = Tools(make_encoder(job.library, job.output), FileStore(job.folder))
    return _kept[job.key]


def render_chunk(job: Job, chunk: Chunk) -> ChunkRecord:
    """Render the scenes of `chunk`, each once, and store every image that shows them.

    Raises
    ------
    RunError
        Naming the image, if it could not be drawn or written.
    """
    tools = tools_for(job)
    suffix = tools.encoder.suffix
    names = [name + suffix for name in job.namer.names(chunk.images, chunk.traits)]
    files = np.zeros(len(names), RECORD)
    bounds = chunk.first.tolist()
    for scene, start, stop in zip(chunk.scenes, bounds, bounds[1:], strict=False):
        try:
            pieces = tools.encoder.encode(scene)
            files[start:stop] = describe(pieces)
            tools.store.put(names[start], pieces)
            for name in names[start + 1 : stop]:
                repeat(tools.store, job.output, name, names[start], pieces)
        except OSError as error:
            message = f"{job.folder / names[start]} could not be written: {error.strerror or error}."
            raise RunError(message) from error
    return ChunkRecord(chunk.start, chunk.stop, files)


def repeat(store: FileStore, output: Output, name: str, first: str, pieces: Any) -> None:
    """Store a further image of the scene that `first` shows."""
    if output.duplicates == "link":
        store.link(name, first)
    else:
        store.put(name, pieces)


def describe(pieces: Any) -> tuple[int, bytes]:
    """Size and digest of the file that `pieces` make."""
    digest = xxhash.xxh3_128()
    size_bytes = 0
    for piece in pieces:
        digest.update(piece)
        size_bytes += len(piece)
    return size_bytes, digest.digest()
