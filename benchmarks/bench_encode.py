"""Drawing and encoding, in one process: imggen against whole-image coders, and against writing.

Each contender is verified on scenes of its own, untimed, then they take turns.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.art import FLAT_LAYERS, draw_flat, draw_small
from benchmarks.jobs import (
    Job,
    anywhere,
    article_values,
    make_job,
    neighbouring_scenes,
    small_values,
    spread_scenes,
    write_config,
)
from benchmarks.peers import IMGGEN, MORE_PEERS, PEERS, PILLOW, PILLOW_6, SCRIPT, Encode, imggen
from benchmarks.settings import Settings
from benchmarks.tables import Cell, Column, Table
from benchmarks.timing import Times, child_seconds, take_turns
from benchmarks.verify import verify
from imggen.planning import Scene
from imggen.store import FileStore

WRITE = "limit: writing the same bytes"
COPY = "limit: cp -r of the same files"
MISSING = Path(".venv-bench/missing")

COLUMNS = (
    Column("name", ""),
    Column("encode_ms", "draw + encode, CPU ms"),
    Column("whole_ms", "with the write, CPU ms"),
    Column("kilobytes", "kB", "{:,.1f}"),
    Column("size", "size", "{:.1%}"),
    Column("over_script", "faster than the script", "{:,.1f}x"),
    Column("imggen_over", "imggen is faster", "{:.2f}x"),
)
NOTE = (
    "CPU time of one process, an image: median over rounds. Contenders take turns; each file is "
    "written before the next is made. Ratios to the script are with the write, those to imggen are "
    "of drawing and encoding (of the limits with the write). Sizes: of Pillow's (PNG: level 6)."
)


def run(settings: Settings) -> list[Table]:
    """A table for each job."""
    jobs = [make(settings) for name, make in JOBS.items() if settings.wants(name)]
    return [measure(job, settings) for job in jobs]


# --- jobs -----------------------------------------------------------------------------------------


def counts(settings: Settings, count: int) -> tuple[int, int]:
    """Rounds, the first of which is for verifying, and scenes a round."""
    return (2, min(count, 2)) if settings.quick else (1 + settings.rounds, count)


def fixed(settings: Settings) -> Job:
    """The article's dataset: everything has one place."""
    config = write_config(
        settings.scratch / "fixed", article_values(settings.art), dataset__sampling="all"
    )
    rounds = spread_scenes(config, *counts(settings, 20))
    return make_job("fixed", "PNG, the article's fixed positions", config, rounds)


def scattered(settings: Settings) -> Job:
    """The article's art at random positions."""
    rounds, count = counts(settings, 20)
    config = write_config(
        settings.scratch / "random",
        anywhere(article_values(settings.art)),
        dataset__count=rounds * count,
    )
    return make_job(
        "random",
        "PNG, the article's job at random positions",
        config,
        spread_scenes(config, rounds, count),
    )


def jpeg(settings: Settings) -> Job:
    """The same as JPEG."""
    rounds, count = counts(settings, 40)
    config = write_config(
        settings.scratch / "jpeg",
        anywhere(article_values(settings.art)),
        output__format="jpeg",
        dataset__count=rounds * count,
    )
    title = "JPEG quality 90, 4:2:0, the article's job at random positions"
    return make_job("jpeg", title, config, spread_scenes(config, rounds, count))


def flat(settings: Settings) -> Job:
    """A collection of seven layers; a run makes each combination once."""
    title = "PNG, 7 flat layers, 1080x1080 RGBA, 10,000 unique images in a run's order"
    return flat_job("flat", title, settings)


def flat_job(name: str, title: str, settings: Settings, **output: object) -> Job:
    """The collection of seven layers, written as `output` says."""
    folder = settings.scratch / name
    draw_flat(folder)
    values = {
        "dataset": {"count": 10_000, "unique": True},
        "canvas": {"size": [1080, 1080], "mode": "RGBA"},
        "layer": [{"name": layer, "folder": layer} for layer in FLAT_LAYERS],
    }
    config = write_config(folder, values, **output)
    rounds = neighbouring_scenes(config, *counts(settings, 20))
    return make_job(name, title, config, rounds)


def webp(settings: Settings) -> Job:
    """The article's art at random positions, as lossless WebP."""
    rounds, count = counts(settings, 20)
    config = write_config(
        settings.scratch / "webp",
        anywhere(article_values(settings.art)),
        output__format="webp",
        output__lossless=True,
        dataset__count=rounds * count,
    )
    title = "lossless WebP, the article's job at random positions"
    return make_job("webp", title, config, spread_scenes(config, rounds, count))


def webp_flat(settings: Settings) -> Job:
    """The collection of seven layers as lossless WebP."""
    title = "lossless WebP, 7 flat layers, 1080x1080 RGBA, 10,000 unique images in a run's order"
    return flat_job("webp-flat", title, settings, output__format="webp", output__lossless=True)


def small(settings: Settings) -> Job:
    """Shapes on 64 x 64 pixels, anywhere."""
    folder = settings.scratch / "small"
    draw_small(folder)
    rounds, count = counts(settings, 400)
    config = write_config(folder, small_values(), dataset__count=rounds * count)
    scenes = spread_scenes(config, rounds, count)
    return make_job("small", "PNG, 64x64, a shape anywhere", config, scenes)


JOBS: dict[str, Callable[[Settings], Job]] = {
    "fixed": fixed,
    "random": scattered,
    "jpeg": jpeg,
    "flat": flat,
    "small": small,
    "webp": webp,
    "webp-flat": webp_flat,
}


# --- measuring ------------------------------------------------------------------------------------


def measure(job: Job, settings: Settings) -> Table:
    """The table of one job."""
    settings.say(f"encode: {job.title}")
    contenders, missing = make_contenders(job)
    prepare_ms = prepare(contenders[IMGGEN], job)
    for name in MORE_PEERS.get(job.name, {}):
        prepare(contenders[name], job)
    for name, encode in contenders.items():
        verify(name, encode, job, job.rounds[0])
    folder = settings.scratch / "written"
    limit = limit_write(job, job.rounds[1:])
    times = take_turns({**contenders, WRITE: limit}, job.rounds[1:], folder)
    rows = [row_of(name, times) for name in times]
    rows.append(copy_row(job, folder, times))
    rows += [{"name": name, "note": reason} for name, reason in missing.items()]
    backgrounds = len(job.library.backgrounds)
    prepared = f"imggen prepares {backgrounds} backgrounds once a run: {prepare_ms:.0f} ms of CPU."
    absent = [f"missing: {name}: {reason}" for name, reason in missing.items()]
    images = sum(map(len, job.rounds[1:]))
    count = f"{images:,} images in {len(job.rounds) - 1} rounds; the slowest sit some out."
    return Table(
        title=job.title,
        columns=COLUMNS,
        rows=sorted(rows, key=lambda row: float(row.get("whole_ms") or "inf")),
        notes=[NOTE, count, prepared, *absent],
        chart="whole_ms",
    )


def prepare(encode: Encode, job: Job) -> float:
    """Let imggen see each background once, under a sprite; CPU ms."""
    begin = time.process_time()
    for background in range(len(job.library.backgrounds)):
        encode(Scene(background, np.zeros((1, 3), np.int64)))
    return (time.process_time() - begin) * 1e3


def make_contenders(job: Job) -> tuple[dict[str, Encode], dict[str, str]]:
    """Those that are installed, and why the others are not there."""
    contenders, missing = {}, {}
    peers = PEERS[job.config.output.format] | MORE_PEERS.get(job.name, {})
    for name, make in peers.items():
        try:
            contenders[name] = make(job)
        except ImportError as error:
            log = MISSING / str(error.name).replace("_", "-")
            missing[name] = log.read_text().strip() if log.exists() else str(error)
    return contenders, missing


def limit_write(job: Job, rounds: Sequence[Sequence[Scene]]) -> Encode:
    """Gives imggen's files of these scenes, made beforehand: what is left is the writing."""
    encode = imggen(job)
    files = {id(scene): b"".join(encode(scene)) for scenes in rounds for scene in scenes}
    return lambda scene: [files[id(scene)]]


def row_of(name: str, times: dict[str, Times]) -> dict[str, Cell]:
    """The row of one contender."""
    encode_ms, whole_ms = times[name].median_ms()
    imggen_ms = times[IMGGEN].median_ms()
    is_limit = name == WRITE
    return {
        "name": name,
        "encode_ms": None if is_limit else encode_ms,
        "whole_ms": whole_ms,
        "kilobytes": statistics.mean(times[name].size_bytes) / 1e3,
        "size": relative_size(name, times),
        "over_script": times[SCRIPT].median_ms()[1] / whole_ms,
        "imggen_over": whole_ms / imggen_ms[1] if is_limit else encode_ms / imggen_ms[0],
        "rounds": len(times[name].whole),
        "least_ms": min(times[name].whole) * 1e3,
        "most_ms": max(times[name].whole) * 1e3,
    }


def relative_size(name: str, times: dict[str, Times]) -> float:
    """Size of a contender's files, of Pillow's of the same scenes."""
    pillow = times[PILLOW_6 if PILLOW_6 in times else PILLOW].size_bytes
    rounds = min(len(pillow), len(times[name].size_bytes))
    return sum(times[name].size_bytes[:rounds]) / sum(pillow[:rounds])


def copy_row(job: Job, folder: Path, times: dict[str, Times]) -> dict[str, Cell]:
    """The row of `cp -r` of the last round's files."""
    encode = imggen(job)
    store = FileStore(folder)
    for number, scene in enumerate(job.rounds[-1]):
        store.put(str(number), encode(scene))
    store.close()
    seconds = [copy(folder) / len(job.rounds[-1]) for _ in range(len(job.rounds))][1:]
    shutil.rmtree(folder)
    whole_ms = statistics.median(seconds) * 1e3
    return {
        "name": COPY,
        "whole_ms": whole_ms,
        "over_script": times[SCRIPT].median_ms()[1] / whole_ms,
        "imggen_over": whole_ms / times[IMGGEN].median_ms()[1],
        "rounds": len(seconds),
    }


def copy(folder: Path) -> float:
    """CPU seconds of copying `folder`."""
    target = folder.with_name("copied")
    begin = child_seconds()
    subprocess.run(["cp", "-r", str(folder), str(target)], check=True)
    seconds = child_seconds() - begin
    shutil.rmtree(target)
    return seconds
