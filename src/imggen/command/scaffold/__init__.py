"""First configurations that `imggen init` writes: from nothing, folders or another engine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from imggen.assets.url_copies import open_copies
from imggen.command.scaffold.engine import sketch_project
from imggen.command.scaffold.folders import sketch_folders
from imggen.command.scaffold.project import LAYERS, find_project, read_project
from imggen.command.scaffold.sketch import Sketch
from imggen.command.scaffold.toml import TomlTable
from imggen.urls import url_of


def make_sketch(tree: Path, target: Path, order: Sequence[str] | None = None) -> Sketch:
    """Return a configuration for the art in the folder `tree`, to be written to `target`.

    The folders of layers at a URL have URLs.

    Raises
    ------
    AssetError
        If `tree` has no layers, or one that cannot be read.
    InputError
        If `order` does not fit.
    """
    url = url_of(tree)
    if url is None:
        return make_local_sketch(tree, target, order)
    with open_copies() as copies:
        copies.add({url: "--from"})
        sketch = make_local_sketch(copies.folders[url], target, order)
        begin = os.path.relpath(copies.folders[url].resolve(), target.parent.resolve())
        tables = [with_begin(table, begin, url) for table in sketch.tables]
        return replace(sketch, tables=tables, notes=list(map(copies.named, sketch.notes)))


def with_begin(table: TomlTable, begin: str, url: str) -> TomlTable:
    """Return `table` with `url` in place of the path that its folder begins with."""
    entries = [
        replace(entry, value=str(entry.value).replace(begin, url, 1))
        if entry.key == "folder"
        else entry
        for entry in table.entries
    ]
    return replace(table, entries=entries)


def make_local_sketch(tree: Path, target: Path, order: Sequence[str] | None) -> Sketch:
    """Return a configuration for art on this machine, as `make_sketch` does."""
    found = find_project(tree)
    if found is not None and order is None:
        return sketch_project(read_project(*found), target)
    layers = tree / LAYERS
    if layers.is_dir() and any(path.is_dir() for path in layers.iterdir()):
        tree = layers
    return sketch_folders(tree, target, order)
