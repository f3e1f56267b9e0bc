"""The work of `imggen diff`: name what differs between two datasets or configurations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from imggen.config.sentences import show
from imggen.dataset import Dataset
from imggen.store.origin import art_changes, comparable, make_origin
from imggen.store.summary import read_summary

MOST_SETTINGS = 20
MOST_IMAGES = 64  # whose pixels are compared
MISSING = object()

Values = dict[str, Any]


def same_digest(first: Path, second: Path) -> str | None:
    """Return the digest of two finished datasets if it is the same, else None."""
    digests = [(read_summary(path) or {}).get("digest") for path in (first, second)]
    return digests[0] if digests[0] is not None and digests[0] == digests[1] else None


def find_differences(first: Dataset, second: Dataset) -> Iterator[str]:
    """Yield a sentence for each difference of settings, art, what images show, and pixels."""
    origins = [make_origin(one.config, one.library) for one in (first, second)]
    yield from setting_changes(*map(comparable, origins))
    yield from art_changes(*(origin["art"] for origin in origins))
    yield from factor_changes(first, second)
    yield from pixel_changes(first, second)


def setting_changes(first: Values, second: Values) -> Iterator[str]:
    """Yield the settings that differ, with both values."""
    sides = [dict(flat(without_art(values))) for values in (first, second)]
    keys = [key for key in {**sides[0], **sides[1]}
            if sides[0].get(key, MISSING) != sides[1].get(key, MISSING)]  # fmt: skip
    for key in keys[:MOST_SETTINGS]:
        before, after = (shown(side.get(key, MISSING)) for side in sides)
        yield f"{key} is {before} and {after}"
    if len(keys) > MOST_SETTINGS:
        yield f"{len(keys) - MOST_SETTINGS:,} more settings"


def without_art(values: Values) -> Values:
    """Return the settings in a comparable origin."""
    return {key: value for key, value in values.items() if not key.startswith("art")}


def flat(values: Any, key: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # of JSON
    """Yield all values in `values` with dotted keys; layers and splits have their names in them."""
    if isinstance(values, Mapping):
        for name, value in values.items():
            yield from flat(value, f"{key}.{name}" if key else str(name))
    elif isinstance(values, list) and values and all(isinstance(one, Mapping) for one in values):
        for place, one in enumerate(values, 1):
            yield from flat(one, f"{key}.{one.get('name', place)}")
    else:
        yield key, values


def shown(value: object) -> str:
    """Return a setting as text."""
    return "not given" if value in (MISSING, None) else show(value)


def factor_changes(first: Dataset, second: Dataset) -> Iterator[str]:
    """Yield how many images show another variant of each layer, among those that both have."""
    if len(first) != len(second):
        yield f"there are {len(first):,} and {len(second):,} images"
    count = min(len(first), len(second))
    sides = [one.shown(range(count)) for one in (first, second)]
    for layer, names in sides[0].items():
        others = sides[1].get(layer)
        if others is None:
            yield f"layer.{layer} is only in the first"
            continue
        differ = np.flatnonzero([a != b for a, b in zip(names, others, strict=True)])
        if len(differ):
            image = int(differ[0])
            yield (
                f"layer.{layer} shows something else in {len(differ):,} of {count:,} images "
                f"({len(differ) / count:.3g}): in image {image}, {shown(names[image])} and "
                f"{shown(others[image])}"
            )
    for layer in sides[1].keys() - sides[0].keys():
        yield f"layer.{layer} is only in the second"


def pixel_changes(first: Dataset, second: Dataset) -> Iterator[str]:
    """Yield how many of some evenly spaced images have other pixels, and by how much at most."""
    if first.shape != second.shape:
        sizes = (f"{width}x{height}x{channels}" for height, width, channels
                 in (first.shape, second.shape))  # fmt: skip
        yield f"images are {' and '.join(sizes)}"
        return
    count = min(len(first), len(second))
    images = np.unique(np.linspace(0, count - 1, min(count, MOST_IMAGES)).round().astype(int))
    found = []
    for image in images.tolist():
        pixels = [one[image]["image"].astype(np.int16) for one in (first, second)]
        difference = np.abs(pixels[0] - pixels[1]).max(axis=2)
        if difference.any():
            found.append((image, int(np.count_nonzero(difference)), int(difference.max())))
    if found:
        image, changed, most = found[0]
        yield (
            f"{len(found)} of {len(images)} compared images have other pixels: image {image} has "
            f"{changed:,}, by {most} of 255 at most"
        )
