"""How large and how long a run will be, before it starts."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from imggen.config.output import SHARDS
from imggen.encode.encoders import Encoder, make_encoder
from imggen.errors import OutputError
from imggen.plan import Plan, Scene
from imggen.run.folder import nearest_folder
from imggen.run.progress import show_bytes
from imggen.store import FileStore

SAMPLED_SCENES = 8
COPIES = {"npz": 2}  # of all pixels, until the archive is whole
WAYS_OUT = {  # of a disk that is too small
    "files": '--format jpeg or duplicates = "link"',
    **dict.fromkeys(SHARDS, "--format jpeg"),
    "npy": "--container webdataset",
    "npz": "--container npy, which needs half of it",
}


@dataclass(frozen=True)
class Estimate:
    """What a run is expected to take: `seconds` with `workers`; `crowded` is that of a summary.

    Of `images`, `left` are still to be made.
    """

    images: int
    left: int
    distinct: int
    size_bytes: int
    seconds: float
    free_bytes: int
    crowded: dict[str, int]


def estimate_run(plan: Plan, out: Path, workers: int, left: int) -> Estimate:
    """Render a handful of scenes to a temporary folder beside `out`, and extrapolate.

    `left` of the plan's images are still to be made.
    """
    picks = np.unique(np.linspace(0, plan.count - 1, SAMPLED_SCENES).astype(int)).tolist()
    scenes = [plan.chunk(pick, pick + 1).scenes[0] for pick in picks]
    parent = nearest_folder(out)
    samples = np.array(
        render_samples(make_encoder(plan.library, plan.config.output), scenes, parent)
    )
    size_bytes, encode_seconds, write_seconds = samples.T
    linked = plan.config.output.duplicates == "link"
    scenes_left = -(-plan.distinct * left // plan.count)
    seconds = scenes_left * np.median(encode_seconds) + left * np.median(write_seconds)
    return Estimate(
        images=plan.count,
        left=left,
        distinct=plan.distinct,
        size_bytes=round(size_bytes.mean() * (scenes_left if linked else left)),
        seconds=float(seconds) / workers,
        free_bytes=shutil.disk_usage(parent).free,
        crowded=plan.crowded,
    )


def render_samples(
    encoder: Encoder, scenes: Sequence[Scene], parent: Path
) -> list[tuple[int, float, float]]:
    """Bytes, seconds to encode and seconds to write of each of `scenes`."""
    samples = []
    with tempfile.TemporaryDirectory(prefix=".imggen-", dir=parent) as folder:
        store = FileStore(Path(folder))
        for scene in scenes:
            begin = time.perf_counter()
            pieces = encoder.encode(scene)
            encoded = time.perf_counter()
            store.put("sample", pieces)
            written = time.perf_counter()
            samples.append((sum(map(len, pieces)), encoded - begin, written - encoded))
        store.close()
    return samples


def check_space(plan: Plan, out: Path, left: int) -> None:
    """Refuse a run of `left` more images that does not fit on the disk.

    Raises
    ------
    OutputError
        Saying how much it needs and how much there is.
    """
    container = plan.config.output.container
    copies = COPIES.get(container, 1)
    # No format here makes more of its pixels.
    largest = plan.library.backdrops[0].nbytes * left * copies
    if largest < shutil.disk_usage(nearest_folder(out)).free:
        return
    expected = estimate_run(plan, out, 1, left)
    if expected.size_bytes * copies > expected.free_bytes:
        message = (
            f"{out} needs about {show_bytes(expected.size_bytes * copies)} for {left:,} images "
            f"and its disk has {show_bytes(expected.free_bytes)} free; lower --count, choose "
            f"another --out, or give {WAYS_OUT[container]}."
        )
        raise OutputError(message)
