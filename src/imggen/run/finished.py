"""A finished run that lacks nothing, which resuming or merging leaves as it is."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from imggen.containers.numbering import UNNUMBERED, read_numbers
from imggen.containers.pixels import GROWING
from imggen.run.journal.manifest import manifest_of
from imggen.run.options import Summary
from imggen.run.recipe import Recipe
from imggen.store.entries import Entry, is_intact
from imggen.store.files import is_link_to
from imggen.store.layout import EARLIER, JOURNAL
from imggen.store.origin import make_origin
from imggen.store.summary import read_summary

Values = dict[str, Any]


def find_finished(recipe: Recipe, out: Path) -> Summary | None:
    """Return the summary of the run in `out`, whose images are known to be there.

    Return None unless it is of `recipe`, and every table, label file and link that it lists is
    still as it was written.
    """
    values = read_summary(out)
    if values is None or read_summary(out / JOURNAL) != values:
        return None
    begun = any((out / name).exists() for name in (f"{JOURNAL}/{EARLIER}", UNNUMBERED, GROWING))
    if begun or not is_of(recipe, values, out) or not has_files(recipe, values, out):
        return None
    return Summary(**{one.name: values[one.name] for one in fields(Summary)})


def is_of(recipe: Recipe, values: Values, out: Path) -> bool:
    """Return True if a run of `recipe` would write the same settings as `values` have."""
    origin = make_origin(recipe.config, recipe.library, out)
    same = all(values.get(key) == value for key, value in origin.items())
    return same and manifest_of(values) == recipe.manifest


def has_files(recipe: Recipe, values: Values, out: Path) -> bool:
    """Return True if the files and links that `values` list are as they were written.

    Of shards and arrays of pixels, only the sizes are compared: their records have been checked.
    """
    numbered = {one.name for one in read_numbers(out).values()}
    if not numbered.issubset(values["files"]) or bool(numbered) == recipe.container.loose:
        return False
    links = values.get("links", {})
    return all(is_link_to(out / name, target) for name, target in links.items()) and all(
        has_size(out / name, one["bytes"])
        if name in numbered
        else is_intact(out / name, Entry.of(one))
        for name, one in values["files"].items()
    )


def has_size(path: Path, size_bytes: int) -> bool:
    """Return True if the file at `path` has the size `size_bytes`."""
    return path.is_file() and path.stat().st_size == size_bytes
