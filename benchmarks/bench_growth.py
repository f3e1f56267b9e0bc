"""How time and memory grow: with the number of images, of layers, and of pixels."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.art import blob, draw_small, photograph, save_png
from benchmarks.bench_encode import prepare
from benchmarks.jobs import Job, anywhere, make_job, small_values, spread_scenes, write_config
from benchmarks.peers import IMGGEN, ISAL, PEERS
from benchmarks.processes import Ran, bulk, watch
from benchmarks.settings import Settings
from benchmarks.tables import Cell, Column, Table
from benchmarks.timing import take_turns
from benchmarks.verify import verify

COUNTS = (1_000, 10_000, 100_000)
LAYERS = (2, 5, 10)
SIDES = (64, 256, 1024, 4096)
LAYERS_SIDE = 1024
VARIANTS = 3  # of each layer
SPRITE_SHARE = 4  # the canvas is so many times as wide as a sprite

IMAGES_COLUMNS = (
    Column("images", "images", "{:,}"),
    Column("seconds", "seconds"),
    Column("rate", "images/s", "{:,.0f}"),
    Column("cpu_us", "CPU µs an image", "{:,.0f}"),
    Column("first", "first image, s"),
    Column("parent_mb", "parent, MB", "{:,.0f}"),
    Column("worker_mb", "worker, MB", "{:,.0f}"),
    Column("worker_own_mb", "of it not shared", "{:,.0f}"),
)
PARTS_COLUMNS = (
    Column("what", "10 billion images"),
    Column("seconds", "seconds"),
    Column("cpu_seconds", "CPU seconds"),
    Column("first", "first image, s"),
    Column("parent_mb", "parent, MB", "{:,.0f}"),
)
HUGE = ("--count", str(10**10))
PARTS = {
    "dry run of part 7,777 of 10,000": (*HUGE, "--partition", "7777/10000", "--dry-run"),
    "part 7,777,777 of 10 million": (*HUGE, "--partition", "7777777/10000000", "--workers", "1"),
}
SIZE_COLUMNS = (
    Column("of", "", "{:,}"),
    Column("imggen_ms", "imggen, draw + encode, CPU ms", "{:.3f}"),
    Column("isal_ms", ISAL, "{:.3f}"),
    Column("over", "imggen is faster", "{:.1f}x"),
    Column("ns_a_pixel", "imggen, ns a pixel", "{:.2f}"),
    Column("prepare_ms", "preparing a background, ms", "{:.1f}"),
    Column("kilobytes", "kB", "{:,.1f}"),
    Column("size", "of isal's size", "{:.1%}"),
)


def run(settings: Settings) -> list[Table]:
    """The tables that are asked for."""
    return [make(settings) for name, make in JOBS.items() if settings.wants(name)]


def images(settings: Settings) -> Table:
    """Ever more small images, with the command."""
    folder = settings.scratch / "images"
    draw_small(folder)
    config = write_config(folder, small_values())
    rows: list[dict[str, Cell]] = []
    for count in (100, 300) if settings.quick else COUNTS:
        settings.say(f"growth: {count:,} images")
        out = settings.scratch / "out"
        options = ("--workers", "2", "--count", str(count))
        taken = watch(bulk(config.root / "imggen.toml", out, *options), out / "images")
        shutil.rmtree(out)
        rows.append(
            {
                "images": count,
                "seconds": taken.seconds,
                "rate": count / taken.seconds,
                "cpu_us": taken.cpu_seconds / count * 1e6,
                "first": taken.first_seconds,
                "parent_mb": taken.parent_mb,
                "worker_mb": taken.worker_mb,
                "worker_own_mb": taken.worker_own_mb,
            }
        )
    note = "64x64 PNG, loose files, 2 workers; one run each. Memory: the most at any time."
    return Table("Growth with the number of images", IMAGES_COLUMNS, rows, [note])


def parts(settings: Settings) -> Table:
    """Parts of ten billion images, and the rest of a run that was nearly complete."""
    folder = settings.scratch / "parts"
    draw_small(folder)
    config = write_config(folder, small_values())
    rows: list[dict[str, Cell]] = []
    for what, options in PARTS.items():
        settings.say(f"growth: {what}")
        out = settings.scratch / "part"
        taken = watch(bulk(config.root / "imggen.toml", out, *options), out / "images")
        shutil.rmtree(out, ignore_errors=True)
        rows.append(row_of(what, taken))
    count = 1_000 if settings.quick else COUNTS[-1]
    out, options = settings.scratch / "rest", ("--workers", "2", "--count", str(count))
    watch(bulk(config.root / "imggen.toml", out, *options), out / "images")
    (out / "run.json").unlink()
    next((out / ".imggen" / "done").iterdir()).unlink()
    command = bulk(config.root / "imggen.toml", out, *options, "--resume")
    rows.append(row_of(f"the last chunk of {count:,} images", watch(command, out / "none")))
    return Table("Parts of runs", PARTS_COLUMNS, rows, ["64x64 PNG, loose files; one run each."])


def row_of(what: str, taken: Ran) -> dict[str, Cell]:
    """The row of a command in the table of parts."""
    return {
        "what": what,
        "seconds": taken.seconds,
        "cpu_seconds": taken.cpu_seconds,
        "first": taken.first_seconds,
        "parent_mb": taken.parent_mb,
    }


def layers(settings: Settings) -> Table:
    """Ever more layers on one canvas."""
    side = 256 if settings.quick else LAYERS_SIDE
    rows = [measure(count, side, count, settings) for count in LAYERS]
    return Table(f"Growth with the layers, {side}x{side}", SIZE_COLUMNS, rows, [NOTE])


def canvas(settings: Settings) -> Table:
    """An ever larger canvas with two layers."""
    sides = SIDES[:2] if settings.quick else SIDES
    rows = [measure(side, side, 2, settings) for side in sides]
    return Table("Growth with the canvas, px a side, 2 layers", SIZE_COLUMNS, rows, [NOTE])


NOTE = (
    "One process, CPU time; a photograph at the back, sprites a quarter as wide anywhere on it; "
    "verified, and the contenders take turns."
)


def measure(of: int, side: int, layers_count: int, settings: Settings) -> dict[str, Cell]:
    """The row of one size."""
    settings.say(f"growth: {side}x{side}, {layers_count} layers")
    folder = settings.scratch / f"{side}-{layers_count}"
    job = layered(folder, side, layers_count, settings)
    contenders = {name: PEERS["png"][name](job) for name in (IMGGEN, ISAL)}
    prepare_ms = prepare(contenders[IMGGEN], job) / len(job.backgrounds)
    for name, encode in contenders.items():
        verify(name, encode, job, job.rounds[0][:2])
    times = take_turns(contenders, job.rounds[1:], settings.scratch / "written")
    shutil.rmtree(folder)
    ours, other = times[IMGGEN], times[ISAL]
    ours_ms, other_ms = ours.median_ms()[0], other.median_ms()[0]
    return {
        "of": of,
        "imggen_ms": ours_ms,
        "isal_ms": other_ms,
        "over": other_ms / ours_ms,
        "ns_a_pixel": ours_ms * 1e6 / side**2,
        "prepare_ms": prepare_ms,
        "kilobytes": sum(ours.size_bytes) / len(ours.size_bytes) / 1e3,
        "size": sum(ours.size_bytes) / sum(other.size_bytes),
    }


def layered(folder: Path, side: int, layers_count: int, settings: Settings) -> Job:
    """Scenes of a photograph and sprites on it."""
    rng = np.random.default_rng(side)
    names = ["background", *(f"layer{k}" for k in range(1, layers_count))]
    for name in names:
        for k in range(VARIANTS):
            is_back = name == "background"
            art = photograph(rng, side, side) if is_back else blob(rng, side // SPRITE_SHARE)
            save_png(art, folder / name / f"{k}.png")
    tables = [{"name": name, "folder": name} for name in names]
    values = anywhere({"canvas": {"size": [side, side]}, "layer": tables})
    rounds = 2 if settings.quick else 1 + settings.rounds
    count = 2 if settings.quick else max(4, min(200, 2**22 // side**2))
    config = write_config(folder, values, dataset__count=rounds * count)
    return make_job("layered", f"{side}x{side}", config, spread_scenes(config, rounds, count))


JOBS: dict[str, Callable[[Settings], Table]] = {
    "images": images,
    "parts": parts,
    "layers": layers,
    "canvas": canvas,
}
