"""What a worker does: draw, encode, label and store the scenes of one chunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xxhash

from imggen.assets import Library
from imggen.config import Output
from imggen.encode.encoders import Encoder, make_encoder
from imggen.encode.shared import SharedArrays
from imggen.errors import RunError
from imggen.labels.labeller import Labeller
from imggen.labels.picture import About
from imggen.plan import Chunk
from imggen.plan.names import Namer
from imggen.run.label import ChunkLabels
from imggen.run.record import RECORD, ChunkRecord
from imggen.store import FileStore
from imggen.store.files import NO_LINK
from imggen.store.layout import IMAGES

Pieces = Sequence[bytes | memoryview]


@dataclass(frozen=True)
class Job:
    """All a worker needs besides its chunk; the same for every chunk of a run.

    Attributes
    ----------
    key : tells this run from others of the same process
    out : the dataset's folder
    about : what labels are made from; None if there are to be none
    shared : a folder that all workers map memory from
    memory_bytes : how much of that may be prepared art
    """

    key: str
    library: Library
    output: Output
    namer: Namer
    out: Path
    about: About | None
    shared: Path
    memory_bytes: int


@dataclass(frozen=True)
class Tools:
    """What a worker makes once per run and keeps."""

    encoder: Encoder
    store: FileStore
    labeller: Labeller | None


_kept: dict[str, Tools] = {}  # of the one job that this process works on


def tools_for(job: Job) -> Tools:
    """The encoder, store and labeller of `job`, made when a process first sees it."""
    if job.key not in _kept:
        put_tools_away()
        shared = SharedArrays(job.shared, job.memory_bytes)
        encoder = make_encoder(job.library, job.output, shared)
        labeller = Labeller(job.about, job.library, encoder.wardrobe) if job.about else None
        _kept[job.key] = Tools(encoder, FileStore(job.out), labeller)
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
    stems = list(job.namer.names(chunk.images, chunk.traits, chunk.splits))
    names = [f"{IMAGES}/{stem}{tools.encoder.suffix}" for stem in stems]
    files = np.zeros(len(names), RECORD)
    bounds = chunk.first.tolist()
    labels = tools.labeller and label_chunk(tools.labeller, tools.store, chunk, stems)
    for scene, start, stop in zip(chunk.scenes, bounds[:-1], bounds[1:], strict=True):
        with told_of(job, chunk, names, start):
            pieces = tools.encoder.encode(scene)
            files[start:stop] = (*describe(pieces), *tools.encoder.parts)
            store_scene(tools.store, job.output, names[start:stop], pieces)
            if labels:
                labels.add(scene, start, names[start:stop])
    if labels:
        with told_of(job, chunk, names, 0):
            files = labels.close(files)
    return ChunkRecord(chunk.start, chunk.stop, files)


def label_chunk(
    labeller: Labeller, store: FileStore, chunk: Chunk, stems: Sequence[str]
) -> ChunkLabels:
    """What labels the images of `chunk`, called `stems`."""
    about = labeller.about
    pictures = about.pictures(chunk.images, chunk.traits, chunk.splits, stems)
    return ChunkLabels(labeller, store, chunk, list(pictures))


@contextmanager
def told_of(job: Job, chunk: Chunk, names: Sequence[str], image: int) -> Iterator[None]:
    """Name the `image` of `chunk` in what goes wrong."""
    try:
        yield
    except OSError as error:
        message = f"{job.out / names[image]} cannot be written: {error.strerror or error}."
        raise RunError(message) from error
    except Exception as error:
        shown = job.namer.shown(chunk.traits[image])
        message = f"{job.out / names[image]} ({shown}) cannot be made: {error!r}."
        raise RunError(message) from error


def store_scene(store: FileStore, output: Output, names: Sequence[str], pieces: Pieces) -> None:
    """Store the file that `pieces` make under each of `names`."""
    store.put(names[0], pieces)
    for name in names[1:]:
        if output.duplicates == "link":
            link_or_put(store, name, names[0], pieces)
        else:
            store.put(name, pieces)


def link_or_put(store: FileStore, name: str, existing: str, pieces: Pieces) -> None:
    """Link `name` to `existing`, or write it where that can have no more links."""
    try:
        store.link(name, existing)
    except OSError as error:
        if error.errno not in NO_LINK:
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
