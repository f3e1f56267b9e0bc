"""The work of a worker: draw, encode, label and store the scenes of one chunk."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.containers.base import Container
from imggen.containers.record import FILE, RECORD, ChunkRecord
from imggen.containers.sink import Labelled, open_sink
from imggen.encode.encoders import Encoder, make_encoder
from imggen.encode.shared_arrays import SharedArrays
from imggen.errors import RunError
from imggen.formats.info import DatasetInfo
from imggen.formats.labeller import Labeller
from imggen.run.chunks.label import ChunkLabels
from imggen.run.chunks.repeats import Repeats
from imggen.run.engines.handover import Flag, GivenUp
from imggen.run.journal.contents import labels_beside
from imggen.store import FileStore
from imggen.store.layout import IMAGES

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.draw.batch import BatchPainter
    from imggen.encode.codec import Codec
    from imggen.formats.info import DatasetInfo
    from imggen.planning import Chunk, Scene
    from imggen.planning.names import Namer

# Labelled, then drawn: an image leaves nothing of what labels are made with in a core's caches.
SCENES_AT_ONCE = 32


@dataclass(frozen=True)
class Job:
    """All a worker needs besides its chunk; the same for every chunk of a run.

    It holds plain values only, so that a worker loads nothing that checks or plans.

    Attributes
    ----------
    key : tells this run from others of the same process
    out : the dataset's folder
    info : the facts of the dataset, from which labels are made
    shared : a folder that all workers map memory from
    memory_bytes : how much of that may be prepared art
    url : where workers upload what they make themselves, each from an `out` of its own; else None
    """

    key: str
    library: Library
    codec: Codec
    container: Container
    namer: Namer
    out: Path
    info: DatasetInfo
    shared: Path
    memory_bytes: int
    url: str | None = None


@dataclass(frozen=True)
class Tools:
    """The encoder, store, labeller and painter that a worker makes once per run.

    Attributes
    ----------
    painter : paints all images, many at once, where only their pixels are wanted
    """

    encoder: Encoder
    store: FileStore
    labeller: Labeller | None
    flag: Flag
    painter: BatchPainter | None


_kept: dict[str, Tools] = {}  # of the one job that this process works on


def tools_for(job: Job) -> Tools:
    """Return the encoder, store and labeller of `job`, made when a process first sees it."""
    if job.key not in _kept:
        close_worker_state()
        shared = SharedArrays(job.shared, job.memory_bytes)
        encoder = make_encoder(job.library, job.codec, shared)
        labels = Labeller(job.info, job.library, encoder.sprite_cache)
        labeller = labels if job.info.labelled else None
        store, flag, painter = FileStore(job.out), Flag(job.shared), painter_for(job)
        _kept[job.key] = Tools(encoder, store, labeller, flag, painter)
    return _kept[job.key]


def painter_for(job: Job) -> BatchPainter | None:
    """Return what paints many images at once, where they are small, in an array, without labels."""
    if not job.container.pixels or job.info.labelled:
        return None
    from imggen.draw.batch import BatchPainter, can_paint_at_once  # noqa: PLC0415  # few need it

    return BatchPainter(job.library) if can_paint_at_once(job.library) else None


def close_worker_state() -> None:
    """Close the kept stores; needed where a process goes on after its run."""
    while _kept:
        _kept.popitem()[1].store.close()


def render_chunk(job: Job, chunk: Chunk) -> ChunkRecord:
    """Render the scenes of `chunk`, each once, and store every image that shows them.

    Raises
    ------
    RunError
        Naming the image, if it could not be drawn or written.
    GivenUp
        If the run is to end.
    """
    tools = tools_for(job)
    if tools.painter is not None:
        from imggen.run.chunks.paint import paint_chunk  # noqa: PLC0415  # as above

        return paint_chunk(job, chunk, tools.painter, tools)
    chunk = replace(chunk, scenes=tools.encoder.sprite_cache.order(chunk.scenes))
    files = np.zeros(len(chunk.images), RECORD)
    plain = plain_images(job, chunk)
    labels = labels_of(job, tools, chunk, plain)
    repeats = Repeats(tools.encoder, chunk.scenes)
    at = Current()
    with (
        without_collections(),
        naming_image(job, chunk, at),
        open_sink(job.container, tools.store, job.info, chunk) as sink,
    ):
        for group in groups_of(chunk):
            shown = []
            for scene, images in group:
                tools.flag.check()
                at.image = images.start
                shown.append(labels.add(scene, images) if labels else plain[images])
            for (scene, images), labelled in zip(group, shown, strict=True):
                tools.flag.check()
                at.image = images.start
                made = repeats.encode(scene)
                files[images] = (made.size_bytes, made.digest, *made.regions, 0)
                files["shard"][images] = sink.put(labelled, made.pieces)
        at.image = 0
        record = labels.close(files) if labels else plain_record(chunk, files)
    return replace(record, files=np.append(record.files, np.array(list(sink.files), FILE)))


def plain_images(job: Job, chunk: Chunk) -> list[Labelled]:
    """Return the images of `chunk`, without labels."""
    stems = list(job.namer.names(chunk.images, chunk.traits, chunk.splits))
    infos = job.info.images(chunk.images, chunk.traits, chunk.splits, stems, chunk.drawn)
    return list(map(Labelled, names_of(job, chunk, stems), infos))


def labels_of(job: Job, tools: Tools, chunk: Chunk, plain: list[Labelled]) -> ChunkLabels | None:
    """Return what labels the `plain` images of `chunk`; None if none are wanted."""
    if tools.labeller is None:
        return None
    beside = labels_beside(job.info, job.container)
    return ChunkLabels(tools.labeller, tools.store, chunk, plain, beside)


def plain_record(chunk: Chunk, images: npt.NDArray[np.void]) -> ChunkRecord:
    """Return the record of `chunk`, whose `images` (n,) of RECORD have no labels."""
    return ChunkRecord(
        chunk.start, chunk.stop, images, np.zeros((len(images), 0), FILE), np.zeros(0, FILE)
    )


def groups_of(chunk: Chunk) -> Iterator[list[tuple[Scene, slice]]]:
    """Yield the scenes of `chunk` with the rows of their images, in groups labelled together."""
    bounds = chunk.first.tolist()
    scenes = list(zip(chunk.scenes, map(slice, bounds[:-1], bounds[1:]), strict=True))
    size = SCENES_AT_ONCE if chunk.scenes.looks is None else 1  # sprites made may not be kept
    for start in range(0, len(scenes), size):
        yield scenes[start : start + size]


def names_of(job: Job, chunk: Chunk, stems: Iterable[str] | None = None) -> list[str]:
    """Return the names of the files that the images of `chunk` are in, or would be."""
    if stems is None:
        stems = job.namer.names(chunk.images, chunk.traits, chunk.splits)
    return [f"{IMAGES}/{stem}{job.info.suffix}" for stem in stems]


@contextmanager
def without_collections() -> Iterator[None]:
    """Look for no reference cycles: images make none, and looking takes a twentieth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@dataclass
class Current:
    """The image of a chunk that is being made, by its row."""

    image: int = 0


@contextmanager
def naming_image(job: Job, chunk: Chunk, at: Current) -> Iterator[None]:
    """Raise any error with the name of the image of `chunk` that is being made."""
    try:
        yield
    except (RunError, GivenUp, MemoryError):
        raise
    except OSError as error:
        called = job.container.locate(job.out, names_of(job, chunk)[at.image])
        message = f"{called} cannot be written: {error.strerror or error}."
        raise RunError(message) from error
    except Exception as error:
        called = job.container.locate(job.out, names_of(job, chunk)[at.image])
        shown = job.namer.shown(chunk.traits[at.image])
        message = f"{called} ({shown}) cannot be made: {error!r}."
        raise RunError(message) from error
