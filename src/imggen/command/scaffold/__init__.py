"""First configurations that `imggen init` writes: from nothing, folders or another engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from imggen.command.scaffold.engine import sketch_project
from imggen.command.scaffold.folders import sketch_folders
from imggen.command.scaffold.project import LAYERS, find_project, read_project
from imggen.command.scaffold.sketch import Sketch


def make_sketch(tree: Path, target: Path, order: Sequence[str] | None = None) -> Sketch:
    """Return a configuration for the art in the folder `tree`, to be written to `target`.

    Raises
    ------
    AssetError
        If `tree` has no layers, or one that cannot be read.
    InputError
        If `order` does not fit.
    """
    found = find_project(tree)
    if found is not None and order is None:
        return sketch_project(read_project(*found), target)
    layers = tree / LAYERS
    if layers.is_dir() and any(path.is_dir() for path in layers.iterdir()):
        tree = layers
    return sketch_folders(tree, target, order)
