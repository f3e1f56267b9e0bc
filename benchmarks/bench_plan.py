"""How long it takes to decide what a million images show, and how much memory."""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np

from benchmarks.art import save_png
from benchmarks.jobs import anywhere, write_config
from benchmarks.settings import Settings
from benchmarks.tables import Cell, Column, Table
from imggen.assets import Library, load_assets
from imggen.config import Config
from imggen.planning import Plan, make_plan
from imggen.planning.sampling.step import matches

VARIANTS = (10, 20, 30, 40, 50)  # of each of five layers
PAIR = (50, 200)  # of two layers, whose combinations are all asked for
SIDE = 64  # px, of the canvas
SPRITE = 8
COUNTS = (10_000, 100_000, 1_000_000)
QUICK = 1000

COLUMNS = (
    Column("name", ""),
    Column("scenes", "scenes", "{:,}"),
    Column("distinct", "distinct", "{:,}"),
    Column("seconds", "seconds", "{:.3f}"),
    Column("ns", "ns a scene", "{:,.0f}"),
    Column("peak", "peak, bytes a scene", "{:,.0f}"),
    Column("kept", "kept, bytes a scene", "{:,.0f}"),
)
NOTE = (
    "One process, medians; from the loaded configuration and art to a plan: rules, traits, places, "
    "order. Peak: the most memory in use on the way, kept: of traits, variation, places, splits "
    "and order."
)


def run(settings: Settings) -> list[Table]:
    """The tables that are asked for."""
    return [make(settings) for name, make in JOBS.items() if settings.wants(name)]


def million(settings: Settings) -> Table:
    """Five layers, in all ways of sampling."""
    values = made_up(settings, VARIANTS)
    ruled = {**values, "rule": ten_rules()}
    alike = {**ruled, "split": two_splits()}
    split = {**ruled, "split": two_splits(weights={"layer2": {"v001": 1, "v002": 3, "v003": 1}})}
    contenders: dict[str, tuple[dict[str, Any], dict[str, object]]] = {
        "random": (values, {}),
        "random, ten rules": (ruled, {}),
        "random, ten rules, random places": (anywhere(deepcopy(ruled)), {}),
        "quota, ten rules": (ruled, {"dataset__sampling": "quota"}),
        "unique, ten rules": (ruled, {"dataset__unique": True}),
        "random, ten rules, two splits": (split, {}),
        "random, ten rules, two splits, places, variation": (varied(anywhere(deepcopy(split))), {}),
        "unique, ten rules, two splits": (split, {"dataset__unique": True}),
        "stratified, ten rules, two splits": (alike, {"dataset__stratify": ["layer4"]}),
        "pairs, ten rules, two splits": (alike, {"dataset__pair": "layer2"}),
    }
    count = settings.images(COUNTS[-1], QUICK, 1)
    rows = [
        measure(
            name,
            write_config(settings.scratch / "art", table, dataset__count=count, **how),
            settings,
        )
        for name, (table, how) in contenders.items()
    ]
    sizes = ", ".join(map(str, VARIANTS))
    return Table(f"Planning, five layers of {sizes} variants", COLUMNS, rows, [NOTE])


def unique(settings: Settings) -> Table:
    """Ever more different combinations, up to the last one."""
    pair, five = made_up(settings, PAIR), made_up(settings, (VARIANTS[-1],) * 5)
    jobs = [(f"of {np.prod(PAIR):,}", pair, count) for count in (1000, 5000, 10_000)]
    jobs += [(f"of {VARIANTS[-1] ** 5:,}", five, count) for count in COUNTS]
    rows = [
        measure(
            name,
            write_config(
                settings.scratch / "art", table, dataset__count=count, dataset__unique=True
            ),
            settings,
        )
        for name, table, count in jobs
        if not settings.quick or count <= QUICK
    ]
    return Table("Planning, unique", COLUMNS, rows, [NOTE])


def measure(name: str, config: Config, settings: Settings) -> dict[str, Cell]:
    """The row of one configuration."""
    settings.say(f"plan: {name}, {config.dataset.count:,} scenes")
    library = load_assets(config)
    plan, peak = peak_bytes(config, library)
    verify(plan)
    seconds = []
    for _ in range(1 if settings.quick else settings.rounds):
        begin = time.perf_counter()
        make_plan(config, library)
        seconds.append(time.perf_counter() - begin)
    median = statistics.median(seconds)
    kept = sum(a.nbytes for a in (plan.traits, plan.looks, plan.positions, plan.splits, plan.order))
    return {
        "name": name,
        "scenes": plan.count,
        "distinct": plan.distinct,
        "seconds": median,
        "ns": median / plan.count * 1e9,
        "peak": peak / plan.count,
        "kept": kept / plan.count,
    }


def peak_bytes(config: Config, library: Library) -> tuple[Plan, int]:
    """The plan, and the most memory that making it had in use."""
    tracemalloc.start()
    plan = make_plan(config, library)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return plan, peak


def verify(plan: Plan) -> None:
    """Stop at a plan that breaks a rule, or repeats what must not be repeated."""
    for _, distribution, traits in plan.parts():
        for forbidden in distribution.forbidden:
            if matches(forbidden.variants, traits).any():
                raise AssertionError(f"{forbidden.called} is broken")
    if plan.config.dataset.unique and plan.distinct < plan.count:
        raise AssertionError("a combination occurs twice")


# --- configurations -------------------------------------------------------------------------------


def made_up(settings: Settings, sizes: tuple[int, ...]) -> dict[str, Any]:
    """The values of a configuration of layers with so many variants; their art is made up."""
    rng = np.random.default_rng(0)
    layers = []
    for depth, size in enumerate(sizes):
        name = f"layer{depth}"
        side = SPRITE if depth else SIDE
        for k in range(size):
            pixels = rng.integers(0, 256, (side, side, 4 if depth else 3), np.uint8)
            save_png(pixels, settings.scratch / "art" / f"{name}-{size}" / f"v{k:03}.png")
        weights = {f"v{k:03}": k + 1 for k in range(size)}
        layers.append({"name": name, "folder": f"{name}-{size}", "weights": weights})
    return {"canvas": {"size": [SIDE, SIDE]}, "layer": layers}


def varied(values: dict[str, Any]) -> dict[str, Any]:
    """The same with sprites that each image scales, turns and recolours."""
    for layer in values["layer"][1:]:
        layer["vary"] = {"flip": 0.5, "scale": [0.7, 1.3], "rotate": [-15, 15], "hue": [-20, 20]}
    return values


def ten_rules() -> list[dict[str, Any]]:
    """Five that forbid, four conditional distributions, and one that requires."""
    chances = {"v007": 0.5, "v008": 0.3, "v009": 0.2}
    forbid = [
        {"when": {f"layer{k}": "v00[0-4]"}, "forbid": {f"layer{(k + 1) % 5}": ["v001", "v002"]}}
        for k in range(5)
    ]
    conditional = [
        {"when": {f"layer{k}": "v*5"}, "probabilities": {f"layer{k + 1}": chances}}
        for k in range(4)
    ]
    when = {"layer0": "v003", "layer1": "v01*"}
    return [*forbid, *conditional, {"when": when, "require": {"layer4": ["v02*", "v00[7-9]"]}}]


def two_splits(**own: Any) -> list[dict[str, Any]]:
    """The second holds combinations out from the first, and has `own` settings."""
    held = [{"layer0": "v00[0-4]", "layer3": "v01*"}]
    return [
        {"name": "train", "share": 0.8},
        {"name": "test", "share": 0.2, "hold_out": held, **own},
    ]


JOBS: dict[str, Callable[[Settings], Table]] = {
    "million": million,
    "unique": unique,
}
