"""First configurations that `imggen init` writes: from nothing, folders or another engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from imggen.command.scaffold.folders import sketch_folders
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
    return sketch_folders(tree, target, order)
