"""The jobs: art, and scenes that show it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from imggen.assets import NO_SPRITE, Library, load_assets
from imggen.assets.folder import read_folder
from imggen.config import Config, load_config
from imggen.planning import Scene, make_plan

SAMPLE = Path(__file__).parents[1] / "assets"


@dataclass(frozen=True)
class Job:
    """Scenes to draw and encode.

    Attributes
    ----------
    rounds : scenes, a list for each round; no scene comes twice, so that nothing kept of one
        helps with another but what helps in a real run
    backgrounds, sprites : the file of each row of `library.backgrounds` and `library.sprites.table`
    """

    name: str
    title: str
    config: Config
    library: Library
    rounds: tuple[tuple[Scene, ...], ...]
    backgrounds: tuple[Path, ...]
    sprites: tuple[Path, ...]


def make_job(name: str, title: str, config: Config, rounds: Sequence[Sequence[Scene]]) -> Job:
    """The job of these scenes."""
    library = load_assets(config)
    backgrounds: dict[int, Path] = {}
    sprites: dict[int, Path] = {}
    for layer, variants in zip(config.layer, library.layers, strict=True):
        files = read_folder(config.root, layer, config.dataset.count).files
        for k, variant in enumerate(variants.names):
            if variants.sprites[k] != NO_SPRITE:
                sprites[int(variants.sprites[k])] = files[variant]
            elif variant in files:
                backgrounds[int(variants.backgrounds[k])] = files[variant]
    return Job(
        name=name,
        title=title,
        config=config,
        library=library,
        rounds=tuple(map(tuple, rounds)),
        backgrounds=tuple(backgrounds[row] for row in range(len(backgrounds))),
        sprites=tuple(sprites[row] for row in range(len(sprites))),
    )


# --- configurations -------------------------------------------------------------------------------


def article_values(art: Path) -> dict[str, Any]:
    """The article's dataset with the art in `art`, used as the article does: without trimming."""
    values = tomllib.loads((SAMPLE / "imggen.toml").read_text())
    for layer in values["layer"]:
        layer["folder"] = str((art / layer["folder"]).absolute())
        layer["trim"] = False
    return values


def small_values() -> dict[str, Any]:
    """Shapes of `art.draw_small` anywhere on 64 x 64 pixels."""
    layers = [{"name": name, "folder": name} for name in ("background", "shape")]
    return anywhere({"canvas": {"size": [64, 64]}, "layer": layers})


def anywhere(values: dict[str, Any]) -> dict[str, Any]:
    """`values` with each sprite anywhere on the canvas, wholly inside."""
    width, height = values["canvas"]["size"]
    for layer in values["layer"][1:]:
        layer["place"] = {"x": [0, width], "y": [0, height]}
    return values


def write_config(folder: Path, values: Mapping[str, Any], **overrides: object) -> Config:
    """Write `values` as `folder`/imggen.toml and load it; overrides are like dataset__count=5."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "imggen.toml"
    path.write_text(tomli_w.dumps(values))
    return load_config(path, {key.replace("__", "."): value for key, value in overrides.items()})


# --- scenes ---------------------------------------------------------------------------------------


def spread_scenes(config: Config, rounds: int, count: int) -> list[list[Scene]]:
    """`count` of the plan's scenes a round, from everywhere, in the plan's order."""
    scenes = planned_scenes(config)
    step = max(rounds, len(scenes) // count)
    return [scenes[start * step // rounds :: step][:count] for start in range(rounds)]


def neighbouring_scenes(config: Config, rounds: int, count: int) -> list[list[Scene]]:
    """`count` of the plan's scenes a round, as they follow one another in a run."""
    scenes = planned_scenes(config)
    first = (len(scenes) - rounds * count) // 2
    return [scenes[first + k * count :][:count] for k in range(rounds)]


def planned_scenes(config: Config) -> list[Scene]:
    """All distinct scenes of a configuration, in the plan's order."""
    plan = make_plan(config, load_assets(config))
    return list(plan.chunk(0, plan.count).scenes)


def scenes_by_image(config: Config) -> list[Scene]:
    """What each image of a configuration shows."""
    plan = make_plan(config, load_assets(config))
    chunk = plan.chunk(0, plan.count)
    scenes = list(chunk.scenes)
    shown = np.repeat(np.arange(len(scenes)), np.diff(chunk.first))
    scene_of = np.empty(plan.count, np.int64)
    scene_of[chunk.images] = shown
    return [scenes[k] for k in scene_of.tolist()]
