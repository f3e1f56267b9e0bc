"""What a worker does: draw, encode and store the scenes of one chunk."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xxhash

from imggen.assets import Library
from imggen.config import Output
from imggen.encode.encoders import Encoder, make_encoder
from imggen.encode.shared import SharedArrays
from imggen.errors import RunError
from imggen.plan import Chunk
from imggen.plan.names import Namer
from imggen.run.record import RECORD, ChunkRecord
from imggen.store import FileStore

Pieces = Sequence[bytes | memoryview]


@dataclass(frozen=True)
class Job:
    """All a worker needs besides its chunk; the same for every chunk of a run.

    Attributes
    ----------
    key : tells this run from others of the same process
    folder : where images go
    shared : a folder that all workers map memory from
    memory_bytes : how much of that may be prepared art
    """

    key: str
    library: Library
    output: Output
    namer: Namer
    folder: Path
    shared: Path
    memory_bytes: int


@dataclass(frozen=True)
class Tools:
    """What a worker makes once per run and keeps."""

    encoder: Encoder
    store: FileStore


_kept: dict[str, Tools] = {}  # of the one job that this process works on


def tools_for(job: Job) -> Tools:
    """The encoder and store of `job`, made when a process first sees it."""
    if job.key not in _kept:
        put_tools_away()
        shared = SharedArrays(job.shared, job.memory_bytes)
        encoder = make_encoder(job.library, job.output, shared)
        _kept[job.key] = Tools(encoder, FileStore(job.folder))
    return _kept[job.key]


def put_tools_away() -> None:
    """Let go of what a process that goes on to live has kept."""
    while _kept:
        _kept.popitem()[1].store.close()


def render_chunk(job: Job, chunk: Chunk) -> ChunkRecord:
    """Render the scenes of `chunk`, each once, and store every image that shows them.

    Raises
    ------
    RunError
        Naming the image, if it could not be drawn or written.
    """
    tools = tools_for(job)
    stems = job.namer.names(chunk.images, chunk.traits, chunk.splits)
    names = [stem + tools.encoder.suffix for stem in stems]
    files = np.zeros(len(names), RECORD)
    bounds = chunk.first.tolist()
    for scene, start, stop in zip(chunk.scenes, bounds[:-1], bounds[1:], strict=True):
        try:
            pieces = tools.encoder.encode(scene)
            files[start:stop] = (*describe(pieces), *tools.encoder.parts)
            store_scene(tools.store, job.output, names[start:stop], pieces)
        except OSError as error:
            message = f"{job.folder / names[start]} cannot be written: {error.strerror or error}."
            raise RunError(message) from error
        except Exception as error:
            shown = job.namer.shown(chunk.traits[start])
            message = f"{job.folder / names[start]} ({shown}) cannot be made: {error!r}."
            raise RunError(message) from error
    return ChunkRecord(chunk.start, chunk.stop, files)


def store_scene(store: FileStore, output: Output, names: Sequence[str], pieces: Pieces) -> None:
    """Store the file that `pieces` make under each of `names`."""
    store.put(names[0], pieces)
    for name in names[1:]:
        if output.duplicates == "link":
            link_or_put(store, name, names[0], pieces)
        else:
            store.put(name, pieces)


def link_or_put(store: FileStore, name: str, existing: str, pieces: Pieces) -> None:
    """Link `name` to `existing`, unless that has all the links a file can have."""
    try:
        store.link(name, existing)
    except OSError as error:
        if error.errno != errno.EMLINK:
            raise
        store.put(name, pieces)


def describe(pieces: Pieces) -> tuple[int, bytes]:
    """Size and digest of the file that `pieces` make."""
    digest = xxhash.xxh3_128()
    size_bytes = 0
    for piece in pieces:
        digest.update(piece)
        size_bytes += len(piece)
    return size_bytes, digest.digest()
