"""What a worker does: draw, encode, label and store the scenes of one chunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from imggen.assets import Library
from imggen.config import Output
from imggen.config.image_name import SEPARATOR
from imggen.encode.encoders import Encoder, make_encoder
from imggen.encode.shared_arrays import SharedArrays
from imggen.errors import RunError
from imggen.formats.labeller import Labeller
from imggen.formats.picture import About
from imggen.plan import Chunk, Scene
from imggen.plan.names import Namer
from imggen.run.contents import labels_beside
from imggen.run.handover import Flag, GivenUp
from imggen.run.label import ChunkLabels, Labelled
from imggen.run.record import FILE, RECORD, ChunkRecord
from imggen.run.repeats import Repeats
from imggen.run.sinks import open_sink
from imggen.store import FileStore
from imggen.store.layout import IMAGES

# Labelled, then drawn: an image leaves nothing of what labels are made with in a core's caches.
SCENES_AT_ONCE = 32


@dataclass(frozen=True)
class Job:
    """All a worker needs besides its chunk; the same for every chunk of a run.

    Attributes
    ----------
    key : tells this run from others of the same process
    out : the dataset's folder
    about : what labels are made from
    shared : a folder that all workers map memory from
    memory_bytes : how much of that may be prepared art
    """

    key: str
    library: Library
    output: Output
    namer: Namer
    out: Path
    about: About
    shared: Path
    memory_bytes: int


@dataclass(frozen=True)
class Tools:
    """What a worker makes once per run and keeps."""

    encoder: Encoder
    store: FileStore
    labeller: Labeller | None
    flag: Flag


_kept: dict[str, Tools] = {}  # of the one job that this process works on


def tools_for(job: Job) -> Tools:
    """The encoder, store and labeller of `job`, made when a process first sees it."""
    if job.key not in _kept:
        put_tools_away()
        shared = SharedArrays(job.shared, job.memory_bytes)
        encoder = make_encoder(job.library, job.output, shared)
        labels = Labeller(job.about, job.library, encoder.sprite_cache)
        labeller = labels if job.about.labelled else None
        _kept[job.key] = Tools(encoder, FileStore(job.out), labeller, Flag(job.shared))
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
    GivenUp
        If the run is to end.
    """
    tools = tools_for(job)
    stems = list(job.namer.names(chunk.images, chunk.traits, chunk.splits))
    names = [f"{IMAGES}/{stem}{job.about.suffix}" for stem in stems]
    files = np.zeros(len(names), RECORD)
    beside = labels_beside(job.about, job.output.container)
    pictures = list(job.about.pictures(chunk.images, chunk.traits, chunk.splits, stems))
    plain = list(map(Labelled, names, pictures))
    labels = tools.labeller and ChunkLabels(tools.labeller, tools.store, chunk, plain, beside)
    repeats = Repeats(tools.encoder, chunk.scenes)
    with (
        told_of(job, chunk, names, 0),
        open_sink(tools.store, job.output, job.about, chunk) as sink,
    ):
        for group in groups_of(chunk):
            shown = []
            for scene, images in group:
                tools.flag.check()
                with told_of(job, chunk, names, images.start):
                    shown.append(labels.add(scene, images) if labels else plain[images])
            for (scene, images), labelled in zip(group, shown, strict=True):
                tools.flag.check()
                with told_of(job, chunk, names, images.start):
                    made = repeats.encode(scene)
                    files[images] = (made.size_bytes, made.digest, *made.regions, 0)
                    files["piece"][images] = sink.put(labelled, made.pieces)
        record = labels.close(files) if labels else plain_record(chunk, files)
    return replace(record, files=np.append(record.files, np.array(list(sink.files), FILE)))


def plain_record(chunk: Chunk, images: npt.NDArray[np.void]) -> ChunkRecord:
    """Return the record of `chunk`, whose `images` (n,) of RECORD have no labels."""
    return ChunkRecord(
        chunk.start, chunk.stop, images, np.zeros((len(images), 0), FILE), np.zeros(0, FILE)
    )


def groups_of(chunk: Chunk) -> Iterator[list[tuple[Scene, slice]]]:
    """The scenes of `chunk` with the places of their images, those that are labelled together."""
    bounds = chunk.first.tolist()
    scenes = list(zip(chunk.scenes, map(slice, bounds[:-1], bounds[1:]), strict=True))
    size = SCENES_AT_ONCE if chunk.scenes.looks is None else 1  # sprites made may not be kept
    for start in range(0, len(scenes), size):
        yield scenes[start : start + size]


@contextmanager
def told_of(job: Job, chunk: Chunk, names: Sequence[str], image: int) -> Iterator[None]:
    """Name the `image` of `chunk` in what goes wrong."""
    try:
        yield
    except (RunError, GivenUp, MemoryError):
        raise
    except OSError as error:
        message = f"{called(job, names[image])} cannot be written: {error.strerror or error}."
        raise RunError(message) from error
    except Exception as error:
        shown = job.namer.shown(chunk.traits[image])
        message = f"{called(job, names[image])} ({shown}) cannot be made: {error!r}."
        raise RunError(message) from error


def called(job: Job, name: str) -> str:
    """How people find an image."""
    if job.output.container == "files":
        return str(job.out / name)
    return f"image {name.removeprefix(IMAGES + SEPARATOR)} of {job.out}"
