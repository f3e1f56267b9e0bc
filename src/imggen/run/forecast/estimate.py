"""Estimates the size and duration of a run before it starts."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from imggen.errors import OutputError
from imggen.planning import Scene
from imggen.run.forecast.sample import Sampled
from imggen.run.journal.folder import nearest_folder
from imggen.run.limits import usable_cpus
from imggen.run.recipe import Recipe
from imggen.sizes import show_bytes
from imggen.store import FileStore

if TYPE_CHECKING:
    from imggen.encode.encoders import Encoder

SAMPLED_SCENES = 8


@dataclass(frozen=True)
class Estimate:
    """The expected cost of a run: `seconds` with `workers`.

    `crowded` and `dropped` are as in a summary. Of `images`, `left` are still to be made.
    """

    images: int
    left: int
    distinct: int
    size_bytes: int
    seconds: float
    free_bytes: int
    crowded: dict[str, int]
    dropped: dict[str, int] = field(default_factory=dict)


def estimate_run(recipe: Recipe, out: Path, workers: int, left: int) -> Estimate:
    """Render a handful of scenes to a temporary folder beside `out`, and extrapolate.

    `left` of the plan's images are still to be made. More workers than CPUs are no faster.
    """
    # Encoders take long to load, and most runs fit without an estimate.
    from imggen.encode.encoders import make_encoder  # noqa: PLC0415

    sampled, count = Sampled(recipe.segments), recipe.count
    picks = np.unique(np.linspace(0, count - 1, SAMPLED_SCENES).astype(np.int64)).tolist()
    scenes = [scene_at(recipe, pick) for pick in picks]
    parent = nearest_folder(out)
    encoder = make_encoder(recipe.library, recipe.config.output)
    samples = np.array(render_samples(encoder, scenes, parent))
    size_bytes, encode_seconds, write_seconds = samples.T
    scenes_left = -(-sampled.distinct * left // count)
    seconds = scenes_left * np.median(encode_seconds) + left * np.median(write_seconds)
    return Estimate(
        images=count,
        left=left,
        distinct=sampled.distinct,
        size_bytes=round(size_bytes.mean() * (scenes_left if recipe.container.linked else left)),
        seconds=float(seconds) / min(workers, usable_cpus()),
        free_bytes=shutil.disk_usage(parent).free,
        crowded=sampled.scaled(sampled.plan.crowded),
        dropped=sampled.scaled(sampled.plan.dropped),
    )


def scene_at(recipe: Recipe, position: int) -> Scene:
    """Return the scene of an image without a plan of all: by its position, or by its index."""
    if len(recipe.segments) == 1:
        return recipe.order.chunk(position, position + 1).scenes[0]
    plan = recipe.segments.alike(position)
    return plan.scenes(np.array([position - plan.start]))[0]


def render_samples(
    encoder: Encoder, scenes: Sequence[Scene], parent: Path
) -> list[tuple[int, float, float]]:
    """Return the bytes, seconds to encode and seconds to write of each of `scenes`."""
    samples = []
    with tempfile.TemporaryDirectory(prefix=".imggen-", dir=parent) as folder:
        store = FileStore(Path(folder))
        for scene in scenes:
            begin = time.perf_counter()
            made = encoder.encode(scene)
            encoded = time.perf_counter()
            store.put("sample", made.pieces)
            written = time.perf_counter()
            samples.append((made.size_bytes, encoded - begin, written - encoded))
        store.close()
    return samples


def check_space(recipe: Recipe, out: Path, left: int) -> None:
    """Refuse a run of `left` more images that does not fit on the disk.

    Raises
    ------
    OutputError
        Saying how much it needs and how much there is.
    """
    # No format here makes more of its pixels.
    largest = recipe.library.backgrounds[0].nbytes * left * recipe.container.copies
    if largest < shutil.disk_usage(nearest_folder(out)).free:
        return
    shortage = find_shortage(recipe, out, estimate_run(recipe, out, 1, left))
    if shortage is not None:
        raise OutputError(shortage)


def find_shortage(recipe: Recipe, out: Path, expected: Estimate) -> str | None:
    """Return a sentence on what the disk lacks for a run that takes what is `expected`, or None."""
    needed = expected.size_bytes * recipe.container.copies
    if needed <= expected.free_bytes:
        return None
    return (
        f"{out} needs about {show_bytes(needed)} for {expected.left:,} images and its disk has "
        f"{show_bytes(expected.free_bytes)} free; lower --count, choose another --out, or give "
        f"{recipe.container.way_out}."
    )
