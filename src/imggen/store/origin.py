"""The origin of a dataset: the settings and art it was made from, and how they differ from now.

`run.json` holds the settings, and for each art file a digest of its pixels rather than its bytes:
recompressing a PNG does not change the art, but a codec version that decodes it differently does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import xxhash

from imggen.assets.library import Library
from imggen.config import Config, load_config
from imggen.config.differences import first_difference
from imggen.config.image_size import image_size
from imggen.store.layout import CONFIG, JOURNAL
from imggen.store.summary import read_summary
from imggen.urls import url_of

ART_KEYS = ("art", "art_digest")
MOST_NAMED = 5  # art files of a layer

Values = dict[str, Any]


def make_origin(config: Config, library: Library, start: Path | None = None) -> Values:
    """Return the origin of images of `config`, as JSON values; folders are relative to `start`.

    Its `config` has every default filled in; its `art` has the digest of each file, by layer and
    path.
    """
    size = config.canvas.size or library.planned_size
    canvas = config.canvas.model_copy(update={"size": size})
    output = config.output
    if output.size is not None:
        output = output.model_copy(update={"size": image_size(output.size, size)})
    settings = config.model_copy(update={"canvas": canvas, "output": output}).resolved(start)
    return {
        "config": settings,
        "config_digest": digest_settings(settings),
        "art": {layer: dict(files) for layer, files in library.files.items()},
        "art_digest": library.digest,
    }


def digest_settings(settings: Values) -> str:
    """Return a hexadecimal digest of `settings` that does not depend on where the art is."""
    text = json.dumps(without_folders(settings), sort_keys=True, ensure_ascii=False)
    return xxhash.xxh3_128_hexdigest(text.encode())


def without_folders(settings: Values) -> Values:
    """Return `settings` with empty folders; the art is identified by its digests instead."""
    layers = [{**layer, "folder": ""} for layer in settings["layer"]]
    return {**settings, "layer": layers}


def find_changes(root: Path, library: Library) -> str | None:
    """Return how the dataset in `root` differs from what its imggen.toml would make now.

    The result is part of a sentence, like `layer.background: sky.png has changed`; it is None if
    nothing differs or `root` holds no dataset. `library` is the art of that imggen.toml.
    """
    known = read_summary(root) or read_summary(root / JOURNAL)
    there = url_of(root) is not None or (root / CONFIG).is_file()
    if known is None or not there:
        return None
    now = make_origin(load_config(root / CONFIG, {}), library)
    return difference_between(
        *({**comparable(origin), "art_digest": None} for origin in (known, now))
    )


def comparable(origin: Values) -> Values:
    """Return the part of `origin` that decides the images: settings without folders, and art."""
    return {**without_folders(origin["config"]), **{key: origin[key] for key in ART_KEYS}}


def difference_between(known: Values, now: Values) -> str | None:
    """Return how two comparable origins differ, as part of a sentence; None if they are equal."""
    difference = first_difference(without_art(known), without_art(now))
    if difference is not None:
        return difference
    changes = list(art_changes(known.get("art", {}), now.get("art", {})))
    if changes:
        return "; ".join(changes)
    if known.get("art_digest") != now.get("art_digest"):
        return "the art has changed"
    return None


def without_art(origin: Values) -> Values:
    """Return a comparable origin without its art."""
    return {key: value for key, value in origin.items() if key not in ART_KEYS}


def art_changes(known: Mapping[str, Values], now: Mapping[str, Values]) -> Iterator[str]:
    """Yield a phrase for each layer that has changed, missing or new files."""
    for layer in now:
        before, after = known.get(layer, {}), now[layer]
        changed = [name for name in before if after.get(name, before[name]) != before[name]]
        groups = (
            (changed, "has changed", "have changed"),
            ([name for name in before if name not in after], "is missing", "are missing"),
            ([name for name in after if name not in before], "is new", "are new"),
        )
        found = [f"{listed(names)} {one if len(names) == 1 else more}"
                 for names, one, more in groups if names]  # fmt: skip
        if found:
            yield f"layer.{layer}: {', '.join(found)}"


def listed(names: list[str]) -> str:
    """Return `names` with commas; after MOST_NAMED of them, only how many more there are."""
    rest = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {rest:,} more" if rest > 0 else "")
