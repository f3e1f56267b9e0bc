"""What a dataset was made from, as it records it, and how that differs from what is there now.

`run.json` holds the settings, and for each art file a digest of its pixels: not of its bytes, so
that a PNG that was only compressed anew is the same art, and one that another version of a codec
decodes differently is not.
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
from imggen.store.layout import CONFIG, JOURNAL
from imggen.store.summary import read_summary

ART_KEYS = ("art", "art_digest")
MOST_NAMED = 5  # art files of a layer

Values = dict[str, Any]


def make_origin(config: Config, library: Library, start: Path | None = None) -> Values:
    """Return what images of `config` are made from, as JSON values; folders as seen from `start`.

    `config` holds every default, and `art` the digest of each file, by layer and path.
    """
    canvas = config.canvas.model_copy(update={"size": config.canvas.size or library.size})
    settings = config.model_copy(update={"canvas": canvas}).resolved(start)
    return {
        "config": settings,
        "config_digest": digest_settings(settings),
        "art": {layer: dict(files) for layer, files in library.files.items()},
        "art_digest": library.digest,
    }


def digest_settings(settings: Values) -> str:
    """Return a digest of `settings`, hex, wherever the art lies."""
    text = json.dumps(without_folders(settings), sort_keys=True, ensure_ascii=False)
    return xxhash.xxh3_128_hexdigest(text.encode())


def without_folders(settings: Values) -> Values:
    """Return `settings` without where the art lies: what it is, its digests say."""
    layers = [{**layer, "folder": ""} for layer in settings["layer"]]
    return {**settings, "layer": layers}


def find_changes(root: Path, library: Library) -> str | None:
    """Return how the dataset in `root` differs from what its imggen.toml would make now.

    That is a part of a sentence, like `layer.background: sky.png has changed`; None if nothing
    differs, or if `root` holds no dataset. `library` is the art of that imggen.toml, whatever else
    a caller asks for.
    """
    known = read_summary(root) or read_summary(root / JOURNAL)
    if known is None or not (root / CONFIG).is_file():
        return None
    now = make_origin(load_config(root / CONFIG, {}), library)
    return difference_between(
        *({**comparable(origin), "art_digest": None} for origin in (known, now))
    )


def comparable(origin: Values) -> Values:
    """Return what decides the images: settings, wherever the art lies, and the art."""
    return {**without_folders(origin["config"]), **{key: origin[key] for key in ART_KEYS}}


def difference_between(known: Values, now: Values) -> str | None:
    """Return in what two comparable origins differ, as a part of a sentence; None if in nothing."""
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
    """Return the settings of a comparable origin."""
    return {key: value for key, value in origin.items() if key not in ART_KEYS}


def art_changes(known: Mapping[str, Values], now: Mapping[str, Values]) -> Iterator[str]:
    """Yield for each layer which of its files have changed, are missing or are new."""
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
    """Return `names` with commas; the first of them, if they are many."""
    rest = len(names) - MOST_NAMED
    shown = names[:MOST_NAMED] if rest > 0 else names
    return ", ".join(shown) + (f" and {rest:,} more" if rest > 0 else "")
